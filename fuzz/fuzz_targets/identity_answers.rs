#![no_main]
//! What identity providers publish and answer: discovery, key sets, userinfo, and who a bearer is at 台北通.

use identity::{discovery, keys, taipei_pass, userinfo};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let mut taken = keys::read(body).is_ok();
    if let Ok(read) = discovery::read(body, "https://id.example") {
        for url in [read.token_endpoint, read.jwks_uri, read.userinfo_endpoint, read.authorization_endpoint] {
            assert!(url.starts_with("https://") || url.starts_with("http://"));
        }
        taken = true;
    }
    taken |= userinfo::read(body, "lin").is_ok();
    if let Ok(person) = taipei_pass::read(body) {
        assert!(person.email.contains('@') && !person.email.contains(['\r', '\n', ' ']));
        taken = true;
    }
    if taken {
        fuzz::taken();
    }
});
