//! What NewebPay encrypts and what it signs (manual 4.1, 4.3).

use aes::Aes256;
use secrecy::ExposeSecret;

use super::Keys;
use crate::cipher;
use crate::digest::sha256_hex;

impl Keys {
    /// `TradeInfo`: AES-256-CBC in lower-case hex.
    pub fn seal(&self, text: &str) -> String {
        let (key, iv) = (self.hash_key.expose_secret().into(), self.hash_iv.expose_secret().into());
        hex::encode(cipher::encrypt::<Aes256>(key, iv, text.as_bytes()))
    }

    /// The text in a `TradeInfo` whose `TradeSha` has been verified. `None` for all that is wrong with
    /// it, so that nobody can ask us about padding.
    pub fn open(&self, trade_info: &str) -> Option<Vec<u8>> {
        let (key, iv) = (self.hash_key.expose_secret().into(), self.hash_iv.expose_secret().into());
        cipher::decrypt::<Aes256>(key, iv, &hex::decode(trade_info).ok()?)
    }

    /// `TradeSha`, over the hex as it is sent.
    pub fn trade_sha(&self, trade_info: &str) -> String {
        sha256_hex(&[b"HashKey=", self.key(), b"&", trade_info.as_bytes(), b"&HashIV=", self.iv()])
    }

    /// `CheckValue` of a query about an order.
    pub fn check_value(&self, amount: &str, merchant: &str, order_no: &str) -> String {
        let fields = format!("&Amt={amount}&MerchantID={merchant}&MerchantOrderNo={order_no}");
        sha256_hex(&[b"IV=", self.iv(), fields.as_bytes(), b"&Key=", self.key()])
    }

    /// `CheckCode` of an answer. It does not cover the state of the payment: what that says is believed
    /// because we made the call.
    pub fn check_code(&self, amount: &str, merchant: &str, order_no: &str, trade_no: &str) -> String {
        let fields =
            format!("&Amt={amount}&MerchantID={merchant}&MerchantOrderNo={order_no}&TradeNo={trade_no}");
        sha256_hex(&[b"HashIV=", self.iv(), fields.as_bytes(), b"&HashKey=", self.key()])
    }

    fn key(&self) -> &[u8] {
        self.hash_key.expose_secret()
    }

    fn iv(&self) -> &[u8] {
        self.hash_iv.expose_secret()
    }
}
