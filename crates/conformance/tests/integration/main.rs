//! Tests of the suite and of the program that plays it, against a right server and wrong ones.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod drivers;
mod endings;
mod fixtures;
mod fuzz;
mod fuzz_reports;
mod observe;
mod proxy;
mod report_formats;
mod reporting;
mod reports;
mod right_server;
mod sample;
mod sample_fuzz;
mod seeded_mocks;
mod traffic;
mod unusual_servers;
mod usage;
mod wrong_server;
mod wrong_servers;

use conformance::{
    program::{self, Output},
    report::Style,
};

/// Runs `connector-conformance server` with these arguments.
fn server(arguments: &[&str]) -> Output {
    let command = ["connector-conformance", "server"];
    program::run(command.iter().chain(arguments), Style::Plain)
}

/// What has to be awaited in a test that is not asynchronous itself.
fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn mock() -> mock_server::MockServer {
    mock_server::MockServer::builder().start_blocking().unwrap()
}
