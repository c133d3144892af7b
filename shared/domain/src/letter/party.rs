//! To whom a written act is addressed (處分相對人), and by whom it is issued (行政程序法 §96 I ①, ④).

use std::collections::BTreeMap;

use crate::code::coded;
use crate::personal::Personal;
use crate::text::Text;

/// By what a person is told apart from others of the name (§96 I ①: 出生年月日、性別、身分證統一號碼、
/// 住居所或其他足資辨別之特徵). The item says which are printed: no more personal data than it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// 出生年月日.
    BirthDate,
    /// 性別.
    Sex,
    /// 身分證統一號碼; of a foreigner the number of the residence permit.
    IdNumber,
    /// 住居所.
    Residence,
    /// 其他足資辨別之特徵.
    Other,
}

coded!(Mark {
    BirthDate = "birth_date",
    Sex = "sex",
    IdNumber = "id_number",
    Residence = "residence",
    Other = "other",
});

impl Mark {
    /// What stands before it on paper, and its English name.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::BirthDate => Text::new("出生年月日", "date of birth"),
            Self::Sex => Text::new("性別", "sex"),
            Self::IdNumber => Text::new("身分證統一編號", "identity number"),
            Self::Residence => Text::new("住居所", "residence"),
            Self::Other => Text::new("其他特徵", "other mark"),
        }
    }
}

/// A natural person (自然人). Marks are as they shall be printed: whoever makes the letter decides
/// whether a number is masked (`A12345***9`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: Personal<String>,
    pub marks: BTreeMap<Mark, Personal<String>>,
}

/// 處分相對人.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    Person(Person),
    /// A legal person, or a body with a representative (法人或其他設有管理人或代表人之團體).
    Body {
        name: String,
        /// 事務所或營業所.
        seat: String,
        /// 統一編號, where there is one.
        tax_id: Option<String>,
        representative: Person,
    },
}

impl Addressee {
    /// The name for whoever only has the document (林○穎); that of a body is public.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Person(person) => {
                let name: Vec<char> = person.name.reveal().trim().chars().collect();
                let shown = |place: usize| place == 0 || (place == name.len() - 1 && name.len() > 2);
                name.iter().enumerate().map(|(place, c)| if shown(place) { *c } else { '○' }).collect()
            }
            Self::Body { name, .. } => name.clone(),
        }
    }

    /// The name on the line 受文者, with the form of address: `林佳穎　君`; a body has none.
    #[must_use]
    pub fn line(&self) -> Personal<String> {
        Personal::new(match self {
            Self::Person(person) => format!("{}　君", person.name.reveal()),
            Self::Body { name, .. } => name.clone(),
        })
    }
}

/// The agency that issues the letter (處分機關), as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Issuer {
    /// The full name: 臺北市政府工務局公園路燈工程管理處.
    pub name: String,
    pub address: String,
    /// The unit or officer in charge (承辦單位、承辦人).
    pub contact: String,
    pub phone: String,
    pub email: String,
}

/// An office and who holds it: 處長 王大明.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    pub title: String,
    /// A name in office is public.
    pub name: String,
}

/// How the act is signed (§96 I ④).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signing {
    /// 首長署名.
    Head(Office),
    /// 代理人或受任人 signs below the head.
    Deputy { head: Office, deputy: Office },
    /// 以自動機器作成之大量行政處分，得不經署名，以蓋章為之: the agency's seal alone.
    Seal,
}
