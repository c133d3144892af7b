//! An order at NewebPay (manual 4.2).

use domain::money::Twd;
use domain::payment::Means;
use jiff::{SignedDuration, Timestamp};

use super::Fields;
use crate::order::{Order, Unfit};
use crate::values;

pub const VERSION: &str = "2.0";

/// The field that offers a way to pay, and the amounts it takes. For cards the contract alone limits
/// them.
fn way(means: Means) -> Option<(&'static str, Twd, Twd)> {
    match means {
        Means::Card => Some(("CREDIT", Twd(1), Twd(u32::MAX))),
        Means::Atm => Some(("VACC", Twd(1), Twd(49_999))),
        Means::StoreCode => Some(("CVS", Twd(30), Twd(20_000))),
        Means::Barcode => Some(("BARCODE", Twd(20), Twd(40_000))),
        Means::Wallet | Means::Bill => None,
    }
}

/// The fields of an order, to be encrypted.
///
/// The browser comes back by `ClientBackURL`, a link. `ReturnURL` would have it post the very notice that
/// `NotifyURL` gets, and one payment be told of twice. Without `CustomerURL` NewebPay itself shows the
/// number to pay by, which it tells nobody but the browser.
pub fn fields(merchant: &str, order: &Order<'_>, now: Timestamp) -> Result<Fields, Unfit> {
    let means = order.means;
    let (offered, min, max) = way(means).ok_or(Unfit::Means { means })?;
    if !(min..=max).contains(&order.amount) {
        return Err(Unfit::Amount { min, max });
    }
    let mut fields = vec![
        ("MerchantID", merchant.to_owned()),
        ("RespondType", "JSON".to_owned()),
        ("TimeStamp", now.as_second().to_string()),
        ("Version", VERSION.to_owned()),
        ("MerchantOrderNo", order.order_no.to_string()),
        ("Amt", order.amount.0.to_string()),
        ("ItemDesc", order.description.to_owned()),
        ("NotifyURL", order.callback_url.to_owned()),
        ("ClientBackURL", order.return_url.to_owned()),
        ("LoginType", "0".to_owned()),
        (offered, "1".to_owned()),
    ];
    if means != Means::Card {
        // The number is valid through a day, so the last one that ends within our own limit.
        let last = order.expires_at.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(now).max(now);
        fields.push(("ExpireDate", values::as_taipei_time("%Y%m%d", last)));
    }
    Ok(fields)
}
