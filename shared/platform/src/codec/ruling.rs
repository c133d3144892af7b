//! A proposal and a decision, as their events keep them.

use domain::case::Ruling;
use domain::event::Event;
use domain::letter::{Issued, Proposed};
use serde::{Deserialize, Serialize};

use super::case::RulingRow;
use super::issued::IssuedBody;
use super::letter::ProposedBody;
use crate::fault::Fault;

/// Schema 3: with its letter. Before that, the ruling alone.
#[derive(Serialize, Deserialize)]
pub(super) struct ProposalBody {
    #[serde(flatten)]
    ruling: RulingRow,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    letter: Option<Box<ProposedBody>>,
}

impl ProposalBody {
    pub fn of(ruling: &Ruling, letter: Option<&Proposed>) -> Self {
        Self { ruling: ruling.into(), letter: letter.map(|letter| Box::new(letter.into())) }
    }
}

impl From<ProposalBody> for Event {
    fn from(body: ProposalBody) -> Self {
        Self::Proposed {
            ruling: body.ruling.into(),
            letter: body.letter.map(|letter| Box::new((*letter).into())),
        }
    }
}

/// Schema 3: with what was issued. Before that, the ruling alone.
#[derive(Serialize, Deserialize)]
pub(super) struct DecisionBody {
    #[serde(flatten)]
    ruling: RulingRow,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    documents: Vec<IssuedBody>,
}

impl DecisionBody {
    pub fn of(ruling: &Ruling, documents: &[Issued]) -> Self {
        Self { ruling: ruling.into(), documents: documents.iter().map(IssuedBody::from).collect() }
    }
}

impl TryFrom<DecisionBody> for Event {
    type Error = Fault;

    fn try_from(body: DecisionBody) -> Result<Self, Fault> {
        Ok(Self::Decided {
            ruling: body.ruling.into(),
            documents: body.documents.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
        })
    }
}
