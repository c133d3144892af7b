//! 台北通: OAuth 2.0 code flow, from the code over a token to who its bearer is.
//!
//! There is neither PKCE nor a nonce: what ties an answer to a browser is the state alone, so an answer
//! without one is refused, also where the app would send people over without having been asked.

use identity::person::Person;
use identity::taipei_pass::{self, Desk};
use web::form;

use super::http::{Authentication, Http};
use super::{Client, Unanswered, with_query};

#[derive(Debug)]
pub struct TaipeiPass {
    /// Such as `https://id.taipei`, without a slash at the end.
    pub base: String,
}

impl TaipeiPass {
    pub fn authorize(&self, client: &Client, state: &str) -> String {
        let query = form::encode([
            ("response_type", "code"),
            ("client_id", client.id.as_str()),
            ("scope", taipei_pass::SCOPE),
            ("state", state),
        ]);
        with_query(&taipei_pass::authorization_endpoint(&self.base), &query)
    }

    /// Two calls to the provider.
    pub async fn person(&self, http: &Http, client: &Client, code: &str) -> Result<Person, Unanswered> {
        let desk = Desk::of_code(code).ok_or(Unanswered::CodeRefused)?;
        let authentication = match desk {
            Desk::App => Authentication::Fields,
            Desk::Web => Authentication::PlainBasic,
        };
        let fields = [("grant_type", "authorization_code"), ("code", code)];
        let tokens = http.exchange(&desk.token_endpoint(&self.base), client, authentication, &fields).await?;
        let about = taipei_pass::user_endpoint(&self.base);
        let about = http.read_as(&about, &tokens.access_token, "user/my").await?;
        taipei_pass::read(&about).map_err(|bad| Unanswered::of("user/my", bad))
    }
}
