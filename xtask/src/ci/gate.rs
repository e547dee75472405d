//! The gates: their names, their order, and what each of them runs.

use anyhow::Context as _;
use clap::ValueEnum;

use super::{clients, conformance, examples, fixtures, page, tests_gate};
use crate::{build::cargo, cli::CiArgs, contract, docs, tidy};

/// Something that has to hold before a change goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gate {
    /// The code is formatted
    Fmt,
    /// The lints are silent
    Clippy,
    /// The tests pass, those in the documentation too
    Test,
    /// The documentation can be built
    Doc,
    /// The committed fixtures are whole and known
    Fixtures,
    /// What is generated is what the code says
    Docs,
    /// The conventions of the repository are kept
    Tidy,
    /// Each rule of the contract has a case that names it
    Contract,
    /// The mock server passes the conformance suite
    Conformance,
    /// The official clients get what they expect from the mock server
    Clients,
    /// The page of the mock server does in a browser what it shows
    Page,
    /// The test suites in `examples/` pass
    Examples,
}

/// What came of a gate, with what is worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It holds.
    Passed(String),
    /// It does not hold.
    Failed(String),
    /// It was not looked at, for that reason if nobody asked for it.
    Skipped(String),
}

impl Gate {
    /// All gates, in the order in which they run.
    pub(super) const ALL: [Self; 12] = [
        Self::Fmt,
        Self::Clippy,
        Self::Test,
        Self::Doc,
        Self::Fixtures,
        Self::Docs,
        Self::Tidy,
        Self::Contract,
        Self::Conformance,
        Self::Clients,
        Self::Page,
        Self::Examples,
    ];

    /// The name on the command line.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Test => "test",
            Self::Doc => "doc",
            Self::Fixtures => "fixtures",
            Self::Docs => "docs",
            Self::Tidy => "tidy",
            Self::Contract => "contract",
            Self::Conformance => "conformance",
            Self::Clients => "clients",
            Self::Page => "page",
            Self::Examples => "examples",
        }
    }

    /// What it runs.
    pub(super) const fn what(self) -> &'static str {
        match self {
            Self::Fmt => "cargo fmt --all --check",
            Self::Clippy => "cargo clippy --workspace --all-targets --all-features -- -D warnings",
            Self::Test => {
                "cargo test --workspace --no-fail-fast, and the tests of the feature wiremock"
            }
            Self::Doc => {
                "RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace --no-deps --all-features"
            }
            Self::Fixtures => "read fixtures/, compare it with the documents if they are given",
            Self::Docs => "cargo xtask docs --check, cargo xtask openapi --check",
            Self::Tidy => "cargo xtask tidy",
            Self::Contract => "cargo xtask contract",
            Self::Conformance => "connector-conformance server --url (a fresh connector-mock)",
            Self::Clients => "cargo xtask clients",
            Self::Page => "cargo xtask page",
            Self::Examples => "cargo xtask examples",
        }
    }

    /// Runs it; what keeps it from running is a failure.
    pub(super) fn run(self, args: &CiArgs) -> Verdict {
        let verdict = match self {
            Self::Fmt => run_cargo(&["fmt", "--all", "--check"], &[]),
            Self::Clippy => {
                let code = ["clippy", "--workspace", "--all-targets", "--all-features"];
                run_cargo(&[&code[..], &["--", "-D", "warnings"]].concat(), &[])
            }
            Self::Test => tests_gate::run(),
            Self::Doc => {
                let doc = ["doc", "--workspace", "--no-deps", "--all-features"];
                run_cargo(&doc, &[("RUSTDOCFLAGS", "-D warnings")])
            }
            Self::Fixtures => fixtures::run(args),
            Self::Docs => run_docs(),
            Self::Tidy => run_tidy(),
            Self::Contract => run_contract(),
            Self::Conformance => conformance::run(),
            Self::Clients => clients::run(),
            Self::Page => page::run(),
            Self::Examples => examples::run(),
        };
        verdict.unwrap_or_else(|error| Verdict::Failed(format!("{error:#}")))
    }
}

fn run_cargo(arguments: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<Verdict> {
    let mut command = cargo(arguments);
    command.envs(variables.iter().copied());
    let status = command.status().context("cannot start cargo")?;
    Ok(if status.success() {
        Verdict::Passed(String::new())
    } else {
        Verdict::Failed(status.to_string())
    })
}

fn run_docs() -> anyhow::Result<Verdict> {
    let count = docs::check(docs::PAGES)? + docs::check(docs::OPENAPI)?;
    let all = docs::PAGES.len() + docs::OPENAPI.len();
    Ok(match count {
        0 => Verdict::Passed(format!("{all} files")),
        count => Verdict::Failed(format!("{count} of {all} files differ")),
    })
}

fn run_tidy() -> anyhow::Result<Verdict> {
    let looked = tidy::look()?;
    let note = looked.to_string();
    Ok(if looked.is_clean() { Verdict::Passed(note) } else { Verdict::Failed(note) })
}

fn run_contract() -> anyhow::Result<Verdict> {
    let looked = contract::look()?;
    let note = looked.to_string();
    Ok(if looked.is_clean() { Verdict::Passed(note) } else { Verdict::Failed(note) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gate_has_its_place_in_the_order_and_its_name() {
        assert_eq!(Gate::ALL, Gate::value_variants());
        for gate in Gate::ALL {
            assert_eq!(gate.to_possible_value().unwrap().get_name(), gate.name());
        }
    }
}
