#![no_main]
//! Form bodies: whatever is accepted reads the same again after encoding.

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Ok(fields) = web::form::decode(body) {
        let again = web::form::encode(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        assert_eq!(web::form::decode(again.as_bytes()).ok(), Some(fields));
    }
});
