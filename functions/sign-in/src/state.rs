//! What ties a sign-in to one browser and to one place in the window.
//!
//! The state parameter is `nonce.seal`, the seal being a hash of the nonce and of a secret that only
//! this browser holds, in a cookie. A state made in another browser does not fit, so nobody can be
//! signed in as somebody else by a link (login CSRF, RFC 6749 10.12); several tabs share the cookie.

use platform::sessions;
use subtle::ConstantTimeEq;
use web::incoming::Incoming;

/// The cookie with the browser's secret.
pub const COOKIE: &str = "__Host-sign-in";
/// Longest path to return to.
const MAX_RETURN: usize = 512;

/// The browser's secret from its cookie, if it is of our making.
pub fn browser(incoming: &Incoming) -> Option<&str> {
    let fits = |secret: &&str| secret.len() == 43 && secret.bytes().all(is_token_byte);
    incoming.cookie(COOKIE).filter(fits)
}

const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// The cookie that keeps the browser's secret for as long as a sign-in may take.
pub fn cookie(browser: &str) -> String {
    let seconds = sessions::SIGN_IN.as_secs();
    format!("{COOKIE}={browser}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}")
}

/// A state parameter for this browser.
pub fn make(nonce: &str, browser: &str) -> String {
    format!("{nonce}.{}", seal(nonce, browser))
}

/// Whether `state` was made for this browser.
pub fn fits(state: &str, browser: &str) -> bool {
    let Some((nonce, given)) = state.split_once('.') else { return false };
    bool::from(seal(nonce, browser).as_bytes().ct_eq(given.as_bytes()))
}

fn seal(nonce: &str, browser: &str) -> String {
    sessions::token(sessions::token_hash(&format!("{nonce}.{browser}")))
}

/// The path to go to afterwards: one of ours, or the first page. Anything a browser could read as
/// another host (`//host`, `/\host`), and anything no header can carry, is not ours.
pub fn return_to(asked: Option<&str>) -> &str {
    asked.filter(|path| is_ours(path)).unwrap_or("/")
}

fn is_ours(path: &str) -> bool {
    path.len() <= MAX_RETURN
        && path.starts_with('/')
        && !path.starts_with("//")
        // Signing in must not lead back to signing in.
        && !path.starts_with("/sign-")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_returned_to() {
        for ours in ["/", "/work", "/cases/TP-K3QH9-XW2MT-7?done=assign", "/services/XY003#form"] {
            assert_eq!(return_to(Some(ours)), ours);
        }
        let long = format!("/{}", "a".repeat(MAX_RETURN));
        for foreign in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "evil.example",
            " /work",
            "/\t/evil.example",
            "/work\r\nSet-Cookie: a=b",
            "/\u{8d70}",
            "/sign-in",
            "/sign-in/callback?code=1",
            &long,
        ] {
            assert_eq!(return_to(Some(foreign)), "/", "{foreign:?}");
        }
        assert_eq!(return_to(None), "/");
    }

    #[test]
    fn a_state_fits_its_browser_only() {
        let state = make("nonce", "browser");
        assert!(fits(&state, "browser"));
        for (state, browser) in
            [(state.as_str(), "other"), ("nonce", "browser"), ("", "browser"), ("other.seal", "browser")]
        {
            assert!(!fits(state, browser), "{state} {browser}");
        }
    }
}
