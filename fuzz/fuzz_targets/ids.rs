#![no_main]
//! Ids and keys from paths and stream records: whatever parses has one text form, its own. Verification
//! codes are typed by people in many forms, and mean one code whatever the form.

use domain::id::{CaseId, DraftId, NoticeId, RequestId};
use domain::letter::DocumentNumber;
use domain::verification::VerificationCode;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(id) = text.parse::<CaseId>() {
        assert_eq!(id.to_string(), text);
    }
    if let Ok(id) = text.parse::<NoticeId>() {
        assert_eq!(id.to_string(), text);
    }
    if let Ok(id) = text.parse::<RequestId>() {
        assert_eq!(id.to_string(), text);
    }
    if let Ok(number) = text.parse::<DocumentNumber>() {
        assert_eq!(number.to_string(), text);
    }
    if let Ok(code) = text.parse::<VerificationCode>() {
        assert_eq!(code.to_string().parse(), Ok(code));
    }
    let _ = text.parse::<DraftId>();
    if let Some((pk, sk)) = text.split_once(' ')
        && let Some(key) = platform::keys::Key::of_stream(pk, sk)
    {
        assert_eq!((key.pk().as_str(), key.sk().as_str()), (pk, sk));
    }
});
