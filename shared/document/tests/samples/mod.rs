//! Letters for tests, the bench and the oracle. All people are invented.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use document::Verification;
use domain::letter::{
    Act, Addressee, Certificate, CertificateText, Clause, ClauseKind, Contents, Correction, Draft, Issuer,
    Letter, Mark, Office, Paper, Person, Remedy, Signing, Speed,
};
use domain::personal::Personal;
use domain::verification::VerificationCode;
use jiff::civil::date;

/// What a sample is made from, before it is complete.
pub type Made<T> = Result<T, Box<dyn Error>>;

pub fn verification() -> Verification {
    let code = VerificationCode::from_random(*b"12 bytes ran");
    Verification { code, page: "https://window.example.gov.tw/verify".to_owned() }
}

/// Every sample with its name.
pub fn all() -> Made<Vec<(&'static str, Paper)>> {
    let samples = [
        ("refusal", refusal()?),
        ("permission", permission()?),
        ("correction", correction()?),
        ("long", long()?),
    ];
    let complete = |(name, draft)| Ok((name, paper(draft)?));
    let mut all: Vec<_> = samples.into_iter().map(complete).collect::<Made<_>>()?;
    all.push(("certificate", certificate()?));
    Ok(all)
}

pub fn paper(draft: Draft) -> Made<Paper> {
    Ok(Paper::Letter(Box::new(letter(draft)?)))
}

fn letter(draft: Draft) -> Made<Letter> {
    Letter::new(draft).map_err(|lacks| format!("the sample lacks {lacks:?}").into())
}

/// 證明文件 beside the permission.
pub fn certificate() -> Made<Paper> {
    let text = CertificateText {
        title: "公園場地使用許可證".to_owned(),
        lines: strings(&[
            "使用場地：大安森林公園露天音樂臺（含前方草坪）。",
            "使用期間：民國116年3月5日8時起至3月6日22時止。",
            "活動名稱及人數：「社區音樂會」，800人以下；現場應出示本證，供本處人員及警察機關查驗，並應遵守臺北市\
             公園場地使用管理辦法之規定。",
        ]),
    };
    let number = "北市工公園字第1153001236號".parse()?;
    let certificate = Certificate::beside(&letter(permission()?)?, number, text);
    Ok(Paper::Certificate(Box::new(certificate)))
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn person(name: &str, marks: &[(Mark, &str)]) -> Person {
    let marks: BTreeMap<_, _> =
        marks.iter().map(|(mark, value)| (*mark, Personal::new((*value).to_owned()))).collect();
    Person { name: Personal::new(name.to_owned()), marks }
}

fn issuer() -> Issuer {
    Issuer {
        name: "臺北市政府工務局公園路燈工程管理處".to_owned(),
        address: "100臺北市中正區延平南路15號".to_owned(),
        contact: "公園管理科　張志偉".to_owned(),
        phone: "02-23815132分機201".to_owned(),
        email: "park@example.gov.tw".to_owned(),
    }
}

fn head() -> Office {
    Office { title: "處長".to_owned(), name: "王大明".to_owned() }
}

/// 駁回, with a rare name that the first font has not.
pub fn refusal() -> Made<Draft> {
    Ok(Draft {
        contents: Contents {
            act: Act::Refused,
            addressee: Addressee::Person(person(
                "林佳㛲",
                &[(Mark::IdNumber, "A12345***9"), (Mark::Residence, "110臺北市信義區市府路1號")],
            )),
            asked: BTreeSet::from([Mark::IdNumber, Mark::Residence]),
            subject: "台端申請使用大安森林公園露天音樂臺場地（案號TP-K3QH9-XW2MT-7）一案，因同一時段業經核准\
                      他人使用，礙難准許，請查照。"
                .to_owned(),
            facts: strings(&[
                "台端於民國115年11月20日經本府單一窗口網站申請於116年3月5日至3月6日使用旨揭場地，舉辦「社區\
                 音樂會」，預計參加人數800人。",
            ]),
            reasons: strings(&[
                "旨揭場地同一時段，業經本處於115年11月2日核准臺北好棚展演有限公司（Taipei Good Shed \
                 Performance Co., Ltd.）使用在案。",
                "本處於115年11月23日通知台端得改期或改用其他場地，台端於同年月25日回復仍請求使用原時段；場地\
                 無從同時供二申請人使用，所請礙難准許。",
            ]),
            legal_basis: strings(&["臺北市公園場地使用管理辦法第5條第1項第2款。"]),
            clauses: Vec::new(),
            issuer: issuer(),
            attachments: Vec::new(),
            copies: strings(&["臺北市政府研究發展考核委員會"]),
            speed: Speed::Ordinary,
        },
        signing: Some(Signing::Head(head())),
        number: Some("北市工公園字第1153001234號".parse()?),
        date: Some(date(2026, 11, 29)),
        remedy: Some(Remedy::Appeal { authority: "臺北市政府".to_owned() }),
    })
}

/// 核准 with clauses, to a company, signed by the deputy.
pub fn permission() -> Made<Draft> {
    let mut draft = refusal()?;
    draft.contents.act = Act::Granted;
    draft.contents.addressee = Addressee::Body {
        name: "臺北好棚展演有限公司".to_owned(),
        seat: "110臺北市信義區松仁路100號20樓".to_owned(),
        tax_id: Some("12345675".to_owned()),
        representative: person("王怡君", &[]),
    };
    let subject = "核准貴公司於116年3月5日至3月6日使用大安森林公園露天音樂臺場地，請查照。";
    subject.clone_into(&mut draft.contents.subject);
    draft.contents.facts = strings(&["貴公司於民國115年10月26日經本府單一窗口網站申請使用旨揭場地。"]);
    draft.contents.reasons = strings(&["經審查文件齊備，且該時段無其他申請人，應予核准。"]);
    let clause = |kind, content: &str| Clause { kind, content: content.to_owned() };
    draft.contents.clauses = vec![
        clause(ClauseKind::Period, "使用期間自116年3月5日8時起至3月6日22時止。"),
        clause(ClauseKind::Burden, "活動結束後應於當日將場地回復原狀，並自行清運廢棄物。"),
        clause(ClauseKind::Revocation, "如違反使用規定經限期改善而未改善，本處得廢止本核准。"),
    ];
    draft.contents.attachments = strings(&["場地配置圖1份", "使用規定1份"]);
    let deputy = Office { title: "副處長".to_owned(), name: "李淑華".to_owned() };
    draft.signing = Some(Signing::Deputy { head: head(), deputy });
    draft.number = Some("北市工公園字第1153001235號".parse()?);
    Ok(draft)
}

/// 更正 of the permission.
pub fn correction() -> Made<Draft> {
    let mut draft = permission()?;
    draft.contents.act = Act::Corrects(Correction {
        number: "北市工公園字第1153001235號".parse()?,
        title: None,
        date: date(2026, 11, 29),
        wrong: "3月6日22時".to_owned(),
        right: "3月6日21時".to_owned(),
    });
    "更正本處115年11月29日函之使用期間，請查照。".clone_into(&mut draft.contents.subject);
    draft.contents.facts.clear();
    draft.contents.reasons.clear();
    draft.contents.legal_basis.clear();
    draft.contents.clauses.clear();
    draft.contents.attachments.clear();
    draft.signing = Some(Signing::Seal);
    draft.number = Some("北市工公園字第1153001310號".parse()?);
    draft.date = Some(date(2026, 12, 2));
    draft.remedy = Some(Remedy::NotNeeded);
    Ok(draft)
}

/// A refusal of several pages.
pub fn long() -> Made<Draft> {
    let mut draft = refusal()?;
    let reason = "申請人雖主張其活動具公益性質而應優先使用，惟查該辦法就同一時段有二以上申請者，係以申請之\
                  先後定其順序，並未區分活動之性質；公益性質僅得作為減收使用費之事由，尚不得據以變更申請之順\
                  序。申請人上開主張，容有誤會，不足採據。";
    draft.contents.reasons = vec![reason.to_owned(); 14];
    draft.contents.reasons.push("第一段。\n第二段，由承辦人另起一行。".to_owned());
    Ok(draft)
}
