//! Addresses of others, where secrets, codes, tokens and questions about people are sent.

/// Longest address that is taken.
const MAX: usize = 2_048;

/// Whether requests to this address reach its host unseen: `https`, or `http` to this very machine, which
/// is where the identity servers of tests and of the local city are. Nothing hidden in it: no user, no
/// fragment, no character that a URL cannot have.
#[must_use]
pub fn is_safe(url: &str) -> bool {
    let plain =
        url.len() <= MAX && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\#\"<>".contains(&byte));
    let rest = url.strip_prefix("https://").map(|rest| (rest, false));
    let Some((rest, only_here)) = rest.or_else(|| url.strip_prefix("http://").map(|rest| (rest, true)))
    else {
        return false;
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "443"));
    let is_host = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    };
    plain
        && is_host(host)
        && port.parse::<u16>().is_ok()
        && (!only_here || ["localhost", "127.0.0.1"].contains(&host))
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn secrets_go_over_https_or_nowhere() {
        for good in [
            "https://id.taipei",
            "https://id.taipei/isso",
            "https://id.example:8443/a?b=c",
            "http://localhost:8080/_local/identity",
            "http://127.0.0.1:1/x",
        ] {
            assert!(is_safe(good), "{good}");
        }
        for bad in [
            "",
            "id.taipei",
            "http://id.taipei",
            "http://localhost.evil.example",
            "http://localhost@evil.example",
            "https://user@id.example",
            "https://",
            "https://:443",
            "https://id.example:port",
            "https://id.example/#x",
            "https://id.example/a b",
            "https://id.example\\@evil.example",
            "https://識別.example",
            "javascript:alert(1)",
            "HTTPS://id.example",
        ] {
            assert!(!is_safe(bad), "{bad}");
        }
        assert!(!is_safe(&format!("https://id.example/{}", "a".repeat(2_048))));
    }
}
