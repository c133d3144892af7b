//! Lists of paid bills: pay.taipei (智慧支付平台), e政府服務平臺, 全國繳費網. Their formats are not public,
//! so what is read here is a format of our own, as small as can be, into which the agency's side of each
//! contract turns what it gets: sent to us by POST, or as a file.
//!
//! As JSON, a list of bills; `amount` in whole dollars, `paid_at` with its offset:
//!
//! ```json
//! [{ "order_no": "0123456789ABCDEFGHJK", "amount": 1200,
//!    "paid_at": "2026-11-23T10:00:00+08:00", "trade_no": "E20261123000017" }]
//! ```
//!
//! As CSV in UTF-8, with these names in the first line, without quotes; `paid_at` may also be a time in
//! Taipei, `2026-11-23 10:00:00`:
//!
//! ```csv
//! order_no,amount,paid_at,trade_no
//! 0123456789ABCDEFGHJK,1200,2026-11-23T10:00:00+08:00,E20261123000017
//! ```
//!
//! Sent, it has two headers: `paid-bills-timestamp`, the second since 1970, and
//! `paid-bills-signature`, lower-case hex of HMAC-SHA256 over that second, a point and the raw body. The
//! same is in `docs/payment-formats.md`.

mod list;
#[cfg(test)]
mod tests;

use domain::money::Twd;
use domain::payment::{Means, Word};
use secrecy::{ExposeSecret, SecretString};

use crate::account::At;
use crate::call::{NotUnderstood, Reply, Step, Stepped};
use crate::callback::{Acknowledgement, Heard, Incoming, KeyUsed, Refused, Said};
use crate::keys::{AccountFile, BadAccount, Ring, Stage};
use crate::order::{Order, Refund, Start, Unfit};
use crate::{digest, mac};

pub use list::BadList;

/// Most bills in a list that is sent to us, and in a file that is imported.
const MAX_SENT: usize = 500;
const MAX_IN_FILE: usize = 4_000;

/// The payments in the content of a file. A bill that cannot be read makes the whole file refused, and
/// is named: half a file in the books is hard to find again.
pub fn read(file: &[u8]) -> Result<Vec<Said>, BadList> {
    // Whoever imports the file vouches for it; no key does.
    payments(file, MAX_IN_FILE, KeyUsed::Current)
}

fn payments(content: &[u8], most: usize, key: KeyUsed) -> Result<Vec<Said>, BadList> {
    let bills = list::read(content, most)?;
    let said = |(order_no, receipt)| Said { order_no, key, word: Word::Paid(receipt) };
    Ok(bills.into_iter().map(said).collect())
}

/// The secret of our own examples.
const PUBLISHED: &str = "paid-bills-secret-for-examples";

#[derive(Debug)]
pub struct Account {
    merchant: String,
    secrets: Ring<SecretString>,
}

impl Account {
    /// Key: `secret`.
    pub(crate) fn read(file: AccountFile, stage: &Stage) -> Result<Self, BadAccount> {
        file.refuse_published(stage, &[], &[PUBLISHED])?;
        let secrets = file.ring(["secret"], |[secret]| Ok(secret.clone()))?;
        Ok(Self { merchant: file.merchant, secrets })
    }

    #[must_use]
    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    #[must_use]
    pub const fn means(&self) -> &'static [Means] {
        &[Means::Bill]
    }

    /// The number of the order is the number on the bill (繳費編號).
    pub fn start(&self, order: &Order<'_>, _: At) -> Result<Start, Unfit> {
        order.fit(self.means(), Twd(u32::MAX))?;
        Ok(Start::Bill { number: order.order_no.to_string() })
    }

    pub fn started(&self, _: &Order<'_>, _: &Reply) -> Result<Start, NotUnderstood> {
        Err(NotUnderstood("nothing was asked"))
    }

    pub fn hear(&self, incoming: &Incoming<'_>) -> Result<Heard, Refused> {
        let one = |name| incoming.header(name).ok_or(Refused::Signature("not one of each header"));
        let (second, given) = (one("paid-bills-timestamp")?, one("paid-bills-signature")?);
        let at = mac::second(second).ok_or(Refused::Signature("not a time"))?;
        if !mac::is_recent(at, incoming.now) {
            return Err(Refused::Signature("too old or too new"));
        }
        let verifies = |secret: &SecretString| digest::same(&signature(secret, second, incoming.body), given);
        let key = mac::verified(&self.secrets, incoming.now, verifies);
        let key = key.ok_or(Refused::Signature("made with no key of ours"))?;
        let payments = payments(incoming.body, MAX_SENT, key);
        payments.map(Heard::Said).map_err(|bad| Refused::Malformed(bad.why()))
    }

    #[must_use]
    pub const fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement::OK
    }

    #[must_use]
    pub const fn refusal(&self, _: Refused) -> Acknowledgement {
        Acknowledgement::REFUSED
    }

    /// There is nobody to ask: the next list has it.
    #[must_use]
    pub const fn ask(&self, _: &Order<'_>, _: At) -> Option<Step> {
        None
    }

    pub fn learn(&self, _: &Order<'_>, _: &'static str, _: &Reply, _: At) -> Result<Stepped, NotUnderstood> {
        Err(NotUnderstood("nothing was asked"))
    }

    /// Money goes back by remittance.
    #[must_use]
    pub const fn refund(&self, _: &Refund<'_>, _: At) -> Option<Step> {
        None
    }

    pub fn refunded(
        &self,
        _: &Refund<'_>,
        _: &'static str,
        _: &Reply,
        _: At,
    ) -> Result<Stepped, NotUnderstood> {
        Err(NotUnderstood("nothing was asked"))
    }
}

fn signature(secret: &SecretString, second: &str, body: &[u8]) -> String {
    hex::encode(mac::sign(secret.expose_secret().as_bytes(), &[second.as_bytes(), b".", body]))
}
