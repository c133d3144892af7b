#![no_main]
//! What the SMS gateway answers. What is taken fits into a row and a log: of no reason the number of a person can be read.

use wire::sms::{MAX_MESSAGE, MAX_REASON, Taken};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Ok(taken) = wire::sms::answer(body) {
        match taken {
            Taken::Accepted(message) => assert!(!message.is_empty() && message.len() <= MAX_MESSAGE),
            Taken::Refused(reason) => {
                assert!(!reason.is_empty() && reason.len() <= MAX_REASON);
                assert!(!reason.bytes().any(|byte| byte.is_ascii_digit()));
            }
            Taken::Later => {}
        }
        fuzz::taken();
    }
});
