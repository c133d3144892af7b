#![no_main]
//! Forms with a file, the `Content-Type` on the first line: whatever is accepted has a name that can be
//! shown and kept.

use futures_executor::block_on;
use wire::multipart;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let ([content_type], body) = fuzz::lines(input);
    match block_on(multipart::read(&content_type, body)) {
        Ok(form) => {
            if let Some(file) = form.file {
                let shown = |c: char| !c.is_control() && c != '/' && c != '\\';
                assert!(!file.name.is_empty() && file.name.chars().count() <= 120, "{:?}", file.name);
                assert!(file.name.chars().all(shown), "{:?}", file.name);
                if multipart::of_form(&file).is_ok() {
                    fuzz::taken();
                }
            }
        }
        Err(malformed) => {
            let text = malformed.text();
            assert!(!text.zh.is_empty() && !text.en.is_empty());
        }
    }
});
