//! What a row of the endpoint table says.

use super::{ENDPOINTS, Family, Method, Operation};
use crate::{
    schema::{EnumType, Schema},
    version::Version,
};

/// How settled an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// Settled.
    Stable,
    /// Subject to change, few changes expected.
    Beta,
    /// May change or go away.
    Experimental,
}

impl Stability {
    /// The word of the API reference.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Beta => "beta",
            Self::Experimental => "experimental",
        }
    }
}

/// Who finds the operation in the published reference and in generated clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Nobody: it is kept out of the reference.
    Private,
}

impl Visibility {
    /// The word of the API reference.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// Where the operation can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Everywhere.
    StackAndServerless,
    /// Not in serverless projects, unless one is their operator (contract RL-3-23).
    StackOnly,
}

/// What an operation says of its body.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// It takes none; one that is sent is an error.
    None,
    /// Absent is the same as `{}`.
    Optional(&'static Schema),
    /// Absent is an error.
    Required(&'static Schema),
    /// An object of any content; absent is the same as `{}`.
    AnyOptional,
    /// An object of any content; absent is an error.
    AnyRequired,
    /// Lines of JSON: actions, most of them with a document behind; absent is an error.
    Lines,
}

/// A parameter of the query string.
#[derive(Clone, Copy, Debug)]
pub struct QueryParam {
    /// The name.
    pub name: &'static str,
    /// What its text must be.
    pub kind: ParamKind,
    /// The first version that knows it.
    pub since: Version,
    /// The first version that does not know it any more, unless it is asked by the API of the major
    /// version before.
    pub until: Option<Version>,
}

/// What the text of a query parameter must be.
#[derive(Clone, Copy, Debug)]
pub enum ParamKind {
    /// `true`, `false` or empty, which means true.
    Boolean,
    /// A 32-bit integer.
    Int,
    /// A 64-bit integer.
    Long,
    /// Anything.
    String,
    /// Texts separated by commas.
    List,
    /// A value of an enumeration.
    Enum(EnumType),
    /// Values of an enumeration separated by commas.
    EnumList(EnumType),
    /// What Elasticsearch takes and the mock server refuses.
    NotServed,
}

/// One row of the table: a method and a path of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// The operation; two rows may share it.
    pub operation: Operation,
    /// The method.
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The parameters of the query string, beside the generic ones.
    pub query: &'static [QueryParam],
    /// The body.
    pub body: Body,
    /// Every status of the contract.
    pub statuses: &'static [u16],
    /// The first version that has this row.
    pub since: Version,
    /// How settled it is.
    pub stability: Stability,
    /// Who finds it in the reference.
    pub visibility: Visibility,
    /// Where it can be called.
    pub availability: Availability,
}

impl QueryParam {
    /// Whether a version knows the parameter.
    #[must_use]
    pub fn is_in(&self, version: Version) -> bool {
        self.since <= version && self.until.is_none_or(|until| version < until)
    }
}

impl Endpoint {
    /// Whether a version has the row.
    #[must_use]
    pub fn is_in(&self, version: Version) -> bool {
        self.since <= version
    }

    /// The rows of a family.
    pub fn of(family: Family) -> impl Iterator<Item = &'static Self> + Clone {
        ENDPOINTS.iter().filter(move |row| row.operation.family() == family)
    }

    /// The names of the path parameters, in order.
    pub fn path_params(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Whether a path (without query) is one of this row's; `{…}` matches any segment.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let trimmed = path.trim_end_matches('/');
        let mut wanted = self.path.split('/');
        let mut given = trimmed.split('/');
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted.starts_with('{') || wanted == given => {}
                _ => return false,
            }
        }
    }

    /// The row that answers a request, by the simple reading of the table: literal segments win.
    /// The server's own routing has more to it; this is for examples and reports.
    #[must_use]
    pub fn find(method: Method, path: &str) -> Option<&'static Self> {
        ENDPOINTS
            .iter()
            .filter(|row| row.method == method && row.matches(path))
            .min_by_key(|row| row.path_params().count())
    }
}
