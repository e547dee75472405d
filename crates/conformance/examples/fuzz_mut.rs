//! temp
use conformance::fuzz::mutants::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let seeds: u64 = args.get(1).and_then(|a| a.parse().ok()).unwrap_or(3);
    let steps: usize = args.get(2).and_then(|a| a.parse().ok()).unwrap_or(40);
    let only = args.get(3).cloned().unwrap_or_default();
    let options = MutantOptions { seeds: 0..seeds, cases: 5000, steps };
    for fault in mock_server::Fault::ALL.iter().copied().filter(|f| f.name().contains(&only)) {
        let begin = std::time::Instant::now();
        let r = if fault.is_concurrent() {
            with_clients(fault, &options, 3).unwrap()
        } else {
            sequential(fault, &options).unwrap()
        };
        println!(
            "{:45} found {:3}/{} cases {:?} shortest {} lengths {:?} minimal {} played {:?} replays {:?} {:.1?}",
            fault.name(),
            r.found(),
            r.runs.len(),
            r.cases(),
            r.shortest,
            r.lengths(),
            r.minimal(),
            r.runs.iter().flatten().map(|x| x.played).max(),
            r.runs.iter().flatten().map(|x| x.replays).max(),
            begin.elapsed()
        );
    }
}
