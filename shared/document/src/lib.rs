//! A decision on paper: from a [`Paper`] to the PDF of an official letter (函) or of a certificate beside it.
//!
//! [`render`] is pure: the same paper, verification and fonts give the same bytes. The file is PDF/A-2a
//! and PDF/UA-1: tagged, in `zh-TW`, all fonts embedded as subsets; the library refuses to write
//! anything else.
//!
//! Read in this order: [`content`] (what stands in the letter, in reading order), [`layout`] (where on
//! which page), [`lines`] (where lines may end), [`font`] (which glyph), `pdf` and `tags` (how it is
//! written). How to change any of it: `docs/documents.md`.

pub mod content;
pub mod font;
pub mod layout;
pub mod lines;
mod pdf;
mod tags;

use std::collections::BTreeSet;

use domain::letter::Paper;
use domain::text::Text;
use domain::verification::VerificationCode;
use qrcodegen::{QrCode, QrCodeEcc};

use content::Paragraph;
pub use font::Fonts;

/// How whoever holds the paper can check it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    pub code: VerificationCode,
    /// The address of the page that asks for a code: `https://window.example/verify`.
    pub page: String,
}

impl Verification {
    /// The address of this very document, which is in the QR code.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}/{}", self.page.trim_end_matches('/'), self.code)
    }
}

/// Why a letter is not printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unprintable {
    /// No font has these characters. A name must not be printed wrong or with a gap, so nothing is
    /// printed until the deployment has a font for it.
    #[error("no font has {0:?}")]
    Characters(BTreeSet<char>),
    /// The verification page is no `https` (or `http`) address in ASCII, or too long for a QR code.
    #[error("no address for a QR code")]
    Address,
    /// The library could not write the file: ours to mend.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
}

impl Unprintable {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Characters(_) => "CHARACTER_NOT_IN_FONT",
            Self::Address => "BAD_VERIFICATION_ADDRESS",
            Self::Pdf(_) => "PDF_NOT_WRITTEN",
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Characters(characters) => {
                let named: Vec<String> =
                    characters.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
                Text::new(
                    format!("字型缺字，公文書未產生：{}。請系統管理人員加裝全字庫字型。", named.join("、")),
                    format!(
                        "No font has {}; the document was not made. Ask the operator to add a font.",
                        named.join(", ")
                    ),
                )
            }
            Self::Address => Text::new(
                "查驗網址之設定不正確，公文書未產生。請洽系統管理人員。",
                "The address of the verification page is wrong; the document was not made. Ask the operator.",
            ),
            Self::Pdf(_) => Text::new(
                "公文書產生失敗。請洽系統管理人員。",
                "The document could not be made. Ask the operator.",
            ),
        }
    }
}

/// The PDF of `paper`.
pub fn render(paper: &Paper, verification: &Verification, fonts: &Fonts) -> Result<Vec<u8>, Unprintable> {
    let code = qr_code(verification)?;
    written(paper, &content::paragraphs(paper, verification), Some((verification, &code)), fonts)
}

/// The PDF of `paper` while it awaits approval (稿): marked as a draft on every page, without number, date
/// and verification. What cannot be printed is found before anybody approves it.
pub fn render_draft(paper: &Paper, fonts: &Fonts) -> Result<Vec<u8>, Unprintable> {
    written(paper, &content::draft(paper), None, fonts)
}

fn written(
    paper: &Paper,
    paragraphs: &[Paragraph],
    check: Option<(&Verification, &QrCode)>,
    fonts: &Fonts,
) -> Result<Vec<u8>, Unprintable> {
    let missing = fonts.missing(paragraphs.iter().flat_map(|paragraph| [&paragraph.label, &paragraph.text]));
    if !missing.is_empty() {
        return Err(Unprintable::Characters(missing));
    }
    let sheets = layout::sheets(paragraphs, fonts);
    pdf::written(paper, check, paragraphs, &sheets, fonts)
}

fn qr_code(verification: &Verification) -> Result<QrCode, Unprintable> {
    let address = verification.address();
    let is_web = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    if !is_web || !address.bytes().all(|byte| byte.is_ascii_graphic()) || address.len() > MAX_ADDRESS {
        return Err(Unprintable::Address);
    }
    QrCode::encode_text(&address, QrCodeEcc::Medium).map_err(|_| Unprintable::Address)
}

/// Longest address in the QR code, in characters: what still scans at the printed size.
const MAX_ADDRESS: usize = 200;
