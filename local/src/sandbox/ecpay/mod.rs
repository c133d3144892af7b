//! 綠界 全方位金流 (AIO).

mod card;
mod checkout;
mod media;
mod query;
pub mod sealed;
pub mod sign;
mod words;

pub(super) use card::{do_action, query_card, query_card_by_order};
pub(super) use checkout::checkout;
pub(super) use media::daily_file;
pub(super) use query::query;
pub(super) use words::{notice_body, way_back};

use super::accounts::ECPAY;
use super::form::Fields;

/// The fields of a signed request, or the answer that 綠界 gives to what is none.
fn signed(body: &[u8]) -> Result<Fields, &'static str> {
    let fields = Fields::read(body).map_err(|_| "0|Parameter Error")?;
    if fields.get("MerchantID") != ECPAY.merchant {
        return Err("0|MerchantID Error");
    }
    if fields.get(sign::FIELD) != sign::check_mac_value(&fields.pairs(), &ECPAY) {
        return Err("0|CheckMacValue Error");
    }
    Ok(fields)
}
