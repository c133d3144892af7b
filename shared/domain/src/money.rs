//! Money: whole New Taiwan dollars (新臺幣), never a float.

use std::fmt;

use crate::text::Text;

/// An amount in whole TWD (新臺幣元). The dollar has no circulating subunit, so there is no scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Twd(pub u32);

impl Twd {
    pub const ZERO: Self = Self(0);

    /// The sum, or `None` when it does not fit: no fee of a city comes near 4 billion.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// `1,234 元`, `NT$1,234`.
    #[must_use]
    pub fn text(self) -> Text {
        text(u128::from(self.0))
    }
}

impl fmt::Display for Twd {
    /// `1,234`: digits grouped by three, without a currency sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(u128::from(self.0)))
    }
}

/// Digits grouped by three: `12,345`.
pub(crate) fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(",")
}

/// An amount on the way to a [`Twd`], which may still be more than one holds.
pub(crate) fn text(dollars: u128) -> Text {
    let shown = grouped(dollars);
    Text::new(format!("{shown} 元"), format!("NT${shown}"))
}

#[cfg(test)]
mod tests {
    use super::Twd;

    #[test]
    fn shows_thousands() {
        for (amount, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(Twd(amount).to_string(), shown);
        }
    }

    #[test]
    fn refuses_to_overflow() {
        assert_eq!(Twd(1).checked_add(Twd(2)), Some(Twd(3)));
        assert_eq!(Twd(u32::MAX).checked_add(Twd(1)), None);
    }
}
