#![no_main]
//! Events of the mail service, as the queue brings them.

libfuzzer_sys::fuzz_target!(|body: &str| {
    let _ = notification_feedback::parse(body);
});
