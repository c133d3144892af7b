//! The certificates of a proposal on its form: a title and its lines each.

use std::collections::BTreeMap;

use domain::letter::CertificateWording;
use domain::letter::certificate::MAX_CERTIFICATES;

/// The first of the fields.
pub const FIRST: &str = "certificate-1-title";

fn field(place: usize, what: &str) -> String {
    format!("certificate-{place}-{what}")
}

/// Whether one of the fields is of this name.
pub fn is_field(name: &str) -> bool {
    (1..=MAX_CERTIFICATES).any(|place| ["title", "text"].iter().any(|what| field(place, what) == name))
}

/// What was typed; a row of nothing is none.
pub fn typed(typed: &BTreeMap<String, String>) -> Vec<CertificateWording> {
    let text = |place, what| typed.get(&field(place, what)).cloned().unwrap_or_default();
    let row = |place| CertificateWording { title: text(place, "title"), text: text(place, "text") };
    let says = |row: &CertificateWording| !(row.title.trim().is_empty() && row.text.trim().is_empty());
    (1..=MAX_CERTIFICATES).map(row).filter(says).collect()
}

/// What was typed into a form that is no longer there.
pub fn kept(typed: &BTreeMap<String, String>) -> impl Iterator<Item = &str> {
    typed.iter().filter(|(name, _)| is_field(name)).map(|(_, text)| text.as_str())
}

/// A row of the form.
pub struct CertificateInput {
    /// From 1.
    pub place: usize,
    pub title: String,
    pub text: String,
}

impl CertificateInput {
    pub fn is_filled(&self) -> bool {
        !(self.title.is_empty() && self.text.is_empty())
    }
}

/// All rows, with what was typed.
pub fn inputs(typed: impl Fn(&str) -> Option<String>) -> Vec<CertificateInput> {
    let text = |place, what| typed(&field(place, what)).unwrap_or_default();
    let row = |place| CertificateInput { place, title: text(place, "title"), text: text(place, "text") };
    (1..=MAX_CERTIFICATES).map(row).collect()
}
