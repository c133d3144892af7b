//! Enumerations with stable codes: the one name a variant has in the API, in stored rows and in reports.

/// Gives an enumeration `ALL`, `code`, `Display` and `FromStr` from one list of codes.
macro_rules! coded {
    ($name:ident { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl $name {
            /// Every variant.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::code::UnknownCode;

            fn from_str(code: &str) -> Result<Self, crate::code::UnknownCode> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(crate::code::UnknownCode(stringify!($name))),
                }
            }
        }
    };
}
pub(crate) use coded;

/// A text that is no code of the enumeration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known {0}")]
pub struct UnknownCode(pub &'static str);
