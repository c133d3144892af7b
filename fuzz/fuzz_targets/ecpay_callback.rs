#![no_main]
//! Callbacks of ECPay: what is heard is heard the same again, and a payment is of some amount and number.

use std::sync::LazyLock;

use domain::money::Twd;
use domain::payment::Word;
use payment::{Account, Heard, Incoming};

/// The shop of the vectors, which are the seeds.
static ACCOUNT: LazyLock<Vec<Account>> = LazyLock::new(|| {
    let secret = r#"{"stage":"test","accounts":[{"provider":"ecpay_aio","merchant":"3002607",
        "current":{"hash_key":"pwFHCqoQZGmho4w6","hash_iv":"EkRm7iFT261dpevs"}}]}"#;
    Account::read_all(&secret.into()).expect("the account is good")
});

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let incoming = Incoming { headers: &[], query: "", body, now: jiff::Timestamp::UNIX_EPOCH };
    for account in ACCOUNT.iter() {
        let heard = account.hear(&incoming);
        assert_eq!(heard, account.hear(&incoming));
        if let Ok(Heard::Said(said)) = heard
            && let Word::Paid(receipt) = said.word
        {
            assert!(receipt.amount > Twd::ZERO && !receipt.trade_no.is_empty());
        }
    }
});
