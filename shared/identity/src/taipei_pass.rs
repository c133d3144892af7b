//! 台北通 (TaipeiPASS, ISSO) as public sources show it: OAuth 2.0, no ID token, no discovery, no PKCE.
//!
//! One client, one callback and two kinds of codes: six characters from the app, exchanged at `{base}/tpcd`
//! with the secret in the form, and longer ones from the web, exchanged at `{base}/isso` with HTTP Basic.

use domain::assurance::Assurance;
use serde::Deserialize;
use serde_json::Value;

use crate::person::Person;
use crate::{Unusable, json};

/// What is asked for.
pub const SCOPE: &str = "uuid account member_type verify_level real_name email";
/// Characters of a code that the app hands out.
const APP_CODE: usize = 6;

/// Where a code was handed out, and so where it is exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// 台北通 App: `{base}/tpcd`.
    App,
    /// ISSO on the web: `{base}/isso`.
    Web,
}

impl Desk {
    /// The codes tell themselves apart by their length. `None` for one that is too short for either.
    #[must_use]
    pub const fn of_code(code: &str) -> Option<Self> {
        match code.len() {
            0..APP_CODE => None,
            APP_CODE => Some(Self::App),
            _ => Some(Self::Web),
        }
    }

    /// The token endpoint under `base`, such as `https://id.taipei`.
    #[must_use]
    pub fn token_endpoint(self, base: &str) -> String {
        match self {
            Self::App => format!("{base}/tpcd/oauth/token"),
            Self::Web => format!("{base}/isso/oauth2/token"),
        }
    }
}

/// Where the browser is sent.
#[must_use]
pub fn authorization_endpoint(base: &str) -> String {
    format!("{base}/isso/oauth2/authorize")
}

/// Who the bearer of a token is.
#[must_use]
pub fn user_endpoint(base: &str) -> String {
    format!("{base}/tpcd/api/v1.0.9/user/my")
}

#[derive(Deserialize)]
struct Answer {
    data: User,
}

/// An ID number (`idNo`) is given as well, and not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    #[serde(default)]
    real_name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    member_type: String,
    /// A number, or a text with a number.
    #[serde(default)]
    verify_level: Value,
}

/// Reads who the bearer of a token is.
pub fn read(body: &[u8]) -> Result<Person, Unusable> {
    let Answer { data: user } = json(body)?;
    let assurance = assurance(&user.member_type, &user.verify_level);
    Person::new(user.id, user.real_name, user.email, assurance)
}

/// 一般會員 is level 0 of theirs, 金質會員 (實名) anything above. Staff (員工) are identified by their agency.
/// What says nothing that is known counts as the lowest.
fn assurance(member_type: &str, verify_level: &Value) -> Assurance {
    let level = match verify_level {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    if member_type == "員工" || level.is_some_and(|level| level > 0) {
        Assurance::Verified
    } else {
        Assurance::Account
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn codes_tell_where_they_are_exchanged() {
        assert_eq!(Desk::of_code(""), None);
        assert_eq!(Desk::of_code("YTwPr"), None);
        assert_eq!(Desk::of_code("YTwPr5"), Some(Desk::App));
        assert_eq!(Desk::of_code("YTwPr5x"), Some(Desk::Web));
        assert_eq!(Desk::App.token_endpoint("https://id.taipei"), "https://id.taipei/tpcd/oauth/token");
        assert_eq!(Desk::Web.token_endpoint("https://id.taipei"), "https://id.taipei/isso/oauth2/token");
    }

    #[test]
    fn assurance_follows_what_the_city_verified() {
        for (member_type, verify_level, level) in [
            ("個人", json!("0"), Assurance::Account),
            ("個人", json!("2"), Assurance::Verified),
            ("個人", json!(3), Assurance::Verified),
            ("個人", json!(-1), Assurance::Account),
            ("個人", json!(null), Assurance::Account),
            ("個人", json!("gold"), Assurance::Account),
            ("員工", json!("0"), Assurance::Verified),
            ("", json!([2]), Assurance::Account),
        ] {
            assert_eq!(assurance(member_type, &verify_level), level, "{member_type} {verify_level}");
        }
    }
}
