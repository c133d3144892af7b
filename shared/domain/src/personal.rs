//! Personal data (個人資料): a value that cannot be printed by accident.

use std::fmt;

/// Data about a person (個人資料保護法 §2). `Debug` prints a placeholder and there is no `Display`,
/// so a value reaches a log only through [`Personal::reveal`], which is easy to search for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for showing to those who may see it or for storing.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(personal)")
    }
}

#[cfg(test)]
mod tests {
    use super::Personal;

    #[test]
    fn debug_prints_nothing_of_the_person() {
        let id = Personal::new("A123456789".to_owned());
        assert_eq!(format!("{id:?}"), "(personal)");
        assert_eq!(id.reveal(), "A123456789");
    }
}
