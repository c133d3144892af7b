//! The pages: one for the payer, which looks as a provider's does, and the desk for whoever tests.

pub(super) mod desk;
pub(super) mod payer;

use crate::pages::html::escape;

/// How the payer's browser gets back to the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WayBack {
    /// The merchant named no address.
    None,
    /// To this address.
    Go(String),
    /// To this address with these fields, which only a form can do.
    Post { url: String, fields: Vec<(&'static str, String)> },
}

impl WayBack {
    /// A link, unless the address is empty.
    #[must_use]
    pub fn of_link(url: &str) -> Self {
        if url.is_empty() { Self::None } else { Self::Go(url.to_owned()) }
    }
}

/// A button that posts.
fn button(action: &str, fields: &[(&str, &str)], chinese: &str, english: &str) -> String {
    let hidden: String = fields.iter().map(hidden).collect();
    format!(
        "<form method=post action=\"{}\">{hidden}<button>{} <span lang=en>{}</span></button></form>",
        escape(action),
        escape(chinese),
        escape(english)
    )
}

fn hidden((name, value): &(&str, &str)) -> String {
    format!("<input type=hidden name=\"{}\" value=\"{}\">", escape(name), escape(value))
}

/// `1,234`.
fn thousands(amount: u64) -> String {
    let digits = amount.to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped() {
        assert_eq!([1, 999, 1_000, 1_234_567].map(thousands), ["1", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_button_says_nothing_that_was_not_escaped() {
        let button = button("/a?b=\"", &[("x", "<y>")], "付", "pay & go");
        assert!(button.contains("action=\"/a?b=&quot;\"") && button.contains("value=\"&lt;y&gt;\""));
        assert!(button.contains("pay &amp; go"));
    }
}
