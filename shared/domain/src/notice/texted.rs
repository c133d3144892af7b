//! What goes by SMS (簡訊) beside the mail, to an applicant who gave a number.

use super::NoticeKind;

impl NoticeKind {
    /// Whether it asks something of the applicant, or tells the result: what must not be found days later. Of what
    /// they did themselves, or what only goes on, the mail tells.
    #[must_use]
    pub const fn is_sent_by_sms(self) -> bool {
        matches!(
            self,
            Self::Decided
                | Self::CaseTransferred
                | Self::CorrectionRequested
                | Self::CorrectionReminder
                | Self::CorrectionLapsed
                | Self::PickUpReminder
                | Self::FeeDue
                | Self::ProofAsked
        )
    }
}
