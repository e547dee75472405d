//! temp
use conformance::fuzz::{generate::Plan, in_process::InProcessTarget, run::*, target::Request};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let cases: u64 = args.get(1).and_then(|a| a.parse().ok()).unwrap_or(2000);
    let seed: u64 = args.get(2).and_then(|a| a.parse().ok()).unwrap_or(1);
    let jobs: usize = args.get(3).and_then(|a| a.parse().ok()).unwrap_or(1);
    let options = FuzzOptions {
        plan: Plan {
            prefix: "fuzz-".into(),
            steps: 40,
            operations: Plan::all_operations(),
            resets: true,
        },
        seed,
        bound: Bound::Cases(cases),
        shrink_limit: 20000,
    };
    let mut targets: Vec<_> =
        (0..jobs).map(|_| InProcessTarget::new(api_types::Version::NEWEST, 7)).collect();
    let run = run(&options, &mut targets, &mut |_, _| {}).unwrap();
    println!(
        "{} cases {} calls in {:?}: {} calls/s; all visited after {:?}",
        run.cases,
        run.calls,
        run.took,
        run.calls as f64 / run.took.as_secs_f64(),
        run.all_visited_after
    );
    println!("missing {:?}", run.visits.missing());
    for (e, n) in &run.visits.errors {
        println!("{n:>8} {e:?}");
    }
    if let Some(found) = run.found {
        println!("case {} steps {} effort {:?}", found.case, found.steps, found.effort);
        let Some(r) = found.reproducer else {
            println!("NOT REPRODUCED");
            return;
        };
        let mut ids = conformance::fuzz::step::Ids::default();
        for s in &r.steps {
            if let Some(c) = s.call() {
                let q = Request::of(&c.resolve(&ids));
                println!("{} {} {} {}", s.label, q.method, q.target, q.body.unwrap_or_default());
            } else {
                println!("{} reset", s.label);
            }
            let _ = &mut ids;
        }
        println!("{:#?}", r.violation.mismatch);
        println!("{} {}", r.violation.rule, String::from_utf8_lossy(&r.violation.answer.body));
    }
}
