#![no_main]
//! What a browser brings back from an identity provider: whatever is taken is printable, not too long, and
//! reads the same when it is written again.

use identity::callback::{self, Answer, Callback, MAX_CODE};

fn is_printable(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

libfuzzer_sys::fuzz_target!(|query: &str| {
    let Ok(read) = callback::read(query) else { return };
    let Callback { state, issuer, answer } = &read;
    assert!(is_printable(state) && issuer.as_deref().is_none_or(is_printable));
    let mut fields = vec![("state", state.as_str())];
    fields.extend(issuer.as_deref().map(|issuer| ("iss", issuer)));
    fields.push(match answer {
        Answer::Code(code) => {
            assert!(is_printable(code) && code.len() <= MAX_CODE);
            ("code", code)
        }
        Answer::Denied => ("error", "access_denied"),
        Answer::Failed => ("error", "server_error"),
    });
    assert_eq!(callback::read(&wire::form::encode(fields)), Ok(read));
    fuzz::taken();
});
