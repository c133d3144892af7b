//! How an applicant is served, and what they signed, as that is stored.

use domain::assurance::Assurance;
use domain::consent::Consent;
use domain::personal::Personal;
use domain::signature::{Signature, Signer};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::keys;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ConsentRow {
    Given { wording: u16 },
    Withheld { address: String },
}

impl From<&Consent> for ConsentRow {
    fn from(consent: &Consent) -> Self {
        match consent {
            Consent::Given { wording } => Self::Given { wording: *wording },
            Consent::Withheld { address } => Self::Withheld { address: address.reveal().clone() },
        }
    }
}

impl From<ConsentRow> for Consent {
    fn from(row: ConsentRow) -> Self {
        match row {
            ConsentRow::Given { wording } => Self::Given { wording },
            ConsentRow::Withheld { address } => Self::Withheld { address: Personal::new(address) },
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct SignatureBody {
    sha256: String,
    statement: u16,
    assurance: u8,
    signed_in_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

impl From<&Signature> for SignatureBody {
    fn from(signature: &Signature) -> Self {
        let Signature { digest, statement, by } = signature;
        Self {
            sha256: keys::hex(digest),
            statement: *statement,
            assurance: by.assurance.level(),
            signed_in_at: by.signed_in_at,
            from: by.from.as_ref().map(|from| from.reveal().clone()),
        }
    }
}

impl TryFrom<SignatureBody> for Signature {
    type Error = Fault;

    fn try_from(body: SignatureBody) -> Result<Self, Fault> {
        let level = Assurance::of_level(body.assurance);
        Ok(Self {
            digest: keys::unhex(&body.sha256)
                .ok_or_else(|| Fault::corrupt("a signature without a digest"))?,
            statement: body.statement,
            by: Signer {
                assurance: level.ok_or_else(|| Fault::corrupt("a signature of no level"))?,
                signed_in_at: body.signed_in_at,
                from: body.from.map(Personal::new),
            },
        })
    }
}
