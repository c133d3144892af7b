#![no_main]
//! Callbacks of NewebPay, as they come and with the whole input as what is encrypted and signed.

use std::sync::LazyLock;

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use fuzz::payments;
use payment::{Account, Refused};
use serde_json::json;
use sha2::{Digest, Sha256};

const KEY: &str = "Fs5cX1TGqYM2PpdbE14a9H83YQSQF5jn";
const IV: &str = "C6AcmfqJILwgnhIP";

/// The shop of the vectors, which are the seeds.
static ACCOUNT: LazyLock<Account> = LazyLock::new(|| {
    payments::account("newebpay_mpg", "MS127874575", json!({ "hash_key": KEY, "hash_iv": IV }))
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let _ = payments::hear(&ACCOUNT, &[], "", input);
    let cipher =
        cbc::Encryptor::<Aes256>::new_from_slices(KEY.as_bytes(), IV.as_bytes()).expect("key and IV");
    let mut text = [input, &[0; 16]].concat();
    let sealed = cipher.encrypt_padded::<Pkcs7>(&mut text, input.len()).expect("room for the padding");
    let info = hex::encode(sealed);
    let sha = hex::encode_upper(Sha256::digest(format!("HashKey={KEY}&{info}&HashIV={IV}")));
    let body = format!("TradeInfo={info}&TradeSha={sha}");
    let heard = payments::hear(&ACCOUNT, &[], "", body.as_bytes());
    assert!(!matches!(heard, Err(Refused::Signature(_) | Refused::Malformed("TradeInfo"))), "{heard:?}");
});
