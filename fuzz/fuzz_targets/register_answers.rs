#![no_main]
//! What registers answer. What is taken can be written as it was said, and is taken again.

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Ok(finding) = wire::register::answer(body) {
        let canonical = wire::register::canonical(&finding);
        assert_eq!(finding.is_none(), canonical == "null");
        fuzz::taken();
    }
});
