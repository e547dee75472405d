//! Kinds of mistakes: enumerations in which each has a name for programs and a sentence for people.

/// Makes such an enumeration: `/// Docs. Name: /// Docs. Variant = "id", "sentence"; …`.
macro_rules! kinds {
    (
        $(#[$about:meta])+ $kind:ident:
        $($(#[$doc:meta])+ $name:ident = $id:literal, $text:literal;)+
    ) => {
        $(#[$about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind {
            $($(#[$doc])+ $name,)+
        }

        impl $kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name in reports for programs.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// What is wrong, as a sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

pub(crate) use kinds;
