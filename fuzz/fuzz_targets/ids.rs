#![no_main]
//! Ids and keys from paths and stream records: whatever parses has one text form, its own.

use domain::id::{CaseId, DraftId, NoticeId, RequestId};

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
    let _ = text.parse::<DraftId>();
    if let Some((pk, sk)) = text.split_once(' ')
        && let Some(key) = platform::keys::Key::of_stream(pk, sk)
    {
        assert_eq!((key.pk().as_str(), key.sk().as_str()), (pk, sk));
    }
});
