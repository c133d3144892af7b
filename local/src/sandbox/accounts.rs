//! The one account with each provider: those that the providers print in their manuals for everybody's tests.

use serde_json::json;

/// A merchant and its keys. Nothing about it is secret.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    pub provider: &'static str,
    pub merchant: &'static str,
    pub hash_key: &'static str,
    pub hash_iv: &'static str,
}

/// 綠界's stage merchant, <https://developers.ecpay.com.tw/?p=2856>.
pub const ECPAY: Account = Account {
    provider: "ecpay_aio",
    merchant: "3002607",
    hash_key: "pwFHCqoQZGmho4w6",
    hash_iv: "EkRm7iFT261dpevs",
};

/// The shop of the examples in 藍新's manual NDNF, section 4.1.
pub const NEWEBPAY: Account = Account {
    provider: "newebpay_mpg",
    merchant: "MS127874575",
    hash_key: "Fs5cX1TGqYM2PpdbE14a9H83YQSQF5jn",
    hash_iv: "C6AcmfqJILwgnhIP",
};

/// The value of the city's secret of payment accounts when the sandbox is at `origin`: JSON.
#[must_use]
pub fn accounts(origin: &str) -> String {
    let account = |account: Account| {
        json!({
            "provider": account.provider,
            "merchant": account.merchant,
            "current": { "hash_key": account.hash_key, "hash_iv": account.hash_iv },
        })
    };
    let accounts = [ECPAY, NEWEBPAY].map(account);
    json!({ "stage": "local", "origin": format!("{origin}/_local/pay"), "accounts": accounts }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_names_the_sandbox_and_both_accounts() {
        let secret: serde_json::Value = serde_json::from_str(&accounts("http://localhost:8080")).unwrap();
        assert_eq!(secret["stage"], "local");
        assert_eq!(secret["origin"], "http://localhost:8080/_local/pay");
        assert_eq!(
            secret["accounts"][0],
            json!({"provider": "ecpay_aio", "merchant": "3002607",
                   "current": {"hash_key": "pwFHCqoQZGmho4w6", "hash_iv": "EkRm7iFT261dpevs"}})
        );
        assert_eq!(secret["accounts"][1]["merchant"], "MS127874575");
    }
}
