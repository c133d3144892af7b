#![no_main]
//! The official calendar of a year: whatever is accepted joins the calendar of its years as it is, and
//! a refusal can be said in both languages.

use domain::calendar::{Calendar, OfficialYear};

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    match OfficialYear::read(file) {
        Ok(year) => {
            if let Ok(calendar) = Calendar::shipped().with_year("fuzz", &year) {
                let (first, last) = year.span();
                let of_year = calendar.exceptions().range(first..=last);
                assert!(of_year.eq(year.exceptions()));
                fuzz::taken();
            }
        }
        Err(refused) => {
            let text = refused.text();
            assert!(!text.zh.is_empty() && !text.en.is_empty());
        }
    }
});
