//! Enumerations whose values travel as lower-case strings.

/// A text that is no value of an enumeration; its display is the server's message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Unknown {class} [{value}].")]
pub struct UnknownValue {
    /// The name that the message uses for the enumeration, `ConnectorSyncStatus`.
    pub class: &'static str,
    /// The text as it was sent.
    pub value: String,
}

/// An enumeration of the wire format.
pub trait WireEnum: Copy + Eq + 'static {
    /// The name that messages use for the enumeration.
    const CLASS: &'static str;

    /// Every value, in the order of the contract.
    const ALL: &'static [Self];

    /// The spelling of every value, in the same order.
    const NAMES: &'static [&'static str];

    /// The value as it is stored and returned.
    fn as_str(self) -> &'static str;

    /// Reads a value without regard to case.
    ///
    /// # Errors
    /// If the text is none of the values.
    fn parse(text: &str) -> Result<Self, UnknownValue> {
        Self::ALL
            .iter()
            .copied()
            .find(|value| value.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownValue { class: Self::CLASS, value: text.to_owned() })
    }
}

/// Declares an enumeration of the wire format with its spelling.
macro_rules! wire_enum {
    ($(#[$docs:meta])* $name:ident as $class:literal { $($(#[$value_docs:meta])* $value:ident = $text:literal,)+ }) => {
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$value_docs])* $value,)+ }

        impl $crate::wire_enum::WireEnum for $name {
            const CLASS: &'static str = $class;
            const ALL: &'static [Self] = &[$(Self::$value,)+];
            const NAMES: &'static [&'static str] = &[$($text,)+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::wire_enum::WireEnum::as_str(*self))
            }
        }

        impl From<$name> for $crate::json::Json {
            fn from(value: $name) -> Self {
                Self::from($crate::wire_enum::WireEnum::as_str(value))
            }
        }
    };
}

pub(crate) use wire_enum;
