//! Proposals and rectifications as JSON.

use domain::case::Outcome;
use domain::id::Version;
use domain::letter::{CertificateWording, Clause, ClauseKind, DocumentPlace, Wording};
use domain::refusal::{Grounds, RefusalGround};
use platform::codec::AsText;
use serde::{Deserialize, Serialize};
use web::incoming::Incoming;
use web::trouble::Trouble;

use super::{Body, bodies, body};
use crate::command::{Given, Order};
use crate::letter::{Proposing, Rectifying};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseBody {
    kind: AsText<ClauseKind>,
    content: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificateBody {
    title: String,
    text: String,
}

bodies! {
    Propose {
        outcome: AsText<Outcome>,
        #[serde(default)]
        subject: String,
        #[serde(default)]
        facts: String,
        #[serde(default)]
        reason: String,
        #[serde(default)]
        legal_basis: String,
        #[serde(default)]
        clauses: Vec<ClauseBody>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        certificates: Vec<CertificateBody>,
        #[serde(default)]
        in_part: bool,
        #[serde(default)]
        ground: Option<AsText<RefusalGround>>,
        #[serde(default)]
        uncorrectable: bool,
        #[serde(default)]
        fee_aside: bool,
    }
    Rectify { document: AsText<DocumentPlace>, wrong: String, right: String, #[serde(default)] reason: String }
}

pub fn propose(incoming: &Incoming) -> Result<Given, Trouble> {
    body(incoming, |it: &Propose| {
        let certificate =
            |it: &CertificateBody| CertificateWording { title: it.title.clone(), text: it.text.clone() };
        let clause = |it: &ClauseBody| Clause { kind: it.kind.0, content: it.content.clone() };
        Order::Propose(Box::new(Proposing {
            outcome: it.outcome.0,
            reason: it.reason.clone(),
            grounds: Grounds {
                ground: it.ground.as_ref().map(|ground| ground.0),
                fee_aside: it.fee_aside,
                uncorrectable: it.uncorrectable,
            },
            wording: Wording {
                subject: it.subject.clone(),
                facts: it.facts.clone(),
                legal_basis: it.legal_basis.clone(),
                clauses: it.clauses.iter().map(clause).collect(),
                in_part: it.in_part,
                certificates: it.certificates.iter().map(certificate).collect(),
            },
        }))
    })
}

pub fn rectify(incoming: &Incoming) -> Result<Given, Trouble> {
    body(incoming, |it: &Rectify| {
        Order::Rectify(Box::new(Rectifying {
            document: it.document.0,
            wrong: it.wrong.clone(),
            right: it.right.clone(),
            reason: it.reason.clone(),
        }))
    })
}
