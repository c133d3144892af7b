//! Values as several providers write them. What is not written exactly so is not read at all.

use domain::money::Twd;
use domain::taipei;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

/// Whole dollars: digits without sign, leading zero, point or exponent, and more than none.
pub fn amount(text: &str) -> Option<Twd> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if digits { text.parse().ok().map(Twd) } else { None }
}

/// A provider's number of a transaction. Lower case is refused: payments are told apart by this number,
/// and where a signature does not cover case, another spelling would be another payment.
pub fn trade_no(text: &str) -> Option<String> {
    let sign = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    ((1..=40).contains(&text.len()) && text.bytes().all(sign)).then(|| text.to_owned())
}

/// A time in Taipei (臺北時間) without its offset, in a format such as `%Y/%m/%d %H:%M:%S`. It is read only
/// when that format writes it back the same: no missing zeros, no signs, no 24 o'clock.
pub fn taipei_time(format: &'static str, text: &str) -> Option<Timestamp> {
    let time = DateTime::strptime(format, text).ok()?;
    if time.strftime(format).to_string() == text { taipei::OFFSET.to_timestamp(time).ok() } else { None }
}

/// A day, read as strictly.
pub fn day(format: &'static str, text: &str) -> Option<Date> {
    let day = Date::strptime(format, text).ok()?;
    (day.strftime(format).to_string() == text).then_some(day)
}

/// An instant in that form.
pub fn as_taipei_time(format: &'static str, instant: Timestamp) -> String {
    taipei::OFFSET.to_datetime(instant).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use domain::money::Twd;
    use proptest::prelude::*;

    use super::*;

    const FORMAT: &str = "%Y/%m/%d %H:%M:%S";

    #[test]
    fn only_plain_amounts_are_read() {
        assert_eq!(amount("1"), Some(Twd(1)));
        assert_eq!(amount("4294967295"), Some(Twd(u32::MAX)));
        for bad in
            ["", "0", "00", "0100", "-1", "+1", " 1", "1 ", "1.0", "1e2", "１００", "1,000", "4294967296"]
        {
            assert_eq!(amount(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_plain_times_are_read() {
        let read = taipei_time(FORMAT, "2027/01/01 07:59:59").map(|instant| instant.to_string());
        assert_eq!(read.as_deref(), Some("2026-12-31T23:59:59Z"));
        for bad in [
            "",
            "2027/1/1 07:59:59",
            "2027/01/01",
            "2027/01/01 07:59:59 ",
            "+2027/01/01 07:59:59",
            "2027-01-01 07:59:59",
            "2027/02/30 00:00:00",
            "2027/01/01 24:00:00",
            "2027/01/01 07:59:60",
        ] {
            assert_eq!(taipei_time(FORMAT, bad), None, "{bad}");
        }
    }

    #[test]
    fn a_trade_number_has_one_spelling() {
        assert_eq!(trade_no("2611230900518015").as_deref(), Some("2611230900518015"));
        for bad in ["", "26a", "26 ", "26&x=1", &"1".repeat(41)] {
            assert_eq!(trade_no(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn times_read_back(second in 0_i64..4_000_000_000) {
            let instant = Timestamp::from_second(second).unwrap();
            prop_assert_eq!(taipei_time(FORMAT, &as_taipei_time(FORMAT, instant)), Some(instant));
        }

        #[test]
        fn amounts_read_back(dollars in 1_u32..) {
            prop_assert_eq!(amount(&dollars.to_string()), Some(Twd(dollars)));
        }
    }
}
