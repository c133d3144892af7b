//! What the applicant reads of the money in the timeline (規範 十(三)5).

use super::ledger::Posting;
use super::refund::RefundStep;
use super::{DisputeState, RefundState, Word};
use crate::text::Text;

impl Posting {
    /// The stable code of the kind of event.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FeeSet(_) => "fee_set",
            Self::Started(_) => "payment_started",
            Self::Heard { word, .. } => match word {
                Word::Paid(_) => "payment_heard",
                Word::Instructed(_) => "payment_instructed",
                Word::Failed { .. } => "payment_failed",
                Word::Disputed { .. } => "payment_disputed",
                Word::Refunded { .. } => "refund_heard",
                Word::Unclear { .. } => "payment_unclear",
                Word::Nothing => "payment_noted",
            },
            Self::Expired { .. } => "payment_expired",
            Self::Applied { .. } => "suspense_applied",
            Self::Disputed { .. } => "dispute_recorded",
            Self::CheckedOff { .. } => "money_checked_off",
            Self::Refund { step, .. } => match step {
                RefundStep::Requested(_) => "refund_requested",
                RefundStep::Contacted { .. } => "refund_contacted",
                RefundStep::Proven(_) => "refund_proven",
                RefundStep::Accepted { .. } => "refund_accepted",
                RefundStep::Declined { .. } => "refund_declined",
                RefundStep::Submitted(_) => "refund_submitted",
                RefundStep::PaidOut { .. } => "refund_paid_out",
            },
            Self::Ended { .. } => "fee_ended",
        }
    }

    /// What the applicant reads.
    #[must_use]
    pub fn public_text(&self) -> Text {
        match self {
            Self::FeeSet(fee) => Text::new(
                format!("應繳規費新臺幣 {} 元", fee.amount),
                format!("A fee of NT${} is due", fee.amount),
            ),
            Self::Started(attempt) => {
                let (provider, means) = (attempt.provider.text(), attempt.means.text());
                Text::new(
                    format!("開始繳費：{}，{}，新臺幣 {} 元", provider.zh, means.zh, attempt.amount),
                    format!("Payment begun: {}, {}, NT${}", provider.en, means.en, attempt.amount),
                )
            }
            Self::Heard { word, .. } => heard(word),
            Self::Expired { .. } => Text::new("繳費期限已過，未收到款項", "The payment was not made in time"),
            Self::Applied { amount, .. } => Text::new(
                format!("暫收款新臺幣 {amount} 元已抵繳規費"),
                format!("NT${amount} held in suspense was put to the fee"),
            ),
            Self::Disputed { state, .. } => disputed(*state),
            Self::CheckedOff { .. } => Text::new("機關已完成款項查核", "The agency has checked the payment"),
            Self::Refund { step, .. } => refund(step),
            Self::Ended { retained } => Text::new(
                format!("案件終結，依規定留存規費新臺幣 {retained} 元"),
                format!("The case ended; NT${retained} of the fee is kept by the rules"),
            ),
        }
    }
}

fn heard(word: &Word) -> Text {
    match word {
        Word::Paid(receipt) if receipt.simulated => {
            Text::new("收到測試付款通知，不入帳", "A test payment was announced; it is not posted")
        }
        Word::Paid(receipt) => Text::new(
            format!("已收到繳費新臺幣 {} 元", receipt.amount),
            format!("A payment of NT${} was received", receipt.amount),
        ),
        Word::Instructed(_) => Text::new("已取得繳費代碼，請於期限內繳費", "A number to pay by was issued"),
        Word::Failed { .. } => {
            Text::new("這次付款未完成，可再試一次", "This payment did not go through; you can try again")
        }
        Word::Disputed { state, .. } => disputed(*state),
        Word::Refunded { state, .. } => paid_out(*state),
        Word::Unclear { .. } => Text::new(
            "金流業者之通知需人工查核，機關將儘速處理",
            "A notice of the payment provider has to be checked by hand",
        ),
        Word::Nothing => Text::new("收到金流業者通知", "The payment provider sent a notice"),
    }
}

fn disputed(state: DisputeState) -> Text {
    match state {
        DisputeState::Opened => Text::new("付款人向發卡機構提出爭議", "The payer disputed the payment"),
        DisputeState::Lost => {
            Text::new("爭議款項已退還付款人", "The disputed payment went back to the payer")
        }
        DisputeState::Won => Text::new("爭議結束，款項維持入帳", "The dispute is over; the payment stands"),
    }
}

fn refund(step: &RefundStep) -> Text {
    match step {
        RefundStep::Requested(request) => Text::new(
            format!("申請退費新臺幣 {} 元：{}", request.amount, request.ground.text().zh),
            format!("A refund of NT${} was asked for: {}", request.amount, request.ground.text().en),
        ),
        RefundStep::Contacted { .. } => {
            Text::new("機關已就退費與您聯絡", "The agency contacted you about the refund")
        }
        RefundStep::Proven(_) => Text::new("已收到您的繳費證明", "Your proof of payment was received"),
        RefundStep::Accepted { .. } => Text::new("退費已核准", "The refund was approved"),
        RefundStep::Declined { reason } => {
            Text::new(format!("退費未獲同意：{reason}"), format!("The refund was not agreed to: {reason}"))
        }
        RefundStep::Submitted(_) => Text::new("退費已送出", "The refund is on its way"),
        RefundStep::PaidOut { state, .. } => paid_out(*state),
    }
}

fn paid_out(state: RefundState) -> Text {
    match state {
        RefundState::Settled => Text::new("退費已完成", "The refund was paid"),
        RefundState::Failed => {
            Text::new("退費未成功，機關將再辦理", "The refund failed; the agency will try again")
        }
        RefundState::Bounced => {
            Text::new("退費遭退回，機關將與您聯絡", "The refund came back; the agency will contact you")
        }
        RefundState::Requested | RefundState::Accepted | RefundState::Submitted => {
            Text::new("退費辦理中", "The refund is under way")
        }
    }
}
