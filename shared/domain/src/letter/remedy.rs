//! How the act can be contested, within what time and where (教示, 行政程序法 §96 I ⑥). A wrong period
//! or a missing instruction lengthens the period to a year (§98), so the words are a template and the
//! agency chooses which.

use crate::code::coded;

/// Which remedy the law gives against the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// 訴願, through the agency that issued the act (訴願法 §14, §56, §58).
    Appeal {
        /// 受理訴願機關: 臺北市政府 for acts of its agencies (訴願法 §4 ③), a ministry for the city's own (⑤).
        authority: String,
    },
    /// A remedy that a special act puts before the appeal (訴願之先行程序): 聲明異議, 申請復查.
    Objection {
        /// What it is called: `聲明異議`.
        name: String,
        /// Days from the day after the act arrived.
        days: u32,
        /// `空氣污染防制法第○條`.
        legal_basis: String,
        authority: String,
    },
    /// 行政訴訟 at once, because the act was made after a hearing (經聽證, 行政程序法 §109).
    Litigation {
        /// `臺北高等行政法院`.
        court: String,
    },
    /// 免教示: nothing to contest. Allowed only where [`super::Act`] says so.
    NotNeeded,
}

/// The kinds of remedy, for a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemedyKind {
    Appeal,
    Objection,
    Litigation,
    NotNeeded,
}

coded!(RemedyKind {
    Appeal = "appeal",
    Objection = "objection",
    Litigation = "litigation",
    NotNeeded = "not_needed",
});

/// 訴願之提起，應自行政處分達到或公告期滿之次日起三十日內為之 (訴願法 §14 I).
pub const APPEAL_DAYS: u32 = 30;
/// 二個月之不變期間 (行政訴訟法 §106), in months.
pub const LITIGATION_MONTHS: u32 = 2;

impl Remedy {
    #[must_use]
    pub const fn kind(&self) -> RemedyKind {
        match self {
            Self::Appeal { .. } => RemedyKind::Appeal,
            Self::Objection { .. } => RemedyKind::Objection,
            Self::Litigation { .. } => RemedyKind::Litigation,
            Self::NotNeeded => RemedyKind::NotNeeded,
        }
    }

    /// Whether method, period and authority are all named.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let given = |texts: &[&String]| texts.iter().all(|text| !super::blank(text));
        match self {
            Self::Appeal { authority } => given(&[authority]),
            Self::Objection { name, days, legal_basis, authority } => {
                *days > 0 && given(&[name, legal_basis, authority])
            }
            Self::Litigation { court } => given(&[court]),
            Self::NotNeeded => true,
        }
    }

    /// The instruction in the letter of `agency`; `None` where there is none.
    #[must_use]
    pub fn instruction(&self, agency: &str) -> Option<String> {
        match self {
            Self::Appeal { authority } => Some(format!(
                "如不服本處分，得自本處分達到之次日起{APPEAL_DAYS}日內，依訴願法第14條、第56條及第58條規定，\
                 繕具訴願書，經由{agency}向{authority}提起訴願（訴願之提起，以{agency}或{authority}收受訴願書\
                 之日期為準）。"
            )),
            Self::Objection { name, days, legal_basis, authority } => Some(format!(
                "如不服本處分，得自本處分達到之次日起{days}日內，依{legal_basis}規定，以書面向{authority}\
                 {name}；不服其決定者，得依法續行救濟。"
            )),
            Self::Litigation { court } => Some(format!(
                "本處分經聽證作成，依行政程序法第109條規定，免除訴願及其先行程序。如不服本處分，得於本處分\
                 達到後{LITIGATION_MONTHS}個月之不變期間內，依行政訴訟法第106條規定，向{court}提起行政訴訟。"
            )),
            Self::NotNeeded => None,
        }
    }
}
