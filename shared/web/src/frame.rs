//! The frame around every page: language, who is signed in, where we are.

use domain::text::{Lang, Text};

use crate::incoming::Incoming;
use crate::visitor::Visitor;

/// What the layout needs; every page has one in its field `frame`.
#[derive(Debug, Clone)]
pub struct Frame {
    pub lang: Lang,
    pub title: String,
    /// The path of this page with the query that names it, to come back to: in the other language,
    /// or after signing in.
    pub path: String,
    /// The name of whoever is signed in.
    pub signed_in: Option<String>,
    pub is_officer: bool,
    pub csrf: String,
}

impl Frame {
    #[must_use]
    pub fn new(incoming: &Incoming, visitor: &Visitor, title: &Text) -> Self {
        let session = visitor.session.as_ref();
        Self {
            lang: visitor.lang,
            title: title.pick(visitor.lang).to_owned(),
            path: incoming.path.clone(),
            signed_in: session.map(|session| session.name.reveal().clone()),
            is_officer: session.is_some_and(|session| session.officer.is_some()),
            csrf: session.map(|session| session.csrf.clone()).unwrap_or_default(),
        }
    }

    /// This page in the language `tag`.
    #[must_use]
    pub fn in_lang(&self, tag: &str) -> String {
        let glue = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{glue}lang={tag}", self.path)
    }

    /// The text of the page's language.
    #[must_use]
    pub const fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(zh, en)
    }

    /// The same for a text that comes with both.
    #[must_use]
    pub fn pick<'a>(&self, text: &'a Text) -> &'a str {
        text.pick(self.lang)
    }

    /// A date for people.
    #[must_use]
    pub fn day(&self, day: &jiff::civil::Date) -> String {
        domain::taipei::shown(*day, self.lang)
    }

    /// An instant for people.
    #[must_use]
    pub fn instant(&self, instant: &jiff::Timestamp) -> String {
        domain::taipei::shown_instant(*instant, self.lang)
    }

    /// Where static files are; the name changes with their content.
    #[must_use]
    pub fn css(&self) -> String {
        format!("/assets/{}", crate::assets::CSS.name())
    }

    #[must_use]
    pub fn js(&self) -> String {
        format!("/assets/{}", crate::assets::JS.name())
    }
}
