//! Asking for a correction: what an officer may ask, by the form of the item.

use jiff::civil::Date;

use super::{Correction, Deficiency, MAX_DEFICIENCIES, MAX_TEXT, Subject};
use crate::decide::{bounded, optional};
use crate::id::Key;
use crate::item::ItemVersion;
use crate::rejection::Rejection;
use crate::text::Text;

/// What an officer asks to be put right: names come from the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub subject: Subject,
    pub what: String,
    pub provide: String,
    pub basis: String,
}

impl Asked {
    /// The first of its texts, by name, that is not said where it must be, or too long.
    #[must_use]
    pub fn unfit(&self) -> Option<&'static str> {
        let fits = |text: &str| bounded(text, MAX_TEXT);
        let said = |text: &str| fits(text).is_some_and(|text| !text.is_empty());
        match self {
            Self { what, .. } if !said(what) => Some("what"),
            Self { provide, .. } if !said(provide) => Some("provide"),
            Self { basis, .. } if fits(basis).is_none() => Some("basis"),
            _ => None,
        }
    }

    /// `None` where what is lacking or what to provide is not said, or a text is too long.
    fn named(self, name: Text) -> Option<Deficiency> {
        let Self { subject, what, provide, basis } = self;
        let said = |text: &str| bounded(text, MAX_TEXT).filter(|text| !text.is_empty());
        let basis = bounded(&basis, MAX_TEXT)?;
        Some(Deficiency { subject, name, what: said(&what)?, provide: said(&provide)?, basis })
    }
}

/// A request for a correction, before it is decided whether it can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub asked: Vec<Asked>,
    pub days: u32,
    pub in_writing: bool,
    pub again: String,
    /// What the item version of the case can be asked about.
    pub subjects: Subjects,
}

/// What can be asked about, by the form of an item version. Anything else is [`Subject::Other`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subjects {
    /// Documents that the applicant brings, in the order of the form.
    documents: Vec<(Key, Text)>,
    fields: Vec<(Key, Text)>,
    /// Documents the city looks up itself (免書證免謄本).
    looked_up: Vec<(Key, Text)>,
}

fn place(named: &[(Key, Text)], key: &Key) -> Option<usize> {
    named.iter().position(|(one, _)| one == key)
}

fn name(named: &[(Key, Text)], key: &Key) -> Option<Text> {
    place(named, key).and_then(|place| named.get(place)).map(|(_, name)| name.clone())
}

impl Subjects {
    /// As of `today`: whether an exception from 免書證免謄本 is in force depends on the day.
    #[must_use]
    pub fn of(item: &ItemVersion, today: Date) -> Self {
        let (looked_up, documents) =
            item.documents.iter().partition::<Vec<_>, _>(|document| document.waived(today).is_some());
        let named = |documents: Vec<&crate::item::DocumentRequirement>| {
            documents.into_iter().map(|document| (document.key.clone(), document.name.clone())).collect()
        };
        Self {
            fields: item.fields.iter().map(|field| (field.key.clone(), field.label.clone())).collect(),
            documents: named(documents),
            looked_up: named(looked_up),
        }
    }

    /// The name of `subject`; refused where the item has none such, and where the applicant must not be
    /// asked for it (規範 九 II).
    fn name(&self, subject: &Subject) -> Result<Text, Rejection> {
        let found = match subject {
            Subject::Field(key) => name(&self.fields, key),
            Subject::Document(key) => match name(&self.looked_up, key) {
                Some(name) => return Err(Rejection::CityLooksItUp(name)),
                None => name(&self.documents, key),
            },
            Subject::Other => Some(Subject::other_name()),
        };
        found.ok_or_else(|| Rejection::NoSuchSubject(subject.clone()))
    }

    /// Where in a list `subject` stands: documents first, then fields, as the form has them.
    fn rank(&self, subject: &Subject) -> (u8, Option<usize>) {
        match subject {
            Subject::Document(key) => (0, place(&self.documents, key)),
            Subject::Field(key) => (1, place(&self.fields, key)),
            Subject::Other => (2, None),
        }
    }
}

impl Request {
    /// What is asked, if it can be; `again` says whether something was asked before.
    pub(crate) fn checked(self, again: bool) -> Result<Correction, Rejection> {
        if self.asked.is_empty() || self.asked.len() > MAX_DEFICIENCIES {
            return Err(Rejection::Deficiencies { max: MAX_DEFICIENCIES });
        }
        let one = |(place, asked): (usize, Asked)| {
            let name = self.subjects.name(&asked.subject)?;
            asked.named(name).ok_or(Rejection::Deficiency { place: place + 1, max: MAX_TEXT })
        };
        let mut deficiencies = self.asked.into_iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()?;
        deficiencies.sort_by_key(|deficiency| self.subjects.rank(&deficiency.subject));
        let reason = optional(&self.again)?;
        // All at once: a second round must say why (一次通知).
        if again && reason.is_empty() {
            return Err(Rejection::AskedBefore);
        }
        let again = if again { reason } else { String::new() };
        Ok(Correction { deficiencies, days: self.days, in_writing: self.in_writing, again })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn key(text: &str) -> Key {
        text.parse().unwrap()
    }

    fn subjects() -> Subjects {
        let named = |name: &str| vec![(key(name), Text::new(name, name))];
        Subjects { fields: named("purpose"), documents: named("plan"), looked_up: named("register") }
    }

    fn request(subject: &str) -> Request {
        let asked = Asked {
            subject: subject.parse().unwrap(),
            what: "模糊。".to_owned(),
            provide: " 清晰圖檔。 ".to_owned(),
            basis: String::new(),
        };
        Request { asked: vec![asked], days: 7, in_writing: false, again: String::new(), subjects: subjects() }
    }

    #[test]
    fn what_is_asked_gets_the_name_of_the_form() {
        for (subject, name) in [("field:purpose", "purpose"), ("document:plan", "plan"), ("other", "其他")]
        {
            let correction = request(subject).checked(false).unwrap();
            assert_eq!(correction.lines(Lang::ZhHant), format!("1、{name}：模糊；應補：清晰圖檔"));
        }
    }

    #[test]
    fn what_is_asked_stands_in_the_order_of_the_form() {
        let mut asked = request("other");
        for subject in ["field:purpose", "document:plan", "other"] {
            asked.asked.extend(request(subject).asked);
        }
        asked.asked[2].basis = "自治條例第 5 條".to_owned();
        let lines = "1. plan: 模糊; to be provided: 清晰圖檔 (自治條例第 5 條)\n\
                     2. purpose: 模糊; to be provided: 清晰圖檔\n\
                     3. Other: 模糊; to be provided: 清晰圖檔\n\
                     4. Other: 模糊; to be provided: 清晰圖檔";
        assert_eq!(asked.checked(false).unwrap().lines(Lang::En), lines);
    }

    #[test]
    fn the_applicant_is_never_asked_for_what_the_city_looks_up() {
        let refused = request("document:register").checked(false).unwrap_err();
        assert_eq!(refused, Rejection::CityLooksItUp(Text::new("register", "register")));
    }

    #[test]
    fn what_the_form_has_not_cannot_be_asked_about() {
        for subject in ["field:plan", "document:purpose", "document:x"] {
            let refused = request(subject).checked(false).unwrap_err();
            assert_eq!(refused, Rejection::NoSuchSubject(subject.parse().unwrap()));
        }
    }

    #[test]
    fn a_deficiency_says_what_is_lacking_and_what_to_provide() {
        let long = "長".repeat(usize::from(MAX_TEXT) + 1);
        let bad = [
            ((" ", "x", ""), "what"),
            (("x", "", ""), "provide"),
            ((&long, "x", ""), "what"),
            (("x", "x", &long), "basis"),
            (("x", "\u{7}", "x"), "provide"),
        ];
        for ((what, provide, basis), unfit) in bad {
            let mut request = request("other");
            let good = request.asked[0].clone();
            let text = str::to_owned;
            let bad = Asked { what: text(what), provide: text(provide), basis: text(basis), ..good.clone() };
            assert_eq!((good.unfit(), bad.unfit()), (None, Some(unfit)));
            request.asked = vec![good, bad];
            assert_eq!(request.checked(false), Err(Rejection::Deficiency { place: 2, max: MAX_TEXT }));
        }
    }

    #[test]
    fn something_is_asked_and_not_without_end() {
        let none = Request { asked: Vec::new(), ..request("other") };
        let asked = vec![request("other").asked.remove(0); MAX_DEFICIENCIES + 1];
        let many = Request { asked, ..request("other") };
        for request in [none, many] {
            assert_eq!(request.checked(false), Err(Rejection::Deficiencies { max: MAX_DEFICIENCIES }));
        }
    }

    #[test]
    fn a_second_round_says_why() {
        assert_eq!(request("other").checked(true), Err(Rejection::AskedBefore));
        let why = || Request { again: "補正後始發現".to_owned(), ..request("other") };
        assert_eq!(why().checked(true).unwrap().again, "補正後始發現");
        assert_eq!(why().checked(false).unwrap().again, "");
    }
}
