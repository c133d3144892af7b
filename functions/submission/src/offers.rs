//! What the agency's contracts offer to pay by (規範 十(三)6: 依契約約定).

use std::str::FromStr;

use domain::case::Case;
use domain::payment::contract::FeeBearer;
use domain::payment::{Means, Provider};
use domain::taipei;
use payment::Account;
use platform::catalogue;
use platform::fault::Fault;

use crate::App;

/// A way to pay, as forms name it: `ecpay_aio.card`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    pub provider: Provider,
    pub means: Means,
}

/// Text that is no [`Way`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAWay;

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.provider, self.means)
    }
}

impl FromStr for Way {
    type Err = NotAWay;

    fn from_str(text: &str) -> Result<Self, NotAWay> {
        let (provider, means) = text.split_once('.').ok_or(NotAWay)?;
        let provider = provider.parse().map_err(|_| NotAWay)?;
        Ok(Self { provider, means: means.parse().map_err(|_| NotAWay)? })
    }
}

/// A way to pay that stands open today.
pub struct Offer<'a> {
    pub way: Way,
    pub bearer: FeeBearer,
    pub account: &'a Account,
}

/// The ways to pay for `case` under the contracts in force today (規範 十(三)6) with whom we have an
/// account, each once.
pub async fn offers<'a>(app: &'a App, case: &Case) -> Result<Vec<Offer<'a>>, Fault> {
    let today = taipei::day_of(app.ambient.now());
    let contracts = catalogue::contracts(app.store.as_ref(), &case.agency).await?;
    let mut offers: Vec<Offer<'_>> = Vec::new();
    for contract in contracts.iter().filter(|contract| contract.is_in_force(&case.item.code, today)) {
        let Some(account) = app.accounts.get(contract.provider, &contract.merchant) else { continue };
        for means in contract.means.iter().copied().filter(|means| account.means().contains(means)) {
            let way = Way { provider: contract.provider, means };
            if !offers.iter().any(|offer| offer.way == way) {
                offers.push(Offer { way, bearer: contract.bearer, account });
            }
        }
    }
    Ok(offers)
}
