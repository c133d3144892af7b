//! What notices say of the applicant's own periods: to answer a correction, to pick up a result.

use domain::notice::NoticeKind;
use domain::text::Text;

/// Subject and first paragraph.
pub(super) fn wording(kind: NoticeKind) -> (Text, Text) {
    match kind {
        NoticeKind::CorrectionRequested => (
            Text::new("【臺北市單一窗口】請補正", "[Taipei Single Window] Please put something right"),
            Text::new(
                "您的申請需要補正，內容如下。請登入單一窗口，於補正期限內完成補正。",
                "Something in your application must be put right, as said below. Sign in and answer in time.",
            ),
        ),
        NoticeKind::CorrectionAnswered => (
            Text::new("【已補正】申請人已補正", "[Corrected] The applicant has answered"),
            Text::new(
                "申請人已補正，請於處理期限前辦理。",
                "The applicant has answered. Please act before the due date.",
            ),
        ),
        NoticeKind::MoreTimeAsked => (
            Text::new("【申請展延】申請人申請展延補正期限", "[More time] The applicant asks for more time"),
            Text::new(
                "申請人申請展延補正期限，請於期限屆滿前決定。",
                "The applicant asks for more time to answer. Please decide before the period ends.",
            ),
        ),
        NoticeKind::CorrectionExtended => (
            Text::new(
                "【臺北市單一窗口】補正期限已展延",
                "[Taipei Single Window] You have more time to answer",
            ),
            Text::new(
                "您的補正期限已展延，新的期限如下。",
                "You have more time to answer; the new date is below.",
            ),
        ),
        NoticeKind::MoreTimeDeclined => (
            Text::new("【臺北市單一窗口】補正期限未予展延", "[Taipei Single Window] No more time to answer"),
            Text::new(
                "您申請展延補正期限，機關未予同意，補正期限不變，如下。",
                "You asked for more time to answer and were given none; the date stays as it is, below.",
            ),
        ),
        NoticeKind::CorrectionReminder => (
            Text::new(
                "【臺北市單一窗口】補正期限將屆",
                "[Taipei Single Window] Your time to answer ends soon",
            ),
            Text::new(
                "您的申請尚待補正，補正期限將屆，請儘速登入單一窗口補正。來不及時，可於期限前申請展延。",
                "Your application still waits for your answer, and the time for it ends soon. Sign in and answer; if you cannot in time, ask for more before the period ends.",
            ),
        ),
        NoticeKind::PickUpReminder => (
            Text::new(
                "【臺北市單一窗口】領取期限將屆",
                "[Taipei Single Window] Your time to pick up ends soon",
            ),
            Text::new(
                "您的申請已核准，尚未領取，領取期限將屆，請儘速前往領取。",
                "Your application was approved and its result has not been picked up. The time to do so ends soon.",
            ),
        ),
        NoticeKind::CorrectionLapsed => (
            Text::new("【逾期未補正】補正期限屆滿", "[Not corrected] The correction period has passed"),
            Text::new(
                "下列案件之補正期限已屆滿，尚未收到補正。駁回前補正者仍予受理。",
                "The correction period of the case below has passed without an answer. An answer before a rejection is still taken.",
            ),
        ),
        NoticeKind::AwaitedLapsed => (
            Text::new(
                "【尚未收到】繳費或應備資料尚未收到",
                "[Not received] The fee or what was to be sent has not come",
            ),
            Text::new(
                "下列案件等候繳費或補寄應備資料之期間已屆滿，尚未收到；機關將續行辦理，必要時通知補正。嗣後繳費或寄達者，處理期限於收到後起算。",
                "The time in which the window waited for the fee, or for what was to be sent, has passed. The agency goes on with the case and may ask for a correction. If it comes later, the processing limit starts once it is received.",
            ),
        ),
        _ => (
            Text::new("【逾期未領取】領取期限屆滿", "[Not picked up] The pick-up period has passed"),
            Text::new(
                "下列案件之領取期限已屆滿，尚未領取。請洽承辦機關。",
                "The pick-up period of the case below has passed. Contact the agency in charge.",
            ),
        ),
    }
}
