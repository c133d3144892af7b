#![no_main]
//! Answers of applicants: every kind of field takes or refuses, never panics.

use std::collections::BTreeMap;

use domain::form::{self, Field, FieldKind};
use domain::text::Text;

libfuzzer_sys::fuzz_target!(|answer: &str| {
    let kinds = [
        FieldKind::Line { max: 20 },
        FieldKind::Paragraph { max: 200 },
        FieldKind::Number { min: -5, max: 5_000 },
        FieldKind::Date,
        FieldKind::Consent,
        FieldKind::NationalId,
        FieldKind::Phone,
    ];
    for kind in kinds {
        let Ok(key) = "answer".parse() else { return };
        let field = Field { key, label: Text::new("", ""), hint: None, required: true, kind };
        let given = BTreeMap::from([("answer".to_owned(), answer.to_owned())]);
        if form::check(&[field], &given).is_ok() {
            fuzz::taken();
        }
    }
});
