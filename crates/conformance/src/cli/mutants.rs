//! The options of `mutants`.

use clap::Args;

/// Which planted faults to look for, and how.
#[derive(Debug, Args)]
pub struct MutantArgs {
    /// Look only for faults whose name contains one of these texts.
    #[arg(long, value_name = "FILTER", value_delimiter = ',')]
    pub only: Vec<String>,

    /// How many seeds to try for each.
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u64).range(1..))]
    pub seeds: u64,

    /// The first seed.
    #[arg(long, value_name = "S", default_value = "1")]
    pub seed: u64,

    /// At most so many sequences for each seed.
    #[arg(long, value_name = "N", default_value = "5000")]
    pub cases: u64,

    /// The longest sequence, in steps.
    #[arg(long, value_name = "MAX", default_value = "40", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub steps: u16,
}
