//! Addresses that are put together from what providers said.

/// Longest address that a browser is sent to.
const LONGEST: usize = 4_096;

/// A text as one part of a path or of a query: everything but letters, digits and `-._~` is `%XX`.
pub fn part(text: &str) -> String {
    let mut part = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            part.push(char::from(byte));
        } else {
            part.push('%');
            part.push_str(&hex::encode_upper([byte]));
        }
    }
    part
}

/// Whether a browser may be sent to an address that the provider at `base` gave: over TLS, unless that
/// provider is a sandbox that is spoken to without; and nothing in it that could end a header.
pub fn is_safe(url: &str, base: &str) -> bool {
    let tls = url.starts_with("https://");
    let like_ours = base.starts_with("http://") && url.starts_with("http://");
    (tls || like_ours) && url.len() <= LONGEST && url.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_cannot_leave_its_place() {
        assert_eq!(part("2026112300698709510"), "2026112300698709510");
        assert_eq!(part("../a?b=c&d 規"), "..%2Fa%3Fb%3Dc%26d%20%E8%A6%8F");
    }

    #[test]
    fn a_browser_goes_only_where_tls_is() {
        let production = "https://api.example";
        assert!(is_safe("https://pay.example/a?b=c#d", production));
        for bad in [
            "http://pay.example/",
            "javascript:alert(1)",
            "//pay.example",
            "https://a b",
            "https://a\r\nb",
            "",
        ] {
            assert!(!is_safe(bad, production), "{bad}");
        }
        assert!(!is_safe(&format!("https://{}", "a".repeat(5_000)), production));
        assert!(is_safe("http://127.0.0.1:9000/pay", "http://127.0.0.1:9000/jkopay"));
    }
}
