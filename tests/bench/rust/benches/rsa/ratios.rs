//! Medians, all operations of a case in turns, so that what else the machine does hits them alike.

use std::env;
use std::fs;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::cases::{Case, Clock};

const ROUNDS: usize = 15;
const SLICE: Duration = Duration::from_millis(20);

/// One line for each operation: `bench`, what, who, median, unit.
pub fn print(cases: &[Case]) {
    let filter = env::var("RATIOS").unwrap_or_default();
    for case in cases.iter().filter(|case| case.name.contains(&filter)) {
        let repeats: Vec<u32> = case.operations.iter().map(|(_, run)| repeats(run)).collect();
        let mut times = vec![Vec::new(); case.operations.len()];
        for _ in 0..ROUNDS {
            for ((_, run), (times, repeats)) in
                case.operations.iter().zip(times.iter_mut().zip(&repeats))
            {
                let before = case.clock.read();
                (0..*repeats).for_each(|_| run());
                times.push((case.clock.read() - before).as_secs_f64() * 1e6 / f64::from(*repeats));
            }
        }
        for ((who, _), times) in case.operations.iter().zip(times) {
            println!("bench\trust: {}\t{who}\t{:.2}\tµs", case.name, median(times));
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

impl Clock {
    fn read(self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        match self {
            Self::Wall => START.get_or_init(Instant::now).elapsed(),
            Self::Processor => {
                let text = fs::read_to_string("/proc/thread-self/schedstat")
                    .expect("Linux keeps it there");
                let nanoseconds = text.split(' ').next().and_then(|field| field.parse().ok());
                Duration::from_nanos(nanoseconds.expect("a number"))
            }
        }
    }
}
