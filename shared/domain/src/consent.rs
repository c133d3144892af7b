//! Whether an applicant takes documents of the agency electronically (電子送達之同意): asked with the application, and
//! changed at any time after it. Whoever does not agree is served on paper (電子簽章法 §5, 行政程序法 §68 II).

use crate::case::{Case, State};
use crate::decide::bounded;
use crate::ending::{Conclusion, Evidence};
use crate::event::Event;
use crate::personal::Personal;
use crate::rejection::Rejection;
use crate::text::Text;

/// The version of the wording that is asked now; that of earlier answers stays what it was.
pub const WORDING: u16 = 1;

/// How often an applicant may change it: a record has an end, and others have to write into it too.
pub const MAX_CHANGES: u32 = 10;

/// Longest address, in characters.
pub const MAX_ADDRESS: u16 = 200;

/// What an applicant answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// 同意以電子文件送達, in this version of the wording.
    Given { wording: u16 },
    /// 以書面送達, to this postal address.
    Withheld { address: Personal<String> },
}

impl Consent {
    /// The same as it is kept: of the wording that is asked now, or with an address to which something can be sent.
    pub fn checked(self) -> Result<Self, Rejection> {
        match self {
            Self::Given { wording: WORDING } => Ok(self),
            Self::Given { .. } => Err(Rejection::ConsentWording { current: WORDING }),
            Self::Withheld { address } => {
                let address = bounded(address.reveal(), MAX_ADDRESS).filter(|address| !address.is_empty());
                let address = address.ok_or(Rejection::PostalAddress { max: MAX_ADDRESS })?;
                Ok(Self::Withheld { address: Personal::new(address) })
            }
        }
    }

    /// What the timeline says of a change.
    #[must_use]
    pub fn public_text(&self) -> Text {
        match self {
            Self::Given { .. } => Text::new(
                "您已同意以電子文件送達",
                "You agreed to take documents of the agency electronically",
            ),
            Self::Withheld { .. } => {
                Text::new("您已選擇以書面送達", "You chose to be sent the documents of the agency on paper")
            }
        }
    }
}

/// What is agreed to, in the wording that is asked now.
#[must_use]
pub fn wording() -> Text {
    Text::new(
        "我同意機關就本案以電子文件送達公文書：寄電子郵件通知我，由我登入單一窗口閱覽及下載。在收到決定之前，我可以改為書面送達。",
        "I agree that the agency serves its letters in this case electronically: an e-mail tells me of each, and I sign in to read and download it. Until I have the decision I can change to paper.",
    )
}

/// How documents are served on whoever answered like this.
#[must_use]
pub fn served(consent: Option<&Consent>) -> Text {
    match consent {
        Some(Consent::Given { .. }) | None => Text::new("電子文件", "electronically"),
        Some(Consent::Withheld { address }) => Text::new(
            format!("書面，寄至 {}", address.reveal()),
            format!("on paper, to {}", address.reveal()),
        ),
    }
}

/// Whether it can be changed now.
pub(crate) fn is_open(case: &Case) -> bool {
    case.may_be_served() && case.consent_changes < MAX_CHANGES
}

/// Decides a change of mind: while something may still have to be served.
pub(crate) fn change(case: &Case, consent: Consent) -> Result<Event, Rejection> {
    let consent = consent.checked()?;
    if case.consent.as_ref() == Some(&consent) {
        return Err(Rejection::NothingChanges);
    }
    if case.consent_changes >= MAX_CHANGES {
        return Err(Rejection::TooManyChanges { max: MAX_CHANGES });
    }
    Ok(Event::ConsentChanged { consent })
}

impl Case {
    /// Whether its applicant is served electronically: a case from before anybody was asked goes on as it began.
    #[must_use]
    pub const fn is_served_electronically(&self) -> bool {
        !matches!(self.consent, Some(Consent::Withheld { .. }))
    }

    /// Whether anything may still have to be served, so that it matters how.
    #[must_use]
    pub fn may_be_served(&self) -> bool {
        match self.ending {
            None => true,
            Some(_) => self.state == State::AwaitingPickUp || self.is_decision_unserved(),
        }
    }

    /// Whether its decision was made, and nothing shows yet that it was served.
    fn is_decision_unserved(&self) -> bool {
        matches!(self.state, State::Approved | State::Rejected)
    }

    /// Whether its decision was made and waits to be served on paper: on who takes none electronically, or has not opened
    /// it.
    #[must_use]
    pub fn waits_for_paper(&self) -> bool {
        self.is_decision_unserved() && (!self.is_served_electronically() || self.was_not_opened())
    }

    /// Whether somebody has to see to it that its applicant is told the decision: on paper, or since the mail came back.
    #[must_use]
    pub fn waits_to_be_served(&self) -> bool {
        let returned = self.ending.as_ref().is_some_and(|ending| ending.returned);
        self.waits_for_paper() || (self.is_decision_unserved() && returned)
    }

    /// Whether `evidence` shows that the applicant was told that it ended like this: a decision takes effect by
    /// service (行政程序法 §110 I), and nobody is served electronically who did not agree, or who was mailed of a decision
    /// and let it lie.
    pub(crate) fn tells(&self, how: Conclusion, evidence: Evidence) -> bool {
        match (how, evidence) {
            (Conclusion::Approved | Conclusion::Rejected, Evidence::Delivered) => {
                self.is_served_electronically() && !self.was_not_opened()
            }
            (Conclusion::Approved | Conclusion::Rejected, Evidence::Opened) => {
                self.is_served_electronically()
            }
            _ => true,
        }
    }
}
