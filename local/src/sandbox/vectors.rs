//! The signature vectors of the city's own payment code, for the tests of this one.

use serde::Deserialize;

use super::accounts::Account;

#[derive(Deserialize)]
pub(super) struct Keys {
    merchant_id: String,
    hash_key: String,
    hash_iv: String,
}

#[derive(Deserialize)]
pub(super) struct Vector {
    pub(super) id: String,
    pub(super) key: Keys,
    pub(super) payload: serde_json::Value,
    pub(super) expected_signature: Option<String>,
}

/// The vectors of a kind.
pub(super) fn vectors(file: &str, kind: &str) -> Vec<Vector> {
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let of_kind = file["vectors"].as_array().unwrap().iter().filter(|vector| vector["kind"] == kind);
    of_kind.map(|vector| serde_json::from_value(vector.clone()).unwrap()).collect()
}

/// The account of a vector; a test may leak it.
pub(super) fn account(key: &Keys) -> Account {
    let leaked = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    Account {
        provider: "",
        merchant: leaked(&key.merchant_id),
        hash_key: leaked(&key.hash_key),
        hash_iv: leaked(&key.hash_iv),
    }
}
