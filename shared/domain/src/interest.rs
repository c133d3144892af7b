//! Interest on a fee that is paid back because the case was ended for lateness (規費法 §19: 自繳納之日起，
//! 至終止辦理之日止，按日加計利息). Integers throughout: what is owed does not depend on a float.

use jiff::civil::Date;

use crate::code::coded;
use crate::money::Twd;
use crate::taipei;

/// A yearly rate as an exact fraction: `0.0172` is 172 of 10 000.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    numerator: u32,
    denominator: u32,
}

/// A text that is no rate from 0 to below 1 with at most eight decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rate is a decimal fraction like `0.0172`, of at most 8 decimals")]
pub struct BadRate;

impl std::str::FromStr for Rate {
    type Err = BadRate;

    fn from_str(text: &str) -> Result<Self, BadRate> {
        let decimals = text.strip_prefix("0.").ok_or(BadRate)?;
        let fits = (1..=8).contains(&decimals.len()) && decimals.bytes().all(|byte| byte.is_ascii_digit());
        if !fits {
            return Err(BadRate);
        }
        let places = u32::try_from(decimals.len()).map_err(|_| BadRate)?;
        Ok(Self { numerator: decimals.parse().map_err(|_| BadRate)?, denominator: 10_u32.pow(places) })
    }
}

impl std::fmt::Display for Rate {
    /// `0.0172`: what it was read from.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places = usize::try_from(self.denominator.ilog10()).unwrap_or_default();
        write!(f, "0.{:0places$}", self.numerator)
    }
}

/// Which days bear interest. The Act says from the day of payment to the day of the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EndDays {
    /// The day of payment and the day of the end.
    #[default]
    Both,
    /// From the day after the payment.
    LastOnly,
}

coded!(EndDays { Both = "both", LastOnly = "last_only" });

/// Days of a year of interest.
pub const YEAR: u32 = 365;

/// Hundredths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cents(pub u128);

impl std::fmt::Display for Cents {
    /// `14.99`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// How many days bear interest; none when the end was before the payment.
#[must_use]
pub fn days(paid: Date, ended: Date, which: EndDays) -> u32 {
    let first = match which {
        EndDays::Both => 1,
        EndDays::LastOnly => 0,
    };
    u32::try_from(taipei::days_between(paid, ended) + first).unwrap_or(0)
}

/// Simple interest on `principal`, half a cent up.
#[must_use]
pub fn interest(principal: Twd, rate: Rate, days: u32) -> Cents {
    let of_a_year = u128::from(principal.0) * 100 * u128::from(rate.numerator) * u128::from(days);
    let parts = u128::from(rate.denominator) * u128::from(YEAR);
    Cents((of_a_year * 2 + parts) / (parts * 2))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn check(principal: u32, rate: &str, days: u32, expected: &str) {
        let principal = Twd(principal);
        assert_eq!(interest(principal, rate.parse().unwrap(), days).to_string(), expected);
    }

    #[test]
    fn simple_interest_rounds_half_a_cent_up() {
        check(3_000, "0.0172", 106, "14.99");
        check(3_000, "0.0172", 0, "0.00");
        check(365, "0.1", 1, "0.10");
        // Exactly half a cent.
        check(73, "0.025", 1, "0.01");
        check(1, "0.00000001", 1, "0.00");
    }

    #[test]
    fn both_end_days_count_unless_the_first_is_left_out() {
        let (paid, ended) = (date(2026, 3, 2), date(2026, 6, 15));
        assert_eq!(days(paid, ended, EndDays::Both), 106);
        assert_eq!(days(paid, ended, EndDays::LastOnly), 105);
        assert_eq!(days(ended, paid, EndDays::Both), 0);
    }

    #[test]
    fn a_rate_is_shown_as_it_was_written() {
        for text in ["0.0172", "0.1", "0.10", "0.0", "0.00000001", "0.99999999"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["", "1", "0.", "0.0000000001", "0.1%", "-0.1", "0.+1", ".5"] {
            assert_eq!(text.parse::<Rate>(), Err(BadRate), "{text}");
        }
    }
}
