#![no_main]
//! Form bodies: whatever is accepted reads the same again after encoding.

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    match wire::form::decode(body) {
        Ok(fields) => {
            let pairs = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let again = wire::form::encode(pairs);
            assert_eq!(wire::form::decode(again.as_bytes()).ok(), Some(fields));
            fuzz::taken();
        }
        Err(malformed) => {
            let text = malformed.text();
            assert!(!text.zh.is_empty() && !text.en.is_empty());
        }
    }
});
