//! A mobile telephone number in Taiwan (行動電話號碼): where an SMS goes.

use std::str::FromStr;

use crate::personal::Personal;

/// Ten digits that begin with 09, however they were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MobileNumber(Personal<String>);

impl MobileNumber {
    /// `0912345678`
    #[must_use]
    pub const fn reveal(&self) -> &String {
        self.0.reveal()
    }
}

/// A text that is no mobile number of Taiwan. Nothing of the text is in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mobile number of Taiwan")]
pub struct NotAMobileNumber;

impl FromStr for MobileNumber {
    type Err = NotAMobileNumber;

    /// Spaces and hyphens between the digits are how people write, and `+886` for the 0 is how telephones do.
    fn from_str(text: &str) -> Result<Self, NotAMobileNumber> {
        let bare: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let number = match bare.strip_prefix("+886") {
            Some(rest) => format!("0{rest}"),
            None => bare,
        };
        let is_mobile =
            number.len() == 10 && number.starts_with("09") && number.bytes().all(|b| b.is_ascii_digit());
        if is_mobile { Ok(Self(Personal::new(number))) } else { Err(NotAMobileNumber) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        text.parse::<MobileNumber>().ok().map(|number| number.reveal().clone())
    }

    #[test]
    fn a_number_is_kept_in_one_form_and_never_printed() {
        for typed in ["0912345678", " 0912-345-678 ", "0912 345 678", "+886912345678", "+886 912-345-678"] {
            assert_eq!(read(typed).as_deref(), Some("0912345678"), "{typed}");
        }
        let number: MobileNumber = "0912345678".parse().unwrap();
        assert!(!format!("{number:?}").contains("0912345678"));
    }

    #[test]
    fn what_takes_no_sms_is_refused() {
        let bad = [
            "",
            " ",
            "-",
            "091234567",
            "09123456789",
            "0227208889",
            "912345678",
            "+8860912345678",
            "+85291234567",
            "0912345678#1",
            "0912.345.678",
            "０９１２３４５６７８",
            "09١٢٣٤٥٦٧٨",
        ];
        for typed in bad {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_ten_digits_and_reads_as_itself(text in "[-+ 0-9]{0,20}|\\PC{0,20}") {
            if let Some(number) = read(&text) {
                prop_assert!(number.starts_with("09") && number.len() == 10);
                prop_assert!(number.bytes().all(|b| b.is_ascii_digit()));
                prop_assert_eq!(read(&number), Some(number));
            }
        }

        #[test]
        fn spaces_and_hyphens_make_no_difference(
            rest in "[0-9]{8}", gaps in prop::collection::vec(prop::sample::select(vec!["", " ", "-", "\u{3000}"]), 10),
        ) {
            let number = format!("09{rest}");
            let typed: String = number.chars().zip(gaps).flat_map(|(digit, gap)| std::iter::once(digit).chain(gap.chars())).collect();
            prop_assert_eq!(read(&typed), Some(number));
        }
    }
}
