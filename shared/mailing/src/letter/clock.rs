//! What notices say of the clock of the agency.

use domain::notice::NoticeKind;
use domain::text::Text;

/// Subject and first paragraph.
pub(super) fn wording(kind: NoticeKind) -> (Text, Text) {
    match kind {
        NoticeKind::Arrived => (
            Text::new(
                "【臺北市單一窗口】應備資料已寄達",
                "[Taipei Single Window] What we waited for has arrived",
            ),
            Text::new("您的應備資料已寄達機關。", "What the agency waited for has arrived."),
        ),
        NoticeKind::Extended => (
            Text::new("【臺北市單一窗口】處理期限延長", "[Taipei Single Window] The limit was extended"),
            Text::new(
                "您的申請之處理期限已延長一次，事由如下。",
                "The processing limit of your application was extended, once, for the reason below.",
            ),
        ),
        NoticeKind::DateMoved => (
            Text::new("【單一窗口】期限日期變動", "[Single Window] A date has moved"),
            Text::new(
                "因辦公日曆變動，下列案件之日期已重新計算。",
                "The office calendar changed, so a date of the case below was counted anew.",
            ),
        ),
        NoticeKind::WindowClosed => (
            Text::new("【開始計算】受理期間已截止", "[Started] The acceptance window has closed"),
            Text::new(
                "下列案件之受理期間已截止，處理期限如下。",
                "The acceptance window of the case below has closed; its due date is below.",
            ),
        ),
        _ => (
            Text::new("【臺北市單一窗口】處理期限調整", "[Taipei Single Window] The clock was changed"),
            Text::new(
                "您的申請之處理期限有所調整，說明如下。",
                "The clock of your application was changed, as said below.",
            ),
        ),
    }
}
