//! What notices say of money.

use domain::notice::NoticeKind;
use domain::text::Text;

/// Subject and first paragraph.
pub(super) fn wording(kind: NoticeKind, to_staff: bool) -> (Text, Text) {
    match kind {
        NoticeKind::FeeDue => (
            Text::new("【臺北市單一窗口】請繳納規費", "[Taipei Single Window] A fee is due"),
            Text::new(
                "您的申請有應繳規費，金額及計算方式如下。請登入單一窗口繳費。",
                "A fee is due for your application, as computed below. Sign in to pay it.",
            ),
        ),
        NoticeKind::PaymentInstructed => (
            Text::new("【臺北市單一窗口】繳費號碼", "[Taipei Single Window] Your number to pay by"),
            Text::new(
                "您的繳費號碼如下，請於期限內繳費。入帳後將另行通知。",
                "This is the number to pay by. We will tell you once the payment is posted.",
            ),
        ),
        NoticeKind::FeePosted => (
            Text::new("【臺北市單一窗口】規費收據", "[Taipei Single Window] Receipt"),
            Text::new(
                "您的繳費已入帳，本通知即為電子收據，請妥善保存。",
                "Your payment has been posted. This message is your receipt; please keep it.",
            ),
        ),
        NoticeKind::RefundDue if !to_staff => (
            Text::new("【臺北市單一窗口】可申請退費", "[Taipei Single Window] You can claim money back"),
            Text::new(
                "您繳納之金額超過應繳規費。請登入單一窗口申請退費，並檢附繳費證明。",
                "You paid more than is due. Sign in to ask for it back, and bring your proof of payment.",
            ),
        ),
        NoticeKind::RefundDue => (
            Text::new("【退費】有應退還之款項", "[Refund] Money is to be paid back"),
            Text::new(
                "下列案件有可退還之款項，請聯絡申請人檢附繳費證明後辦理。",
                "Money of the case below can be paid back. Contact the applicant and ask for proof of payment.",
            ),
        ),
        NoticeKind::ProofAsked => (
            Text::new(
                "【臺北市單一窗口】請檢附繳費證明",
                "[Taipei Single Window] Please bring proof of payment",
            ),
            Text::new(
                "退費申請已受理登記。請登入單一窗口上傳繳費證明，機關並將與您聯絡。",
                "A refund was asked for. Sign in and upload your proof of payment; the agency will contact you as well.",
            ),
        ),
        NoticeKind::RefundDecided => (
            Text::new("【臺北市單一窗口】退費審核結果", "[Taipei Single Window] Your refund was decided on"),
            Text::new("您的退費已有審核結果，說明如下。", "Your refund was decided on, as said below."),
        ),
        NoticeKind::RefundPaid => (
            Text::new("【臺北市單一窗口】退費完成", "[Taipei Single Window] Your refund was paid"),
            Text::new("您的退費已完成。", "Your refund has been paid."),
        ),
        // The one that is left: money that somebody must look at.
        _ => (
            Text::new("【待處理】款項需人工查核", "[Money] Something has to be checked"),
            Text::new(
                "下列案件之款項需人工查核，請登入處理。費用尚未入帳，不得作為駁回事由。",
                "The money of the case below has to be checked by hand. An unposted fee is no ground of refusal.",
            ),
        ),
    }
}
