//! The load generator oha: its arguments and what it prints.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::load::Load;

/// Requests that are under way at the end are waited for: broken off, they would count as errors.
/// Compression is not asked for: the bare server has none.
pub(super) fn arguments(
    seconds: u32,
    connections: u32,
    bodies: Option<&str>,
    url: &str,
) -> Vec<String> {
    let mut arguments = vec![
        "--no-tui".to_owned(),
        "--output-format=json".to_owned(),
        "--wait-ongoing-requests-after-deadline".to_owned(),
        "--disable-compression".to_owned(),
        "-c".to_owned(),
        connections.to_string(),
        "-z".to_owned(),
        format!("{seconds}s"),
    ];
    if let Some(bodies) = bodies {
        let put = ["-m", "PUT", "-T", "application/json", "-Z", bodies];
        arguments.extend(put.map(str::to_owned));
    }
    arguments.push(url.to_owned());
    arguments
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    summary: Summary,
    latency_percentiles: BTreeMap<String, f64>,
    status_code_distribution: BTreeMap<String, u32>,
    error_distribution: BTreeMap<String, u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    requests_per_sec: f64,
}

/// Reads what oha prints.
pub(super) fn parse(text: &str) -> anyhow::Result<Load> {
    let output: Output = serde_json::from_str(text).context("oha prints something else")?;
    let statuses = &output.status_code_distribution;
    let is_success = statuses.keys().all(|status| status.starts_with('2'));
    let errors = &output.error_distribution;
    ensure!(
        is_success && errors.is_empty(),
        "not every request was a success: statuses {statuses:?}, errors {errors:?}"
    );
    let answers: f64 = statuses.values().copied().map(f64::from).sum();
    ensure!(answers > 0.0, "no request was answered");
    let p99 = output.latency_percentiles.get("p99").copied();
    let p99 = p99.context("oha does not say the latency")?;
    Ok(Load { answers, rate: output.summary.requests_per_sec, p99 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(statuses: &str, errors: &str) -> String {
        format!(
            r#"{{"summary":{{"successRate":1.0,"requestsPerSec":1000.5}},"latencyPercentiles":{{"p90":0.001,"p99":0.002,"p99.9":0.003}},"statusCodeDistribution":{statuses},"errorDistribution":{errors}}}"#
        )
    }

    #[test]
    fn rate_and_latency_are_read() {
        let load = parse(&output(r#"{"200":2000,"201":1}"#, "{}")).unwrap();
        assert_eq!(load, Load { answers: 2001.0, rate: 1000.5, p99: 0.002 });
    }

    #[test]
    fn an_answer_that_is_no_success_is_an_error() {
        let told = |statuses, errors| parse(&output(statuses, errors)).unwrap_err().to_string();
        let start = "not every request was a success: statuses ";
        assert_eq!(
            told(r#"{"200":9,"404":1}"#, "{}"),
            format!(r#"{start}{{"200": 9, "404": 1}}, errors {{}}"#)
        );
        assert_eq!(
            told(r#"{"200":9}"#, r#"{"x":1}"#),
            format!(r#"{start}{{"200": 9}}, errors {{"x": 1}}"#)
        );
        assert_eq!(told("{}", "{}"), "no request was answered");
        assert_eq!(parse("text").unwrap_err().to_string(), "oha prints something else");
    }

    #[test]
    fn bodies_are_named_only_if_there_are_some() {
        assert!(!arguments(2, 8, None, "u").contains(&"PUT".to_owned()));
        let put = arguments(2, 8, Some("b.txt"), "u");
        assert!(put.ends_with(&["-Z", "b.txt", "u"].map(str::to_owned)), "{put:?}");
    }
}
