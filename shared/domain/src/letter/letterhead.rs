//! What the letters of an agency need beside the case: who issues and signs them, under which word they
//! are numbered, and where they can be contested. Kept in the register of agencies.

use jiff::civil::Date;

use super::{Contents, Draw, Issuer, Lack, Office, Remedy, Signing, blank, signs};
use crate::letter::DocumentNumber;

/// The letters of an agency; empty where the register says nothing, and then no letter is complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letterhead {
    pub issuer: Issuer,
    /// 首長.
    pub head: Option<Office>,
    /// 代理人, while somebody acts for the head.
    pub deputy: Option<Office>,
    /// 發文代字: `北市工公園`.
    pub word: String,
    /// How the acts of this agency are contested (救濟教示), unless the item says otherwise.
    pub remedy: Option<Remedy>,
}

impl Letterhead {
    /// The head, or whoever acts for them (§96 I ④).
    #[must_use]
    pub fn signing(&self) -> Option<Signing> {
        let head = self.head.clone()?;
        Some(match self.deputy.clone() {
            Some(deputy) => Signing::Deputy { head, deputy },
            None => Signing::Head(head),
        })
    }

    /// The number (發文字號) of a letter of `date`: word, ROC year, day of the year and six drawn digits. Not
    /// counted up, so that no row is written by all reviewers of an agency; that it is nobody else's is
    /// seen to when it is written. `None` without a word.
    #[must_use]
    pub fn number(&self, date: Date, draw: &Draw) -> Option<DocumentNumber> {
        let year = i32::from(date.year()) - 1911;
        let serial = format!("{year:03}{:03}{:06}", date.day_of_year(), draw.serial());
        format!("{}字第{serial}號", self.word).parse().ok()
    }

    /// How `contents` can be contested: not at all where everything was granted, by the item's remedy where
    /// it has one of its own, else by the agency's.
    #[must_use]
    pub fn remedy(&self, contents: &Contents, of_item: Option<&Remedy>) -> Option<Remedy> {
        if contents.may_omit_reasons() {
            return Some(Remedy::NotNeeded);
        }
        of_item.or(self.remedy.as_ref()).cloned()
    }

    /// What it lacks for any letter at all, in the order of §96 I.
    #[must_use]
    pub fn lacks(&self) -> Vec<Lack> {
        let signed = self.signing().as_ref().is_some_and(signs);
        let numbered = self.number(Date::constant(2026, 1, 1), &Draw::new([0; 32])).is_some();
        let parts = [
            (!blank(&self.issuer.name), Lack::Agency),
            (signed, Lack::Signature),
            (numbered, Lack::Number),
            (self.remedy.as_ref().is_some_and(Remedy::is_complete), Lack::Remedy),
        ];
        parts.into_iter().filter(|(there, _)| !there).map(|(_, lack)| lack).collect()
    }
}
