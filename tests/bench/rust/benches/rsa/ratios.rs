//! Medians of processor time, all operations of a case in turns.

use std::env;
use std::fs;
use std::time::{Duration, Instant};

use crate::cases::Case;

const ROUNDS: usize = 15;
const SLICE: Duration = Duration::from_millis(60);

pub fn print(cases: &[Case]) {
    let filter = env::var("RATIOS").unwrap_or_default();
    for case in cases.iter().filter(|case| case.name.contains(&filter)) {
        let repeats: Vec<u32> = case.operations.iter().map(|(_, run)| repeats(run)).collect();
        let mut times = vec![Vec::new(); case.operations.len()];
        for _ in 0..ROUNDS {
            for ((_, run), (times, repeats)) in
                case.operations.iter().zip(times.iter_mut().zip(&repeats))
            {
                let before = processor_time();
                (0..*repeats).for_each(|_| run());
                times.push((processor_time() - before).as_secs_f64() * 1e6 / f64::from(*repeats));
            }
        }
        let medians: Vec<f64> = times.into_iter().map(median).collect();
        println!("{}", case.name);
        for ((who, _), time) in case.operations.iter().zip(&medians) {
            println!("  {who:14} {time:9.1} µs   ours / {who} = {:.3}", medians[0] / time);
        }
    }
}

/// How often it runs in one slice of time.
fn repeats(run: &dyn Fn()) -> u32 {
    run();
    let (started, mut count) = (Instant::now(), 0);
    while started.elapsed() < SLICE {
        run();
        count += 1;
    }
    count
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The time this thread was on a processor, from Linux's scheduler.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux keeps it there");
    let nanoseconds = text.split(' ').next().and_then(|field| field.parse().ok());
    Duration::from_nanos(nanoseconds.expect("a number"))
}
