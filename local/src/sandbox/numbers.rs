//! Numbers that providers give out: to pay by, and of trades and cards.

use super::card::Card;
use super::clock;
use super::order::{Means, Number, Order, Provider};
use crate::ambient;

/// A trade number as the provider writes it: the time and some digits.
pub(super) fn trade_no(provider: Provider, now: i64) -> String {
    match provider {
        Provider::EcpayAio => clock::formatted(now, "%y%m%d%H%M") + &ambient::digits(6),
        Provider::NewebpayMpg => clock::formatted(now, "%y%m%d%H%M%S") + &ambient::digits(5),
    }
}

/// An authorised card.
pub(super) fn card() -> Card {
    let authorisation = format!("1{}", ambient::digits(7)).parse().unwrap_or(10_000_000);
    Card::new(authorisation, ambient::digits(6))
}

/// A number to pay the order by. `means` is not a card.
pub(super) fn number(order: &Order, means: Means, now: i64) -> Number {
    let numbers = match means {
        Means::Card => Vec::new(),
        Means::Atm => vec![format!("9103{}", ambient::digits(12))],
        Means::StoreCode => vec![format!("LLL{}", ambient::digits(11))],
        Means::Barcode => vec![
            format!("{}SBX", clock::formatted(now, "%y%m%d")),
            format!("00{}", ambient::digits(14)),
            format!("{}{}{:09}", clock::formatted(now, "%m%d"), ambient::digits(2), order.amount),
        ],
    };
    let bank = (means == Means::Atm).then(|| "004".to_owned());
    Number { means, bank, numbers, expires_at: expiry(order, means, now) }
}

/// As the merchant asked or, if it did not, as the provider does.
fn expiry(order: &Order, means: Means, now: i64) -> i64 {
    let asked = |name: &str, most: i64| {
        order.asked(name).parse::<i64>().ok().filter(|asked| (1..=most).contains(asked))
    };
    match (order.provider, means) {
        (Provider::EcpayAio, Means::Atm) => clock::end_of_day(now, asked("ExpireDate", 60).unwrap_or(3)),
        (Provider::EcpayAio, Means::StoreCode) => {
            now.saturating_add(60 * asked("StoreExpireDate", 43_200).unwrap_or(10_080))
        }
        (Provider::EcpayAio, _) => clock::end_of_day(now, asked("StoreExpireDate", 30).unwrap_or(7)),
        // The day of the request is the first of seven.
        (Provider::NewebpayMpg, _) => clock::end_of_written_day(order.asked("ExpireDate"), "%Y%m%d")
            .unwrap_or_else(|| clock::end_of_day(now, 6)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::order::tests::order;

    const AT: i64 = 1_795_399_268;

    fn asking(provider: Provider, name: &str, value: &str) -> Order {
        let mut order = order(provider);
        order.request.insert(name.to_owned(), value.to_owned());
        order
    }

    #[test]
    fn numbers_have_the_providers_lengths() {
        assert_eq!(trade_no(Provider::EcpayAio, AT).len(), 16);
        assert!(trade_no(Provider::EcpayAio, AT).starts_with("2611231001"));
        assert_eq!(trade_no(Provider::NewebpayMpg, AT).len(), 17);
        let of = |means| number(&order(Provider::EcpayAio), means, AT);
        assert_eq!((of(Means::Atm).part(0).len(), of(Means::Atm).bank.as_deref()), (16, Some("004")));
        assert_eq!(of(Means::StoreCode).part(0).len(), 14);
        let barcode = of(Means::Barcode);
        assert_eq!([0, 1, 2].map(|at| barcode.part(at).len()), [9, 16, 15]);
        assert!(barcode.part(2).ends_with("000000300"));
    }

    #[test]
    fn a_number_expires_when_the_merchant_said() {
        let until = |order: Order, means| clock::slashed(number(&order, means, AT).expires_at);
        let (ecpay, newebpay) = (Provider::EcpayAio, Provider::NewebpayMpg);
        assert_eq!(until(order(ecpay), Means::Atm), "2026/11/26 23:59:59");
        assert_eq!(until(asking(ecpay, "ExpireDate", "1"), Means::Atm), "2026/11/24 23:59:59");
        assert_eq!(until(asking(ecpay, "StoreExpireDate", "60"), Means::StoreCode), "2026/11/23 11:01:08");
        assert_eq!(until(asking(ecpay, "StoreExpireDate", "2"), Means::Barcode), "2026/11/25 23:59:59");
        assert_eq!(until(order(newebpay), Means::Atm), "2026/11/29 23:59:59");
        assert_eq!(
            until(asking(newebpay, "ExpireDate", "20261224"), Means::StoreCode),
            "2026/12/24 23:59:59"
        );
    }
}
