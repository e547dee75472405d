//! What a process uses, from where Linux says it; elsewhere nothing is known.

use std::fs;

/// Ticks in a second of the times in `/proc`: the same on every Linux that Rust's standard library
/// supports.
const TICKS: f64 = 100.0;

/// What `/proc/PID/status` calls a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// What is in memory now.
    Resident,
    /// The most that was ever there.
    Peak,
}

/// The memory of a process in bytes.
pub(super) fn memory(process: u32, kind: Memory) -> Option<f64> {
    memory_in(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, kind)
}

/// The processor time of a process so far in seconds.
pub(super) fn processor_time(process: u32) -> Option<f64> {
    processor_time_in(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
}

/// The machine in a line: processors, system, and how busy it is.
pub(super) fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = fs::read_to_string("/proc/loadavg").ok();
    let load = load.as_ref().and_then(|text| text.split(' ').next()).unwrap_or("n/a");
    format!("{processors} processors, {}, load average {load}", std::env::consts::OS)
}

fn memory_in(status: &str, kind: Memory) -> Option<f64> {
    let name = match kind {
        Memory::Resident => "VmRSS:",
        Memory::Peak => "VmHWM:",
    };
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: f64 = value.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024.0)
}

/// Fields 14 and 15; the second is a name in parentheses that may have anything in it.
fn processor_time_in(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut ticks = rest.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().ok());
    Some((ticks.next()?? + ticks.next()??) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_bytes() {
        let status = "Name:\tx\nVmPeak:\t 1 kB\nVmHWM:\t    4196 kB\nVmRSS:\t    4000 kB\n";
        assert_eq!(memory_in(status, Memory::Resident), Some(4_096_000.0));
        assert_eq!(memory_in(status, Memory::Peak), Some(4_296_704.0));
        assert_eq!(memory_in("Name:\tx\n", Memory::Peak), None);
    }

    #[test]
    fn processor_time_is_that_of_the_process_and_of_the_system_for_it() {
        let stat = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 50 13 14";
        assert_eq!(processor_time_in(stat), Some(2.0));
        assert_eq!(processor_time_in("7 (a) S 1 2"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn linux_says_what_this_process_uses() {
        let process = std::process::id();
        let (now, most) = (memory(process, Memory::Resident), memory(process, Memory::Peak));
        assert!(now.unwrap() > 100_000.0 && most.unwrap() > 100_000.0);
        assert!(processor_time(process).unwrap() < 1e6);
    }
}
