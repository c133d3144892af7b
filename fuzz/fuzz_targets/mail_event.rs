#![no_main]
//! Events of the mail service, as the queue brings them.

libfuzzer_sys::fuzz_target!(|body: &str| {
    if let Ok(Some((notice, _))) = wire::mail_event::parse(body, "notice") {
        assert_eq!(notice.to_string().parse(), Ok(notice));
        fuzz::taken();
    }
});
