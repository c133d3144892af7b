//! What stands in a letter or a certificate, in reading order: text by text, each with its part.

use domain::letter::{
    Act, Addressee, Certificate, Correction, Issuer, Letter, Mark, Office, Paper, Remedy, Signing,
};
use domain::taipei;

use crate::Verification;

/// The part of a text in the letter. Its looks are in `layout`, its structure element in `tags`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 機關名稱與文別.
    Title,
    /// 地址、聯絡方式.
    Contact,
    /// 電子信箱, which can be written to.
    ContactMail,
    /// 受文者.
    Addressee,
    /// 身分證統一編號, 事務所 and the like.
    Identification,
    /// 發文日期.
    IssueDate,
    /// 發文字號, 速別, 附件.
    Particular,
    /// 主旨, 說明; 證明事項 of a certificate.
    Section,
    /// An item of 說明: 一、 is of depth 1, （一） of depth 2.
    Item(u8),
    /// 正本, 副本.
    Copies,
    /// 首長署名.
    Signature,
    /// Below it: 代理人, or why there is none.
    BelowSignature,
    /// 文件查驗, beside the QR code.
    CheckTitle,
    Check,
    /// 查驗網址, which can be followed.
    CheckAddress,
}

/// A text with what stands before it; either may be empty, not both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    pub part: Part,
    /// `主旨：`, `一、`: later lines are set in by its width.
    pub label: String,
    pub text: String,
}

impl Paragraph {
    /// Where its text leads, if it can be followed.
    #[must_use]
    pub fn target(&self) -> Option<String> {
        let scheme = match self.part {
            Part::CheckAddress => "",
            Part::ContactMail => "mailto:",
            _ => return None,
        };
        self.text.bytes().all(|byte| byte.is_ascii_graphic()).then(|| format!("{scheme}{}", self.text))
    }
}

/// The whole document.
#[must_use]
pub fn paragraphs(paper: &Paper, verification: &Verification) -> Vec<Paragraph> {
    let mut paragraphs = contents(paper);
    paragraphs.extend(check(verification));
    paragraphs
}

fn contents(paper: &Paper) -> Vec<Paragraph> {
    match paper {
        Paper::Letter(letter) => [head(letter), body(letter), foot(letter)].concat(),
        Paper::Certificate(certificate) => certified(certificate),
    }
}

/// The document while it awaits approval (稿): without numbers, date and verification, which it gets then.
#[must_use]
pub fn draft(paper: &Paper) -> Vec<Paragraph> {
    let mut paragraphs = contents(paper);
    for paragraph in &mut paragraphs {
        match (paragraph.part, paragraph.label.as_str()) {
            (Part::Title, _) => paragraph.text.push_str("（稿）"),
            (Part::IssueDate, _) => "（核定之日）".clone_into(&mut paragraph.text),
            (Part::Particular, "發文字號：" | GOES_WITH) => {
                "（核定時編號）".clone_into(&mut paragraph.text);
            }
            _ => {}
        }
    }
    paragraphs
}

/// Before the letter that a certificate goes with.
const GOES_WITH: &str = "依據：";

/// What stands on every page of a draft.
pub(crate) const DRAFT: &str = "稿　本件尚未核定，不生效力";

/// Tabs come with pasted text and are spaces; line ends are of one kind.
fn paragraph(part: Part, label: impl Into<String>, text: impl AsRef<str>) -> Paragraph {
    let text = text.as_ref().trim().replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    Paragraph { part, label: label.into(), text }
}

fn head(letter: &Letter) -> Vec<Paragraph> {
    let contents = letter.contents();
    let issuer = &contents.issuer;
    let mut head = vec![paragraph(Part::Title, "", format!("{}　函", issuer.name))];
    let contact = [
        (Part::Contact, "地址：", &issuer.address),
        (Part::Contact, "承辦：", &issuer.contact),
        (Part::Contact, "電話：", &issuer.phone),
        (Part::ContactMail, "電子信箱：", &issuer.email),
    ];
    let given = contact.into_iter().filter(|(_, _, text)| !text.trim().is_empty());
    head.extend(given.map(|(part, label, text)| paragraph(part, label, text)));
    head.push(paragraph(Part::Addressee, "受文者：", contents.addressee.line().reveal()));
    let marks = identification(&contents.addressee).into_iter();
    head.extend(marks.map(|(label, text)| paragraph(Part::Identification, label, text)));
    head.push(paragraph(Part::IssueDate, "發文日期：", taipei::official(letter.date())));
    head.push(paragraph(Part::Particular, "發文字號：", letter.number().to_string()));
    head.push(paragraph(Part::Particular, "速別：", contents.speed.text().zh));
    if !contents.attachments.is_empty() {
        head.push(paragraph(Part::Particular, "附件：", contents.attachments.join("、")));
    }
    head
}

/// What tells the addressee apart (§96 I ①).
fn identification(addressee: &Addressee) -> Vec<(String, String)> {
    match addressee {
        Addressee::Person(person) => {
            let marks = Mark::ALL.iter().filter_map(|mark| Some((mark, person.marks.get(mark)?)));
            marks.map(|(mark, value)| (format!("{}：", mark.text().zh), value.reveal().clone())).collect()
        }
        Addressee::Body { name: _, seat, tax_id, representative } => {
            let tax_id = tax_id.clone().map(|number| ("統一編號：".to_owned(), number));
            let rest = [
                ("事務所或營業所：".to_owned(), seat.clone()),
                ("代表人：".to_owned(), representative.name.reveal().clone()),
            ];
            tax_id.into_iter().chain(rest).collect()
        }
    }
}

fn body(letter: &Letter) -> Vec<Paragraph> {
    let contents = letter.contents();
    let mut points: Vec<(&str, Vec<String>)> = Vec::new();
    if let Act::Corrects(correction) = &contents.act {
        points.push(("更正事項：", vec![corrected(correction)]));
    }
    points.push(("事實：", contents.facts.clone()));
    points.push(("理由：", contents.reasons.clone()));
    points.push(("法令依據：", contents.legal_basis.clone()));
    let clauses =
        contents.clauses.iter().map(|clause| format!("{}：{}", clause.kind.text().zh, clause.content));
    points.push(("附款：", clauses.collect()));
    let instruction = if matches!(letter.remedy(), Remedy::NotNeeded) { "" } else { "救濟教示：" };
    points.push((instruction, vec![letter.instruction()]));
    let mut body =
        vec![paragraph(Part::Section, "主旨：", &contents.subject), paragraph(Part::Section, "說明：", "")];
    let said = points.into_iter().filter(|(_, texts)| !texts.is_empty());
    for (number, (title, texts)) in (1..).zip(said) {
        body.extend(point(number, title, &texts));
    }
    body
}

/// One numbered item of 說明: a single text stands beside its title, several below it.
fn point(number: usize, title: &str, texts: &[String]) -> Vec<Paragraph> {
    let label = format!("{}、", numeral(number));
    if let [text] = texts {
        return vec![paragraph(Part::Item(1), label, format!("{title}{}", text.trim()))];
    }
    let mut item = vec![paragraph(Part::Item(1), label, title)];
    let texts = (1..).zip(texts);
    item.extend(texts.map(|(place, text)| paragraph(Part::Item(2), format!("（{}）", numeral(place)), text)));
    item
}

fn corrected(correction: &Correction) -> String {
    let Correction { date, wrong, right, .. } = correction;
    let (date, document) = (taipei::official(*date), correction.document());
    format!("本機關{date}{document}所載「{wrong}」，應更正為「{right}」。")
}

/// A certificate: whose it is, what it says, item by item, and of which letter it is an attachment.
fn certified(certificate: &Certificate) -> Vec<Paragraph> {
    let Certificate { text, addressee, issuer, signing, number, date, letter } = certificate;
    let mut paragraphs = vec![
        paragraph(Part::Title, "", format!("{}　{}", issuer.name, text.title)),
        paragraph(Part::Addressee, "持有人：", addressee.line().reveal()),
    ];
    let marks = identification(addressee).into_iter();
    paragraphs.extend(marks.map(|(label, text)| paragraph(Part::Identification, label, text)));
    paragraphs.push(paragraph(Part::IssueDate, "發文日期：", taipei::official(*date)));
    paragraphs.push(paragraph(Part::Particular, "發文字號：", number.to_string()));
    paragraphs.push(paragraph(Part::Particular, GOES_WITH, format!("{letter}函")));
    paragraphs.push(paragraph(Part::Section, "證明事項：", ""));
    let items = (1..).zip(&text.lines);
    paragraphs
        .extend(items.map(|(place, line)| paragraph(Part::Item(1), format!("{}、", numeral(place)), line)));
    paragraphs.extend(signed(signing, issuer));
    paragraphs
}

fn foot(letter: &Letter) -> Vec<Paragraph> {
    let contents = letter.contents();
    let mut foot = vec![paragraph(Part::Copies, "正本：", contents.addressee.line().reveal())];
    if !contents.copies.is_empty() {
        foot.push(paragraph(Part::Copies, "副本：", contents.copies.join("、")));
    }
    foot.extend(signed(letter.signing(), &contents.issuer));
    foot
}

fn signed(signing: &Signing, issuer: &Issuer) -> Vec<Paragraph> {
    let named = |office: &Office| format!("{}　{}", office.title, office.name);
    match signing {
        Signing::Head(head) => vec![paragraph(Part::Signature, "", named(head))],
        Signing::Deputy { head, deputy } => vec![
            paragraph(Part::Signature, "", named(head)),
            paragraph(Part::BelowSignature, "代理人：", named(deputy)),
        ],
        Signing::Seal => {
            let why = "本件以自動機器作成，依行政程序法第96條第1項第4款但書規定，以蓋章為之。";
            vec![paragraph(Part::Signature, "", &issuer.name), paragraph(Part::BelowSignature, "", why)]
        }
    }
}

fn check(verification: &Verification) -> Vec<Paragraph> {
    let how = "本件為電子文件。請掃描條碼，或於查驗網址輸入查驗碼，核對內容與機關留存者是否相符。";
    vec![
        paragraph(Part::CheckTitle, "文件查驗", ""),
        paragraph(Part::Check, "查驗碼：", verification.code.to_string()),
        paragraph(Part::CheckAddress, "查驗網址：", &verification.page),
        paragraph(Part::Check, "", how),
    ]
}

/// Chinese numerals from 1 to 99; beyond, digits.
fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |value: usize| DIGITS.get(value).copied().unwrap_or_default();
    match (number / 10, number % 10) {
        (0, ones) => digit(ones).to_owned(),
        (1, ones) => format!("十{}", digit(ones)),
        (tens @ 2..=9, ones) => format!("{}十{}", digit(tens), digit(ones)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::numeral;

    #[test]
    fn numerals_are_those_of_official_letters() {
        for (number, shown) in
            [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")]
        {
            assert_eq!(numeral(number), shown);
        }
    }
}
