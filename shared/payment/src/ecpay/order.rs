//! An order at ECPay (?p=2862): a form that the browser posts.

use domain::money::Twd;
use domain::payment::Means;
use domain::taipei;
use jiff::{SignedDuration, Timestamp};

use super::{Fields, TIME};
use crate::order::{Order, Unfit};
use crate::values;

/// What a way to pay is called, and the amounts it takes. The usual plans limit numbers so; for cards the
/// contract alone does.
struct Way {
    choose_payment: &'static str,
    min: Twd,
    max: Twd,
}

fn way(means: Means) -> Option<Way> {
    let (choose_payment, min, max) = match means {
        Means::Card => ("Credit", 1, u32::MAX),
        Means::Atm => ("ATM", 16, 49_999),
        Means::StoreCode => ("CVS", 33, 20_000),
        Means::Barcode => ("BARCODE", 17, 20_000),
        Means::Wallet | Means::Bill => return None,
    };
    Some(Way { choose_payment, min: Twd(min), max: Twd(max) })
}

/// The fields of an order, unsigned.
///
/// The browser comes back by `ClientBackURL`, a link. `OrderResultURL` and `ClientRedirectURL` would have
/// it post a signed result, which proves nothing that the callback does not, and hands the payer signed
/// messages to play with.
pub fn fields(merchant: &str, order: &Order<'_>, now: Timestamp) -> Result<Fields, Unfit> {
    let means = order.means;
    let Way { choose_payment, min, max } = way(means).ok_or(Unfit::Means { means })?;
    if !(min..=max).contains(&order.amount) {
        return Err(Unfit::Amount { min, max });
    }
    let mut fields = vec![
        ("MerchantID", merchant.to_owned()),
        ("MerchantTradeNo", order.order_no.to_string()),
        ("MerchantTradeDate", values::as_taipei_time(TIME, order.made_at)),
        ("PaymentType", "aio".to_owned()),
        ("TotalAmount", order.amount.0.to_string()),
        ("TradeDesc", order.description.to_owned()),
        ("ItemName", order.description.to_owned()),
        ("ReturnURL", order.callback_url.to_owned()),
        ("ChoosePayment", choose_payment.to_owned()),
        ("ClientBackURL", order.return_url.to_owned()),
        ("NeedExtraPaidInfo", "N".to_owned()),
        ("EncryptType", "1".to_owned()),
    ];
    if let Some((name, units)) = expiry(means, now, order.expires_at) {
        fields.push((name, units.to_string()));
        fields.push(("PaymentInfoURL", order.callback_url.to_owned()));
    }
    Ok(fields)
}

/// How long a number is valid, in the units and bounds of the way to pay: days that end at 23:59 for
/// ATM and bar codes, minutes for codes. It is the last unit within our own limit, and at least one, as
/// ECPay issues nothing shorter.
fn expiry(means: Means, now: Timestamp, until: Timestamp) -> Option<(&'static str, i64)> {
    let last = until.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(until);
    let days = taipei::days_between(taipei::day_of(now), taipei::day_of(last));
    let minutes = until.duration_since(now).as_mins();
    match means {
        Means::Atm => Some(("ExpireDate", days.clamp(1, 60))),
        Means::StoreCode => Some(("StoreExpireDate", minutes.clamp(1, 43_200))),
        Means::Barcode => Some(("StoreExpireDate", days.clamp(1, 30))),
        Means::Card | Means::Wallet | Means::Bill => None,
    }
}
