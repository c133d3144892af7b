//! Contracts with providers (簽約, 規範 十(三)6: 依契約約定): which of them an agency offers, for what, and
//! how long. They are data: one is taken out of use without a deployment.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Means, Provider};
use crate::code::coded;
use crate::id::{AgencyCode, ItemCode};
use crate::text::Text;

/// Who bears the fee of the transaction (手續費負擔).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeeBearer {
    Agency,
    Payer,
}

coded!(FeeBearer { Agency = "agency", Payer = "payer" });

impl FeeBearer {
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Agency => Text::new("手續費由機關負擔", "no transaction fee"),
            Self::Payer => Text::new("手續費由繳費人負擔", "the payer bears the transaction fee"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    pub agency: AgencyCode,
    pub provider: Provider,
    /// Our number at the provider.
    pub merchant: String,
    /// The account of the agency that the money goes to (收款帳戶).
    pub account: String,
    pub means: BTreeSet<Means>,
    /// The items it is for; all of the agency's when empty.
    pub items: BTreeSet<ItemCode>,
    pub bearer: FeeBearer,
    pub from: Date,
    /// The last day; payments begun by then are still posted afterwards.
    pub until: Option<Date>,
}

impl Contract {
    /// Whether it offers to pay for `item` on `day`.
    #[must_use]
    pub fn is_in_force(&self, item: &ItemCode, day: Date) -> bool {
        let in_time = self.from <= day && self.until.is_none_or(|last| day <= last);
        in_time && (self.items.is_empty() || self.items.contains(item))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_contract_is_offered_from_its_first_to_its_last_day_and_for_its_items() {
        let item: ItemCode = "PK001".parse().unwrap();
        let other: ItemCode = "PK002".parse().unwrap();
        let contract = Contract {
            agency: "parks".parse().unwrap(),
            provider: Provider::EcpayAio,
            merchant: "3002607".to_owned(),
            account: "012-0000000".to_owned(),
            means: BTreeSet::from([Means::Card]),
            items: BTreeSet::from([item.clone()]),
            bearer: FeeBearer::Agency,
            from: date(2026, 1, 1),
            until: Some(date(2026, 12, 31)),
        };
        for (day, offered) in [
            (date(2025, 12, 31), false),
            (date(2026, 1, 1), true),
            (date(2026, 12, 31), true),
            (date(2027, 1, 1), false),
        ] {
            assert_eq!(contract.is_in_force(&item, day), offered, "{day}");
            assert!(!contract.is_in_force(&other, day), "{day}");
        }
        let all = Contract { items: BTreeSet::new(), until: None, ..contract };
        assert!(all.is_in_force(&other, date(2099, 1, 1)));
    }
}
