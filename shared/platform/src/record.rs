//! A case with all its events, and what they say together.

use domain::case::{Document, State};
use domain::correction::{Answer, Correction, Open};
use domain::event::{Event, Submitted};
use domain::form::{Answers, Field};
use domain::id::UploadId;
use domain::personal::Personal;
use domain::signature::Signature;

use crate::codec::case::Loaded;
use crate::codec::event::Chained;

/// Everything the store has of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub loaded: Loaded,
    pub events: Vec<Chained>,
}

impl Record {
    /// What was filed: the first event.
    #[must_use]
    pub fn filed(&self) -> Option<&Submitted> {
        match &self.events.first()?.recorded.event {
            Event::Submitted(submitted) => Some(submitted),
            _ => None,
        }
    }

    /// The signature under it, where the item asked for one.
    #[must_use]
    pub fn signature(&self) -> Option<&Signature> {
        self.filed()?.signature.as_ref()
    }

    /// What came with corrections, oldest first.
    pub fn corrected(&self) -> impl Iterator<Item = &Answer> {
        self.events.iter().filter_map(|chained| match &chained.recorded.event {
            Event::CorrectionAnswered { answer, .. } => Some(answer.as_ref()),
            _ => None,
        })
    }

    /// The documents that were filed, and after them those that came with corrections.
    #[must_use]
    pub fn documents(&self) -> Vec<&Document> {
        let filed = self.filed().into_iter().flat_map(|filed| &filed.application.documents);
        filed.chain(self.corrected().flat_map(|answer| &answer.documents)).collect()
    }

    /// What the form says by now: what was filed, as corrected since.
    #[must_use]
    pub fn answers(&self) -> Answers {
        let filed = self.filed().map(|filed| filed.application.answers.reveal().clone());
        let mut answers = filed.unwrap_or_default();
        for answer in self.corrected() {
            answers.extend(answer.answers.reveal().clone());
        }
        answers
    }

    /// The correction that is open, as `fields`, those of the form, are asked about; for a reply to it.
    #[must_use]
    pub fn open_correction(&self, fields: &[Field]) -> Option<Open> {
        let deficiencies = self.correction()?.deficiencies.clone();
        let round = u32::try_from(self.loaded.case.history.corrections.len()).ok()?;
        let filed = Personal::new(self.answers());
        Some(Open { round, deficiencies, fields: fields.to_vec(), filed })
    }

    /// What the applicant is asked to put right, while an answer is awaited or would still be taken.
    #[must_use]
    pub fn correction(&self) -> Option<&Correction> {
        let open =
            matches!(self.loaded.case.state, State::UnderCorrection | State::Assigned | State::JointReview);
        let last = self.events.iter().rev().find_map(|chained| match &chained.recorded.event {
            Event::CorrectionRequested(correction) => Some(Some(correction.as_ref())),
            Event::CorrectionAnswered { .. } => Some(None),
            _ => None,
        });
        last.flatten().filter(|_| open)
    }

    /// A document of the case: filed with it, brought with a correction, or as proof of payment.
    #[must_use]
    pub fn document(&self, upload: UploadId) -> Option<Document> {
        let proofs = self.loaded.case.ledger.refunds().into_iter().flat_map(|refund| refund.proofs);
        self.documents().into_iter().cloned().chain(proofs).find(|document| document.upload == upload)
    }
}
