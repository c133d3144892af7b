//! Says of webhooks whether they are believed: JSON lines in, JSON lines out.
//! `tests/payments/oracle.py` asks, and compares with the providers' own software.

use std::io::{BufRead as _, Write as _};

use jiff::Timestamp;
use payment::{Account, Heard, Incoming};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// `stripe` or `standard_webhooks`.
    provider: String,
    secret: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    body: String,
    /// When it came, in seconds since 1970.
    now: i64,
}

impl Question {
    /// The account with this provider, read like the accounts of the city.
    fn account(&self) -> Result<Account, Box<dyn std::error::Error>> {
        let mut keys = match self.provider.as_str() {
            "stripe" => json!({ "api_key": "sk_test_of_the_oracle" }),
            "standard_webhooks" => json!({ "pay_url": "https://bank.example/pay" }),
            other => return Err(format!("no question about {other}").into()),
        };
        let name = if self.provider == "stripe" { "webhook_secret" } else { "secret" };
        if let Some(keys) = keys.as_object_mut() {
            keys.insert(name.to_owned(), json!(self.secret));
        }
        let account = json!({ "provider": self.provider, "merchant": "oracle", "current": keys });
        let secret = json!({ "stage": "test", "accounts": [account] }).to_string();
        let accounts = Account::read_all(&SecretString::from(secret))?;
        accounts.into_iter().next().ok_or_else(|| "there is no account".into())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let question: Question = serde_json::from_str(&line?)?;
        let heard = question.account()?.hear(&Incoming {
            headers: &question.headers,
            query: "",
            body: question.body.as_bytes(),
            now: Timestamp::from_second(question.now)?,
        });
        let (believed, why) = match heard {
            Ok(Heard::Said(_)) => (true, String::new()),
            Ok(Heard::Hint { .. }) => (false, "a hint".to_owned()),
            Err(refused) => (false, refused.to_string()),
        };
        writeln!(out, "{}", json!({ "believed": believed, "why": why }))?;
    }
    Ok(())
}
