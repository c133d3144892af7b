//! Service items (申請案件項目): what can be applied for, in immutable versions.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::assurance::Assurance;
use crate::booking::BookingTerms;
use crate::clock::terms::Terms;
use crate::code::coded;
use crate::fee::FeeRule;
use crate::form::Field;
use crate::id::{AgencyCode, ItemCode, Key};
use crate::letter::{Mark, Remedy};
use crate::pick_up::PickUp;
use crate::register::Source;
use crate::text::Text;

/// The three types of online application (規範 八).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnlineType {
    /// 全程式: everything online, nobody comes to a counter.
    Full,
    /// 非全程式: applied for online, originals or results still travel.
    Partial,
    /// 網路預約: reserved online, applied for at the counter.
    Reservation,
}

coded!(OnlineType { Full = "full", Partial = "partial", Reservation = "reservation" });

impl OnlineType {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Full => Text::new("全程式網路申辦", "fully online"),
            Self::Partial => Text::new("非全程式網路申辦", "partly online"),
            Self::Reservation => Text::new("網路預約", "online reservation"),
        }
    }
}

/// Kinds of files an applicant may bring, told apart by content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileType {
    Pdf,
    Jpeg,
    Png,
}

coded!(FileType {
    Pdf = "application/pdf",
    Jpeg = "image/jpeg",
    Png = "image/png",
});

impl FileType {
    /// The media type, which is also the stable code.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        self.code()
    }

    /// The type that the first bytes of a file show, whatever it is called.
    #[must_use]
    pub fn of_content(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"%PDF-") {
            Some(Self::Pdf)
        } else if head.starts_with(&[0xFF, 0xD8, 0xFF]) {
            Some(Self::Jpeg)
        } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else {
            None
        }
    }
}

/// Largest file of any document, in bytes: what one Lambda request can carry is smaller, so larger
/// files go straight to the object store.
pub const MAX_FILE_BYTES: u32 = 10 * 1024 * 1024;
/// Most files of one application.
pub const MAX_FILES: usize = 20;

/// In which form a document comes (規範 八).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum DocumentForm {
    /// 電子檔或掃描影像檔.
    #[default]
    File,
    /// 正本: a scan goes with the application, the original is posted or brought.
    Original,
    /// 實物, such as a sample or a number plate.
    Object,
}

coded!(DocumentForm { File = "file", Original = "original", Object = "object" });

impl DocumentForm {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::File => Text::new("電子檔或掃描影像檔", "file or scan"),
            Self::Original => Text::new("須繳驗正本", "the original is to be shown"),
            Self::Object => Text::new("須提供實物", "the object itself"),
        }
    }
}

/// How the result reaches the applicant (領取方式, 規範 八).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResultDelivery {
    /// 網路.
    Online,
    /// 電子媒介.
    Media,
    /// 郵寄.
    Mail,
    /// 超商.
    Store,
    /// 臨櫃.
    Counter,
}

coded!(ResultDelivery {
    Online = "online",
    Media = "media",
    Mail = "mail",
    Store = "convenience_store",
    Counter = "counter",
});

impl ResultDelivery {
    /// 免臨櫃方式: nobody comes to a counter for it.
    #[must_use]
    pub const fn spares_the_counter(self) -> bool {
        match self {
            Self::Online | Self::Media | Self::Mail | Self::Store => true,
            Self::Counter => false,
        }
    }

    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Online => Text::new("網路", "online"),
            Self::Media => Text::new("電子媒介", "on an electronic medium"),
            Self::Mail => Text::new("郵寄", "by post"),
            Self::Store => Text::new("超商取件", "at a convenience store"),
            Self::Counter => Text::new("臨櫃領取", "at the counter"),
        }
    }
}

/// Where a fee can be paid (提供網路繳費方式, 提供非網路繳費方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaymentPlace {
    Online,
    Offline,
}

coded!(PaymentPlace { Online = "online", Offline = "offline" });

/// What of an application happens elsewhere than in the window: what makes it one of the three types,
/// as [`crate::online_type`] checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handling {
    /// One at least.
    pub delivery: BTreeSet<ResultDelivery>,
    /// Of no account where nothing is charged.
    pub payment: BTreeSet<PaymentPlace>,
    /// What the applicant does at a counter in person (臨櫃步驟), if anything.
    pub in_person: Option<Text>,
    /// Where and how far ahead a time at the counter can be booked, if it can (網路預約).
    pub booking: Option<BookingTerms>,
}

impl Default for Handling {
    /// Everything in the window.
    fn default() -> Self {
        Self {
            delivery: BTreeSet::from([ResultDelivery::Online]),
            payment: BTreeSet::from([PaymentPlace::Online]),
            in_person: None,
            booking: None,
        }
    }
}

/// One of the documents to bring (應備證件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRequirement {
    pub key: Key,
    pub name: Text,
    pub required: bool,
    pub form: DocumentForm,
    /// Where the city looks it up itself; unless an exception is in force, the applicant need not bring it
    /// (免書證免謄本, 規範 九 II-III).
    pub obtainable_from: Option<Source>,
}

/// A published version of an item. Cases keep the version they were filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemVersion {
    pub code: ItemCode,
    /// From 1.
    pub version: u32,
    pub effective_from: Date,
    pub agency: AgencyCode,
    pub name: Text,
    pub summary: Text,
    /// Who may apply (申請資格).
    pub eligibility: Text,
    pub online_type: OnlineType,
    /// The least level at which an application is taken (規範 九 I), one that signing in can reach.
    pub filing_assurance: Assurance,
    /// The least level at which it is signed, one that signing in can reach; `None` where nothing is to be signed.
    pub signing_assurance: Option<Assurance>,
    pub handling: Handling,
    /// How the result is picked up in person, where it is; `None` too in versions of before that was said.
    pub pick_up: Option<PickUp>,
    /// The processing limit of the online channel (網路申辦處理時限), and what its clock waits for.
    pub terms: Terms,
    /// What is charged for an application (規費); when it is due is a matter of the [`Terms`].
    pub fee: FeeRule,
    pub fields: Vec<Field>,
    pub documents: Vec<DocumentRequirement>,
    /// 法規依據.
    pub legal_basis: Vec<String>,
    pub letter: LetterTerms,
}

/// What the letters about an item need of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LetterTerms {
    /// By which answers of the form the addressee is told apart (行政程序法 §96 I ①); where there are none,
    /// by the number of the case.
    pub marks: BTreeMap<Mark, Key>,
    /// Another remedy than that of the agency's acts.
    pub remedy: Option<Remedy>,
}

/// The version of the item a case was filed under, and what every later step needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRef {
    pub code: ItemCode,
    pub version: u32,
    pub name: Text,
    pub terms: Terms,
}

impl ItemVersion {
    /// The document of this key that it asks for.
    #[must_use]
    pub fn document(&self, key: &Key) -> Option<&DocumentRequirement> {
        self.documents.iter().find(|known| known.key == *key)
    }

    /// What it takes to file it: at least what it takes to sign it, where it is signed.
    #[must_use]
    pub fn needed_assurance(&self) -> Assurance {
        self.signing_assurance.map_or(self.filing_assurance, |signing| signing.max(self.filing_assurance))
    }

    /// What it is called; by its key where it asks for none such.
    #[must_use]
    pub fn document_name(&self, key: &Key) -> Text {
        self.document(key).map_or_else(|| Text::new(key.as_str(), key.as_str()), |known| known.name.clone())
    }

    #[must_use]
    pub fn reference(&self) -> ItemRef {
        ItemRef {
            code: self.code.clone(),
            version: self.version,
            name: self.name.clone(),
            terms: self.terms.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FileType;

    #[test]
    fn type_is_told_by_content() {
        assert_eq!(FileType::of_content(b"%PDF-1.7\n"), Some(FileType::Pdf));
        assert_eq!(FileType::of_content(&[0xFF, 0xD8, 0xFF, 0xE0]), Some(FileType::Jpeg));
        assert_eq!(FileType::of_content(b"\x89PNG\r\n\x1a\n"), Some(FileType::Png));
        assert_eq!(FileType::of_content(b"MZ\x90\0"), None);
        assert_eq!(FileType::of_content(b""), None);
    }
}
