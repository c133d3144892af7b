//! Items: the catalogue file, and the rows made of it. The JSON of the file and of a
//! stored version is the same type, so what was imported is what is kept.

use std::collections::BTreeMap;

use domain::assurance::Assurance;
use domain::booking::BookingTerms;
use domain::clock::terms::Limit;
use domain::fee::FeeRule;
use domain::form::{Choice, Field, FieldKind};
use domain::id::{AgencyCode, ItemCode, Key as FieldKey};
use domain::item::{
    DocumentForm, DocumentRequirement, Handling, ItemVersion, LetterTerms, OnlineType, PaymentPlace,
    ResultDelivery,
};
use domain::letter::{Mark, Remedy};
use domain::pick_up::PickUp;
use domain::register::Source;
use domain::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::AsText;
use super::booking::BookingTermsFile;
use super::clock::{ClockFile, LimitFile};
use super::fee::FeeFile;
use super::letter::RemedyFile;
use super::pick_up::PickUpFile;
use super::register::SourceFile;
use crate::fault::Fault;
use crate::keys::Key;
use crate::row::Row;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextFile {
    pub zh: String,
    pub en: String,
}

impl From<TextFile> for Text {
    fn from(text: TextFile) -> Self {
        Self::new(text.zh, text.en)
    }
}

impl From<Text> for TextFile {
    fn from(text: Text) -> Self {
        Self { zh: text.zh, en: text.en }
    }
}

/// An item version as in the catalogue file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFile {
    pub code: AsText<ItemCode>,
    pub version: u32,
    pub effective_from: Date,
    pub agency: AsText<AgencyCode>,
    pub name: TextFile,
    pub summary: TextFile,
    pub eligibility: TextFile,
    pub online_type: AsText<OnlineType>,
    /// 1 to 3 of [`Assurance`]; left out where any account will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing_assurance: Option<u8>,
    /// The same of signing; left out where nothing is to be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_assurance: Option<u8>,
    /// Left out where the result comes online; or, where it is picked up, at the counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Vec<AsText<ResultDelivery>>>,
    /// Left out where a fee is paid online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Vec<AsText<PaymentPlace>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_person: Option<TextFile>,
    /// Left out where no time can be booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<BookingTermsFile>,
    /// Left out where nothing is picked up, and in versions of before it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pick_up: Option<PickUpFile>,
    /// Left out where none is published: two months then (行政程序法 §51 II).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<LimitFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockFile>,
    /// Whole TWD, 0 being free of charge, or a rule.
    pub fee: FeeFile,
    pub fields: Vec<FieldFile>,
    pub documents: Vec<DocumentFile>,
    pub legal_basis: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<LetterFile>,
}

/// What the letters about an item need of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterFile {
    /// The field of the form that has each mark of the addressee.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub marks: BTreeMap<AsText<Mark>, AsText<FieldKey>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<RemedyFile>,
}

impl LetterFile {
    /// A mark that no field of `item` has, or a remedy that names not everything, makes letters that cannot go
    /// out.
    fn terms(self, item: &ItemCode, fields: &[FieldFile]) -> Result<LetterTerms, Fault> {
        let marks: BTreeMap<Mark, FieldKey> =
            self.marks.into_iter().map(|(mark, field)| (mark.0, field.0)).collect();
        let remedy = self.remedy.map(Remedy::from);
        let known = |key: &FieldKey| fields.iter().any(|field| field.key.0 == *key);
        if let Some(unknown) = marks.values().find(|key| !known(key)) {
            return Err(Fault::Corrupt(format!(
                "item {item}: letters need the field {unknown}, which it has not"
            )));
        }
        if remedy.as_ref().is_some_and(|remedy| !remedy.is_complete() || *remedy == Remedy::NotNeeded) {
            return Err(Fault::Corrupt(format!("item {item}: its remedy is incomplete")));
        }
        Ok(LetterTerms { marks, remedy })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFile {
    pub key: AsText<FieldKey>,
    pub label: TextFile,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<TextFile>,
    pub required: bool,
    pub kind: KindFile,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KindFile {
    Line { max: u16 },
    Paragraph { max: u16 },
    Number { min: i64, max: i64 },
    Date,
    Choice { options: Vec<ChoiceFile> },
    Consent,
    NationalId,
    Phone,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceFile {
    pub value: AsText<FieldKey>,
    pub label: TextFile,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFile {
    pub key: AsText<FieldKey>,
    pub name: TextFile,
    pub required: bool,
    /// Left out for a file or a scan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<AsText<DocumentForm>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obtainable_from: Option<SourceFile>,
}

impl From<KindFile> for FieldKind {
    fn from(kind: KindFile) -> Self {
        match kind {
            KindFile::Line { max } => Self::Line { max },
            KindFile::Paragraph { max } => Self::Paragraph { max },
            KindFile::Number { min, max } => Self::Number { min, max },
            KindFile::Date => Self::Date,
            KindFile::Choice { options } => Self::Choice {
                options: options
                    .into_iter()
                    .map(|option| Choice { value: option.value.0, label: option.label.into() })
                    .collect(),
            },
            KindFile::Consent => Self::Consent,
            KindFile::NationalId => Self::NationalId,
            KindFile::Phone => Self::Phone,
        }
    }
}

impl TryFrom<ItemFile> for ItemVersion {
    type Error = Fault;

    fn try_from(file: ItemFile) -> Result<Self, Fault> {
        let reached = |level| {
            let bad = || format!("item {}: nobody signs in at level {level}, but at 1 to 3", file.code.0);
            Assurance::of_sign_in(level).ok_or_else(|| Fault::Corrupt(bad()))
        };
        let filing_assurance = file.filing_assurance.map_or(Ok(Assurance::Account), reached)?;
        let signing_assurance = file.signing_assurance.map(reached).transpose()?;
        let limit = file
            .limit
            .map_or(Ok(Limit::DEFAULT), Limit::try_from)
            .map_err(|bad| Fault::Corrupt(format!("item {}: {bad}", file.code.0)))?;
        let fee = FeeRule::try_from(file.fee)
            .map_err(|bad| Fault::Corrupt(format!("item {}: {bad}", file.code.0)))?;
        let terms = file.clock.unwrap_or_default().terms(limit)?;
        let letter = file.letter.map(|letter| letter.terms(&file.code.0, &file.fields)).transpose()?;
        let handling = Handling {
            delivery: match (file.delivery, terms.pick_up_days) {
                (Some(ways), _) => ways.into_iter().map(|way| way.0).collect(),
                (None, Some(_)) => [ResultDelivery::Counter].into(),
                (None, None) => Handling::default().delivery,
            },
            payment: file.payment.map_or_else(
                || Handling::default().payment,
                |places| places.into_iter().map(|place| place.0).collect(),
            ),
            in_person: file.in_person.map(Text::from),
            booking: file.booking.map(BookingTerms::from),
        };
        Ok(Self {
            code: file.code.0,
            version: file.version,
            effective_from: file.effective_from,
            agency: file.agency.0,
            name: file.name.into(),
            summary: file.summary.into(),
            eligibility: file.eligibility.into(),
            online_type: file.online_type.0,
            filing_assurance,
            signing_assurance,
            handling,
            pick_up: file.pick_up.map(PickUp::from),
            terms,
            fee,
            fields: file
                .fields
                .into_iter()
                .map(|field| Field {
                    key: field.key.0,
                    label: field.label.into(),
                    hint: field.hint.map(Text::from),
                    required: field.required,
                    kind: field.kind.into(),
                })
                .collect(),
            documents: file
                .documents
                .into_iter()
                .map(|document| DocumentRequirement {
                    key: document.key.0,
                    name: document.name.into(),
                    required: document.required,
                    form: document.form.map(|form| form.0).unwrap_or_default(),
                    obtainable_from: document.obtainable_from.map(Source::from),
                })
                .collect(),
            legal_basis: file.legal_basis,
            letter: letter.unwrap_or_default(),
        })
    }
}

/// The row keeps the file as text: it is read whole, and its digest can be compared.
#[derive(Serialize, Deserialize)]
struct ItemRow {
    version: u32,
    item: String,
}

pub fn encode(key: &Key, file: &ItemFile) -> Result<Row, Fault> {
    let item = serde_json::to_string(file).map_err(Fault::corrupt)?;
    super::encode(key, "item", 1, &ItemRow { version: file.version, item })
}

pub fn decode(row: Row) -> Result<ItemVersion, Fault> {
    let row: ItemRow = super::decode(row, "item")?;
    serde_json::from_str::<ItemFile>(&row.item).map_err(Fault::corrupt)?.try_into()
}
