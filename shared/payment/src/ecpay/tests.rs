//! ECPay against its vectors, against a second signer, and against whatever bytes there are.

mod callbacks;
mod orders;
mod refunds;
mod vectors;

use serde_json::{Value, json};

use crate::account::Account;
use crate::{digest, fixtures, form};

const MERCHANT: &str = "3002607";
const HASH_KEY: &str = "pwFHCqoQZGmho4w6";
const HASH_IV: &str = "EkRm7iFT261dpevs";

fn keys() -> Value {
    json!({ "hash_key": HASH_KEY, "hash_iv": HASH_IV })
}

fn account() -> Account {
    fixtures::account(&fixtures::secret("ecpay_aio", MERCHANT, &keys()))
}

/// `CheckMacValue` by the way of ECPay's PHP SDK: `urlencode`, lower case, seven replacements.
fn check_mac(fields: &[(&str, &str)]) -> String {
    let mut fields = fields.to_vec();
    fields.sort_by_cached_key(|(name, _)| name.to_ascii_lowercase());
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let text = format!("HashKey={HASH_KEY}&{}&HashIV={HASH_IV}", fields.join("&"));
    let mut text = form::encode(&text).to_lowercase();
    for (escape, sign) in
        [("%2d", "-"), ("%5f", "_"), ("%2e", "."), ("%21", "!"), ("%2a", "*"), ("%28", "("), ("%29", ")")]
    {
        text = text.replace(escape, sign);
    }
    digest::sha256_hex(&[text.as_bytes()])
}

/// A body of these fields with their signature last.
fn signed(fields: &[(&str, &str)]) -> String {
    let value = check_mac(fields);
    form::write(fields.iter().copied().chain([("CheckMacValue", value.as_str())]))
}
