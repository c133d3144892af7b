//! What an SMS says: the window, the case and what to do. Whoever sees the screen of a telephone may read it, so it
//! has nothing else of the case, and no link into it.

use domain::notice::NoticeKind;
use domain::text::{Lang, Text};
use jiff::civil::Date;
use platform::codec::notice::Notice;

/// The SMS of `notice`, which names the window at `origin`; `None` for a kind that goes by mail alone.
#[must_use]
pub fn write(notice: &Notice, origin: &str) -> Option<String> {
    let act = act(notice.kind)?;
    let until = notice.until.filter(|_| has_period(notice.kind));
    let until = until.map(|until| period(until).pick(notice.lang).to_owned()).unwrap_or_default();
    let (case, act) = (notice.id.event.case, act.pick(notice.lang));
    Some(match notice.lang {
        Lang::ZhHant => format!("【臺北市單一窗口】案件 {case}：{act}{until}。{origin}"),
        Lang::En => format!("Taipei Single Window: case {case}, {act}{until}. {origin}"),
    })
}

/// Whether the applicant has a period of their own for it.
const fn has_period(kind: NoticeKind) -> bool {
    matches!(
        kind,
        NoticeKind::CorrectionRequested | NoticeKind::CorrectionReminder | NoticeKind::PickUpReminder
    )
}

fn period(until: Date) -> Text {
    let (month, day) = (until.month(), until.day());
    Text::new(format!("，期限{month}月{day}日"), format!(" by {}", until.strftime("%-d %b")))
}

/// What is to be done, or has happened.
fn act(kind: NoticeKind) -> Option<Text> {
    Some(match kind {
        NoticeKind::Decided => Text::new("已有結果，請登入查閱", "there is a decision; sign in to read it"),
        NoticeKind::CaseTransferred => {
            Text::new("已移送其他機關，請登入查閱", "it was passed on to another body; sign in to read more")
        }
        NoticeKind::CorrectionRequested => Text::new("請補正", "please put something right"),
        NoticeKind::CorrectionReminder => Text::new("尚未補正", "please remember to put something right"),
        NoticeKind::CorrectionLapsed => {
            Text::new("補正期限已過，請登入查閱", "the time to put it right has passed; sign in to read more")
        }
        NoticeKind::PickUpReminder => Text::new("尚未領取", "please remember to pick up the result"),
        NoticeKind::FeeDue => Text::new("請繳費", "please pay the fee"),
        NoticeKind::ProofAsked => Text::new("請提供繳費證明", "please send proof of payment"),
        _ => return None,
    })
}
