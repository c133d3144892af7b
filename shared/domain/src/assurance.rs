//! How sure the city is of who somebody is (身分驗證等級, 規範 九).

use crate::text::Text;

/// What a session knows of the person behind it. The order is the order of the levels: what is enough at a
/// level is enough at every higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assurance {
    /// Nobody has signed in.
    Anonymous,
    /// 一般會員: an account, with whatever name its holder gave it.
    Account,
    /// 金質會員, 實名: an account whose holder was identified.
    Verified,
    /// 憑證登入: signed in with a certificate, such as 自然人憑證, or with 行動自然人憑證.
    Certificate,
    /// 憑證簽章: what was filed is itself signed with a certificate (電子簽章法 §6). No sign-in reaches it.
    SignedPayload,
}

impl Assurance {
    /// Every level, from the lowest.
    pub const ALL: &[Self] =
        &[Self::Anonymous, Self::Account, Self::Verified, Self::Certificate, Self::SignedPayload];

    /// Its number, 0 to 4, which is what is stored and configured.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::Anonymous => 0,
            Self::Account => 1,
            Self::Verified => 2,
            Self::Certificate => 3,
            Self::SignedPayload => 4,
        }
    }

    /// The level of that number; `None` when there is none.
    #[must_use]
    pub fn of_level(level: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.level() == level)
    }

    /// The level of that number, if signing in can reach it: 1 to 3.
    #[must_use]
    pub fn of_sign_in(level: u8) -> Option<Self> {
        Self::of_level(level).filter(|level| (Self::Account..=Self::Certificate).contains(level))
    }

    /// What to sign in with, as a service page tells it.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Anonymous => Text::new("不需登入", "no sign-in"),
            Self::Account => Text::new("任何會員帳號", "any account"),
            Self::Verified => {
                Text::new("實名驗證的帳號（如台北通金質會員）", "an account with a verified identity")
            }
            Self::Certificate => Text::new(
                "以憑證登入（如自然人憑證、行動自然人憑證）",
                "a sign-in with a certificate, such as the citizen digital certificate",
            ),
            Self::SignedPayload => Text::new("以憑證簽章送出", "an application signed with a certificate"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Assurance;

    #[test]
    fn levels_are_numbered_in_their_order() {
        for (number, level) in (0_u8..).zip(Assurance::ALL) {
            assert_eq!((level.level(), Assurance::of_level(number)), (number, Some(*level)));
        }
        assert!(Assurance::ALL.is_sorted());
        assert_eq!(Assurance::of_level(5), None);
    }

    #[test]
    fn signing_in_reaches_an_account_to_a_certificate() {
        let reached = (0..=5).map(|number| Assurance::of_sign_in(number).is_some());
        assert_eq!(reached.collect::<Vec<_>>(), [false, true, true, true, false, false]);
    }
}
