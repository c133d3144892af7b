//! What the browser brings back from the provider: the query of the redirect (RFC 6749 4.1.2, RFC 9207).

use wire::form;

/// Longest code that is passed on, in bytes.
pub const MAX_CODE: usize = 2_048;
/// Longest state or issuer that is looked at.
const MAX_TEXT: usize = 2_048;

/// The answer of the provider, carried by the browser. Nothing in it is to be trusted before the state is
/// known to be of this browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    pub state: String,
    /// Which provider says so (RFC 9207), where it says it.
    pub issuer: Option<String>,
    pub answer: Answer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// 1 to [`MAX_CODE`] printable characters.
    Code(String),
    /// The person turned back (`access_denied`).
    Denied,
    /// Any other error. What it is called is not kept: it could be anybody's text.
    Failed,
}

/// The query is no answer of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("not a query, or a parameter twice")]
    Form,
    #[error("no usable state")]
    State,
    #[error("neither a usable code nor an error, or both")]
    Answer,
    #[error("no usable issuer")]
    Issuer,
}

/// Reads a raw query. Parameters that are not known are ignored (RFC 6749 4.1.2), one that is there twice
/// is not (3.1).
pub fn read(query: &str) -> Result<Callback, Unreadable> {
    let mut fields = form::decode(query.as_bytes()).map_err(|_| Unreadable::Form)?;
    let state = fields.remove("state").filter(|state| is_text(state, MAX_TEXT)).ok_or(Unreadable::State)?;
    let issuer = fields.remove("iss");
    if issuer.as_ref().is_some_and(|issuer| !is_text(issuer, MAX_TEXT)) {
        return Err(Unreadable::Issuer);
    }
    let answer = match (fields.remove("code"), fields.remove("error")) {
        (Some(code), None) if is_text(&code, MAX_CODE) => Answer::Code(code),
        (None, Some(error)) if error == "access_denied" => Answer::Denied,
        (None, Some(_)) => Answer::Failed,
        _ => return Err(Unreadable::Answer),
    };
    Ok(Callback { state, issuer, answer })
}

/// Printable ASCII (RFC 6749 appendix A), not too much of it.
fn is_text(text: &str, max: usize) -> bool {
    !text.is_empty() && text.len() <= max && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}
