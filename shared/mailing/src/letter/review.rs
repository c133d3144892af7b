//! What is said of joint review: to the agencies that are asked, and to who asked them.

use domain::notice::NoticeKind;
use domain::text::Text;

/// Subject and first paragraph.
pub(super) fn wording(kind: NoticeKind) -> (Text, Text) {
    match kind {
        NoticeKind::ReviewAsked => (
            Text::new("【會審】請提供會審意見", "[Review] Your opinion is asked for"),
            Text::new(
                "下列案件送請貴機關會審，請於會審期限前登入單一窗口回復意見。",
                "Another agency asks yours to review a part of the case below. Please sign in and answer within your limit.",
            ),
        ),
        NoticeKind::ReviewMoved => (
            Text::new("【會審】會審期限變更", "[Review] Your limit was moved"),
            Text::new(
                "下列案件之會審期限因辦公日曆變更而調整如下。",
                "The office calendar was changed, and with it your limit to review the case below.",
            ),
        ),
        NoticeKind::ReviewLate => (
            Text::new("【會審逾期】請儘速回復會審意見", "[Review overdue] Your opinion is late"),
            Text::new(
                "下列案件之會審期限已過而尚未回復，請儘速回復；逾期日數計入貴機關。",
                "Your limit to review the case below has passed without an answer. Please answer now; the days count as your agency's.",
            ),
        ),
        NoticeKind::ReviewDropped => (
            Text::new("【會審】無須再回復", "[Review] No answer is needed any more"),
            Text::new(
                "下列案件已不再等候貴機關之會審意見，無須再回復。",
                "The opinion of your agency on the case below is not waited for any more.",
            ),
        ),
        NoticeKind::ReviewAnswered => (
            Text::new("【會審回復】會審機關已回復意見", "[Review] An agency has answered"),
            Text::new(
                "下列案件之會審機關已回復意見。",
                "An agency that was asked to review the case below has answered.",
            ),
        ),
        _ => (
            Text::new("【會審逾期】會審機關尚未回復", "[Review overdue] An agency has not answered"),
            Text::new(
                "下列案件之會審機關已逾其期限而未回復，已一併催請。本案處理期限不變；得不再等候，續行辦理。",
                "An agency that was asked to review the case below is past its limit and was reminded. The due date of the case stays; you may go on without its answer.",
            ),
        ),
    }
}
