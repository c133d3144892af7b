//! Agencies: the register file, and the rows made of it.

use domain::agency::Agency;
use domain::id::AgencyCode;
use domain::letter::{Issuer, Letterhead, Office, Remedy};
use serde::{Deserialize, Serialize};

use super::AsText;
use super::item::TextFile;
use super::letter::{OfficeFile, RemedyFile};
use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

/// An agency as in the catalogue file and in its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgencyFile {
    pub code: AsText<AgencyCode>,
    pub name: TextFile,
    pub phone: String,
    /// What its letters need; until it is there, no decision can be proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letterhead: Option<LetterheadFile>,
}

/// What the letters of an agency need (行政程序法 §96 I ④ to ⑥).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterheadFile {
    /// The full name, as it is printed.
    pub name: String,
    pub address: String,
    /// 承辦單位.
    pub contact: String,
    /// That of the agency where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default)]
    pub email: String,
    /// 首長.
    pub head: OfficeFile,
    /// 代理人, while somebody acts for the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<OfficeFile>,
    /// 發文代字: `北市工公園`.
    pub word: String,
    /// 救濟教示.
    pub remedy: RemedyFile,
}

impl LetterheadFile {
    fn letterhead(self, phone: &str) -> Letterhead {
        let Self { name, address, contact, phone: own, email, head, deputy, word, remedy } = self;
        let phone = own.unwrap_or_else(|| phone.to_owned());
        Letterhead {
            issuer: Issuer { name, address, contact, phone, email },
            head: Some(head.into()),
            deputy: deputy.map(Office::from),
            word,
            remedy: Some(remedy.into()),
        }
    }
}

/// `Fault::Corrupt` for a letterhead of which no letter can be made: it names what is missing.
pub fn encode(file: &AgencyFile) -> Result<Row, Fault> {
    let letterhead = file.letterhead.clone().map(|letterhead| letterhead.letterhead(&file.phone));
    if let Some(letterhead) = letterhead {
        let lacks = letterhead.lacks();
        let without_remedy = letterhead.remedy == Some(Remedy::NotNeeded);
        if !lacks.is_empty() || without_remedy {
            let named: Vec<&str> = lacks.iter().map(|lack| lack.code()).collect();
            let named = if without_remedy { "a remedy".to_owned() } else { named.join(", ") };
            return Err(Fault::Corrupt(format!("the letterhead of {} lacks {named}", file.code.0)));
        }
    }
    super::encode(&Key::Agency(file.code.0.clone()), "agency", 1, file)
}

pub fn decode(row: Row) -> Result<Agency, Fault> {
    #[derive(Deserialize)]
    struct AgencyRow {
        code: AsText<AgencyCode>,
        name: TextFile,
        phone: String,
        #[serde(default)]
        letterhead: Option<LetterheadFile>,
    }
    let AgencyRow { code, name, phone, letterhead } = super::decode(row, "agency")?;
    let letterhead = letterhead.map(|file| file.letterhead(&phone)).unwrap_or_default();
    Ok(Agency { code: code.0, name: name.into(), phone, letterhead })
}
