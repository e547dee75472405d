//! The load generator wrk: its arguments, its script and what it prints.

use anyhow::{Context as _, bail, ensure};

use super::load::{Load, body};

/// One thread: the server needs the other processors, and the script counts in each thread anew.
pub(super) fn arguments(
    seconds: u32,
    connections: u32,
    script: Option<&str>,
    url: &str,
) -> Vec<String> {
    let mut arguments = vec![
        "--threads=1".to_owned(),
        format!("--connections={connections}"),
        format!("--duration={seconds}s"),
        "--latency".to_owned(),
    ];
    arguments.extend(script.map(|script| format!("--script={script}")));
    arguments.push(url.to_owned());
    arguments
}

/// A script that sends `bodies` bodies in turn. The requests are made before the load begins.
pub(super) fn script(bodies: usize) -> String {
    let format = body(0).replace(&format!("{:06}", 0), "%06d");
    format!(
        r#"local requests, count = {{}}, 0
local headers = {{ ["content-type"] = "application/json" }}
init = function()
  for number = 1, {bodies} do
    local body = string.format('{format}', number - 1)
    requests[number] = wrk.format("PUT", nil, headers, body)
  end
end
request = function()
  count = count % {bodies} + 1
  return requests[count]
end
"#
    )
}

/// Reads what wrk prints.
pub(super) fn parse(text: &str) -> anyhow::Result<Load> {
    for trouble in ["Non-2xx or 3xx responses:", "Socket errors:"] {
        if let Some(line) = text.lines().map(str::trim).find(|line| line.starts_with(trouble)) {
            bail!("not every request was a success: {line}");
        }
    }
    let word_after = |start: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(start))?;
        line.split_whitespace().next()
    };
    let rate = word_after("Requests/sec:").and_then(|word| word.parse().ok());
    let answers = text.lines().find_map(|line| line.trim().split_once(" requests in "));
    let answers = answers.and_then(|(word, _)| word.parse().ok());
    let load = Load {
        answers: answers.context("wrk does not say how many requests there were")?,
        rate: rate.context("wrk does not say how many requests there were in a second")?,
        p99: word_after("99%").and_then(seconds).context("wrk does not say the latency")?,
    };
    ensure!(load.answers > 0.0, "no request was answered");
    Ok(load)
}

/// `635.91us`, `1.20ms`, `1.05s` or `1.00m`
fn seconds(text: &str) -> Option<f64> {
    let at = text.find(|char: char| char.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at_checked(at)?;
    let scale = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
Running 3s test @ http://127.0.0.1:9200/_connector/c1
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   635.91us  349.00us  12.92ms   93.69%
    Req/Sec    97.20k     8.07k   99.99%    86.67%
  Latency Distribution
     50%  614.00us
     75%  791.00us
     90%    1.00ms
     99%    1.25ms
  291234 requests in 3.00s, 212.76MB read
Requests/sec:  97078.25
Transfer/sec:     70.92MB
";

    #[test]
    fn rate_and_latency_are_read() {
        let expected = Load { answers: 291_234.0, rate: 97078.25, p99: 0.00125 };
        assert_eq!(parse(OUTPUT).unwrap(), expected);
    }

    #[test]
    fn latencies_have_four_units() {
        let read = ["250us", "1.5ms", "1.05s", "2.00m", "5", "5h"].map(seconds);
        let expected = [Some(0.00025), Some(0.0015), Some(1.05), Some(120.0), None, None];
        assert_eq!(read, expected);
    }

    #[test]
    fn an_answer_that_is_no_success_is_an_error() {
        for trouble in
            ["Non-2xx or 3xx responses: 7", "Socket errors: connect 0, read 3, write 0, timeout 0"]
        {
            let text = OUTPUT.replace("Requests/sec", &format!("  {trouble}\nRequests/sec"));
            let error = parse(&text).unwrap_err().to_string();
            assert_eq!(error, format!("not every request was a success: {trouble}"));
        }
        let error = parse(&OUTPUT.replace("291234", "0")).unwrap_err().to_string();
        assert_eq!(error, "no request was answered");
        assert!(parse("").is_err());
    }

    #[test]
    fn the_script_makes_the_same_bodies_as_this_program() {
        let script = script(3);
        assert!(script.contains("for number = 1, 3 do"), "{script}");
        assert!(script.contains(r#"'{"error":"failed in step %06d"}'"#), "{script}");
        assert_eq!(body(7), r#"{"error":"failed in step 000007"}"#);
    }

    #[test]
    fn the_script_is_named_only_if_there_is_one() {
        let common = ["--threads=1", "--connections=8", "--duration=2s", "--latency"];
        assert_eq!(arguments(2, 8, None, "u"), [&common[..], &["u"]].concat());
        let scripted = [&common[..], &["--script=p.lua", "u"]].concat();
        assert_eq!(arguments(2, 8, Some("p.lua"), "u"), scripted);
    }
}
