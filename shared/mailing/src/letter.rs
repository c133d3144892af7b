//! What notices say: one place for every text, in both languages.

pub mod booking;
mod clock;
mod dispatch;
pub mod duty;
mod ended;
mod money;
mod own_period;
mod pick_up;
mod review;

use askama::Template;
use domain::case::{Outcome, State};
use domain::notice::NoticeKind;
use domain::payment::receipt_no;
use domain::taipei;
use domain::text::{Lang, Text};
use jiff::civil::Date;
use platform::codec::notice::Notice;
use platform::fault::Fault;

/// The version of the texts, sent along so that what a person read can be found again.
pub const TEXTS: &str = "2026-11.5";

/// A letter, ready to be put into its two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub lang: Lang,
    pub subject: String,
    pub salutation: String,
    pub paragraphs: Vec<String>,
    pub facts: Vec<(String, String)>,
    /// What the link leads to.
    pub see: Text,
    pub link: String,
    pub reference: String,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct TextForm<'a> {
    letter: &'a Letter,
    texts: &'static str,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct HtmlForm<'a> {
    letter: &'a Letter,
    texts: &'static str,
}

impl Letter {
    /// The plain-text form.
    pub fn text(&self) -> Result<String, Fault> {
        TextForm { letter: self, texts: TEXTS }.render().map_err(Fault::corrupt)
    }

    /// The HTML form.
    pub fn html(&self) -> Result<String, Fault> {
        HtmlForm { letter: self, texts: TEXTS }.render().map_err(Fault::corrupt)
    }

    /// The text of the letter's language.
    #[must_use]
    pub const fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(zh, en)
    }
}

/// Writes the letter of `notice`; links lead below `origin`.
#[must_use]
pub fn write(notice: &Notice, origin: &str) -> Letter {
    let lang = notice.lang;
    let case = notice.id.event.case;
    let (subject, body) = wording(notice);
    let path = if notice.to_staff { "work" } else { "cases" };
    let mut paragraphs = vec![body.pick(lang).to_owned()];
    if let (true, Some(reason)) = (tells_reason(notice), notice.reason.as_ref().filter(|r| !r.is_empty())) {
        let label = match notice.kind {
            NoticeKind::CorrectionRequested => lang.pick("補正事項：\n", "To be put right:\n"),
            _ => lang.pick("說明：", "Reason: "),
        };
        paragraphs.push(format!("{label}{reason}"));
    }
    let told = notice.pick_up.as_ref();
    if told.is_some() && notice.kind == NoticeKind::Decided {
        paragraphs.push(pick_up::announced().pick(lang).to_owned());
    }
    let to_pick_up = told.map(|told| pick_up::facts(told, notice.to_staff, lang)).unwrap_or_default();
    let fact = |zh: &str, en: &str, value: String| (lang.pick(zh, en).to_owned(), value);
    Letter {
        lang,
        subject: format!("{} {case}", subject.pick(lang)),
        salutation: match lang {
            Lang::ZhHant => format!("{} 您好：", notice.name.reveal()),
            Lang::En => format!("Dear {},", notice.name.reveal()),
        },
        paragraphs,
        facts: [
            Some(fact("案號", "Case number", case.to_string())),
            Some(fact("申請項目", "Service", notice.item.pick(lang).to_owned())),
            Some(fact("收件時間", "Received", taipei::shown_instant(notice.received_at, lang))),
            notice
                .until
                .filter(|_| notice.kind != NoticeKind::PaymentInstructed)
                .map(|until| own_period(notice, until)),
            (notice.kind == NoticeKind::FeePosted)
                .then(|| fact("收據號碼", "Receipt", receipt_no(notice.id.event))),
            (notice.kind != NoticeKind::ReviewDropped).then(|| due_fact(notice, lang)),
            issues(notice.kind).then(|| {
                let seq = notice.id.event.seq.0;
                fact("公文書", "The letter", format!("{origin}/cases/{case}/documents/{seq}"))
            }),
        ]
        .into_iter()
        .flatten()
        .chain(to_pick_up)
        .collect(),
        see: Text::new("查閱案件", "See the case"),
        // Before it is dispatched, not everybody who is told may open it.
        link: match notice.kind {
            NoticeKind::CaseToCome => format!("{origin}/{path}"),
            NoticeKind::ReviewDropped => format!("{origin}/work/reviews"),
            kind if kind.is_to_reviewing_agency() => format!("{origin}/work/reviews/{case}"),
            _ => format!("{origin}/{path}/{case}"),
        },
        reference: notice.id.to_string(),
    }
}

/// Whether a document was issued with what the notice tells; its place in the case is that of the event.
const fn issues(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::Decided | NoticeKind::Rectified)
}

/// What the applicant has to do, and by when. A number to pay by has a period of its own, which its notice says.
fn own_period(notice: &Notice, until: Date) -> (String, String) {
    let lang = notice.lang;
    let what = match notice.state {
        State::AwaitingPickUp => lang.pick("領取期限", "Pick up by"),
        State::AwaitingPayment | State::AwaitingMaterials if notice.to_staff => {
            lang.pick("等候申請人至", "The applicant is waited for until")
        }
        State::AwaitingPayment | State::AwaitingMaterials => {
            lang.pick("繳費或補寄期限", "Pay, or send what is missing, by")
        }
        _ => lang.pick("補正期限", "Answer by"),
    };
    (what.to_owned(), taipei::shown(until, lang))
}

/// The due date: of the case, or of the agency's own part of it.
fn due_fact(notice: &Notice, lang: Lang) -> (String, String) {
    let what = if notice.kind.is_to_reviewing_agency() {
        lang.pick("會審期限", "Your answer is due")
    } else {
        lang.pick("處理期限", "Due date")
    };
    let none = || lang.pick("詳見案件頁面", "see the page of the case").to_owned();
    (what.to_owned(), notice.due.map_or_else(none, |due| taipei::shown(due, lang)))
}

/// Subject and first paragraph of each kind.
fn wording(notice: &Notice) -> (Text, Text) {
    match notice.kind {
        NoticeKind::ApplicationReceived => (
            Text::new("【臺北市單一窗口】已收到您的申請", "[Taipei Single Window] Application received"),
            Text::new(
                "我們已收到您的申請。處理期限之計算方式及辦理過程，可隨時於單一窗口查詢。",
                "We received your application. You can follow your case online at any time, and see there how its due date is counted.",
            ),
        ),
        NoticeKind::ReviewAsked
        | NoticeKind::ReviewMoved
        | NoticeKind::ReviewLate
        | NoticeKind::ReviewDropped
        | NoticeKind::ReviewAnswered
        | NoticeKind::ReviewerLate => review::wording(notice.kind),
        NoticeKind::CaseArrived
        | NoticeKind::CaseReady
        | NoticeKind::CaseToCome
        | NoticeKind::CaseUntaken
        | NoticeKind::CaseAssigned
        | NoticeKind::CaseRerouted
        | NoticeKind::CaseTransferred => dispatch::wording(notice.kind),
        NoticeKind::GlassBroken => (
            Text::new(
                "【調閱】系統管理人員調閱貴機關案件",
                "[Looked into] A case of your agency was looked into",
            ),
            Text::new(
                "資訊局系統管理人員為維護系統調閱下列案件，理由如下；如有疑義請洽資訊局。",
                "The keepers of the system looked into the case below, for the reason given. Ask the Department of Information Technology where it is not clear.",
            ),
        ),
        NoticeKind::ProposalWaiting => (
            Text::new("【待審核】承辦人已擬辦", "[To approve] A proposal awaits you"),
            Text::new("承辦人已完成擬辦，請審核。", "The handler has proposed an outcome. Please review it."),
        ),
        NoticeKind::ProposalReturned => (
            Text::new("【退回】擬辦已退回", "[Returned] Your proposal came back"),
            Text::new(
                "審核人已退回擬辦，請依審核意見再行研議。",
                "The reviewer returned your proposal. Please look at it again.",
            ),
        ),
        NoticeKind::Decided => decided(notice.outcome),
        NoticeKind::Rectified => (
            Text::new("【臺北市單一窗口】公文書更正", "[Taipei Single Window] A document was put right"),
            Text::new(
                "本機關發給您的公文書有顯然錯誤，已更正如下。更正函請登入單一窗口下載。",
                "An obvious error in a document you were sent was put right, as said below. Sign in to read the letter.",
            ),
        ),
        NoticeKind::CaseWithdrawn
        | NoticeKind::CaseTerminated
        | NoticeKind::PaperDue
        | NoticeKind::ResultReturned => ended::wording(notice.kind, notice.to_staff),
        NoticeKind::FeeDue
        | NoticeKind::PaymentInstructed
        | NoticeKind::FeePosted
        | NoticeKind::MoneyToCheck
        | NoticeKind::RefundDue
        | NoticeKind::ProofAsked
        | NoticeKind::RefundDecided
        | NoticeKind::RefundPaid => money::wording(notice.kind, notice.to_staff),
        NoticeKind::CorrectionRequested
        | NoticeKind::CorrectionAnswered
        | NoticeKind::MoreTimeAsked
        | NoticeKind::CorrectionExtended
        | NoticeKind::MoreTimeDeclined
        | NoticeKind::CorrectionReminder
        | NoticeKind::CorrectionLapsed
        | NoticeKind::PickUpReminder
        | NoticeKind::PickUpLapsed
        | NoticeKind::AwaitedLapsed => own_period::wording(notice.kind),
        NoticeKind::Arrived
        | NoticeKind::Extended
        | NoticeKind::ClockChanged
        | NoticeKind::DateMoved
        | NoticeKind::WindowClosed => clock::wording(notice.kind),
        NoticeKind::DueSoon => (
            Text::new("【將屆期】案件處理期限將屆", "[Due soon] A due date is near"),
            Text::new(
                "下列案件之處理期限將屆，請儘速辦理。",
                "The due date of the case below is near. Please act.",
            ),
        ),
        NoticeKind::Overdue => (
            Text::new("【逾期】案件已逾處理期限", "[Overdue] A due date has passed"),
            Text::new(
                "下列案件已逾處理期限，請立即處理並通知申請人。",
                "The due date of the case below has passed. Act now and inform the applicant.",
            ),
        ),
    }
}

fn decided(outcome: Option<Outcome>) -> (Text, Text) {
    match outcome {
        Some(Outcome::Reject) => (
            Text::new("【臺北市單一窗口】申請結果：駁回", "[Taipei Single Window] Result: rejected"),
            Text::new(
                "您的申請經審核後予以駁回。詳細內容請登入單一窗口查閱。",
                "Your application was rejected. Sign in to read the decision.",
            ),
        ),
        Some(Outcome::Approve) | None => (
            Text::new("【臺北市單一窗口】申請結果：核准", "[Taipei Single Window] Result: approved"),
            Text::new(
                "您的申請已核准。詳細內容請登入單一窗口查閱。",
                "Your application was approved. Sign in to read the decision.",
            ),
        ),
    }
}

/// A proposal is internal until it is decided; the applicant reads only the decision's reason.
fn tells_reason(notice: &Notice) -> bool {
    notice.to_staff
        || matches!(
            notice.kind,
            NoticeKind::Decided
                | NoticeKind::Rectified
                | NoticeKind::CaseRerouted
                | NoticeKind::CaseTransferred
                | NoticeKind::CorrectionRequested
                | NoticeKind::CorrectionExtended
                | NoticeKind::MoreTimeDeclined
                | NoticeKind::Extended
                | NoticeKind::ClockChanged
                | NoticeKind::DateMoved
                | NoticeKind::FeeDue
                | NoticeKind::PaymentInstructed
                | NoticeKind::FeePosted
                | NoticeKind::RefundDue
                | NoticeKind::ProofAsked
                | NoticeKind::RefundDecided
                | NoticeKind::RefundPaid
        )
}
