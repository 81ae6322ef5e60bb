//! What the programs said of themselves, beside the goals.

use crate::verbs::embedded::board::Board;

#[derive(Debug, Default)]
pub(super) struct Figures(Vec<Figure>);

#[derive(Debug)]
struct Figure {
    board: &'static str,
    program: &'static str,
    what: String,
    unit: &'static str,
    found: u64,
}

#[derive(Debug)]
struct Goal {
    /// Every board, if there is none.
    board: Option<&'static str>,
    program: &'static str,
    what: &'static str,
    unit: &'static str,
    limit: u64,
}

const fn goal(
    board: Option<&'static str>,
    program: &'static str,
    what: &'static str,
    unit: &'static str,
    limit: u64,
) -> Goal {
    Goal { board, program, what, unit, limit }
}

const INSTRUCTIONS: &str = "instructions";
const STACK: &str = "bytes of stack";
const FLASH: &str = "bytes of flash";

/// A RISC-V has no instruction like UMAAL, and its code is a fifth longer.
const GOALS: [Goal; 11] = [
    goal(Some("cortex-m4"), "sign-and-open", "sign", INSTRUCTIONS, 25_000_000),
    goal(Some("cortex-m4"), "sign-and-open", "verify", INSTRUCTIONS, 1_000_000),
    goal(Some("riscv32"), "sign-and-open", "sign", INSTRUCTIONS, 60_000_000),
    goal(Some("riscv32"), "sign-and-open", "verify", INSTRUCTIONS, 1_600_000),
    goal(None, "sign-and-open", "sign", STACK, 8 * 1024),
    goal(None, "sign-and-open", "verify", STACK, 8 * 1024),
    goal(None, "sign-and-open", "open", STACK, 8 * 1024),
    goal(Some("cortex-m4"), "open", "", FLASH, 32 * 1024),
    goal(Some("cortex-m4"), "sign-and-open", "", FLASH, 48 * 1024),
    goal(Some("riscv32"), "open", "", FLASH, 36 * 1024),
    goal(Some("riscv32"), "sign-and-open", "", FLASH, 56 * 1024),
];

impl Goal {
    fn is_of(&self, figure: &Figure) -> bool {
        self.board.is_none_or(|board| board == figure.board)
            && (self.program, self.what, self.unit)
                == (figure.program, figure.what.as_str(), figure.unit)
    }
}

impl Figures {
    /// Takes one line of a program's output.
    pub(super) fn read(&mut self, board: &Board, program: &'static str, line: &str) {
        let value = |name: &str| {
            line.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
        };
        let mut push = |what: &str, unit, found: Option<&str>| {
            let found = found.and_then(|digits| digits.parse().ok());
            let what = what.to_owned();
            self.0.extend(found.map(|found| Figure {
                board: board.name,
                program,
                what,
                unit,
                found,
            }));
        };
        if line.starts_with("measured ") {
            let what = value("name").unwrap_or_default();
            push(what, INSTRUCTIONS, value("instructions"));
            push(what, STACK, value("stack"));
        } else if line.starts_with("flash ") {
            push("", FLASH, value("bytes"));
        }
    }

    /// Prints every figure beside its goal.
    pub(super) fn print(&self) {
        println!("\n{:<10} {:<14} {:<16} {:>11}  {:<15} goal", "board", "program", "", "", "");
        for figure in &self.0 {
            let Figure { board, program, what, unit, found } = figure;
            let goal = GOALS.iter().find(|goal| goal.is_of(figure));
            let verdict = goal.map_or_else(String::new, |goal| {
                let word = if *found <= goal.limit { "met" } else { "MISSED" };
                format!("{} {word}", goal.limit)
            });
            println!("{board:<10} {program:<14} {what:<16} {found:>11}  {unit:<15} {verdict}");
        }
    }

    /// The goals that are missed, or were not measured.
    pub(super) fn misses(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for goal in &GOALS {
            let limit = goal.limit;
            let mut is_measured = false;
            for figure in self.0.iter().filter(|figure| goal.is_of(figure)) {
                is_measured = true;
                let Figure { board, program, what, unit, found } = figure;
                if *found > limit {
                    faults.push(format!("{board} {program} {what}: {found} {unit}, above {limit}"));
                }
            }
            if !is_measured {
                faults.push(format!("{} {}: no {}", goal.program, goal.what, goal.unit));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::Figures;
    use super::GOALS;
    use crate::verbs::embedded::board::BOARDS;

    #[test]
    fn a_goal_that_nobody_measured_is_missed() {
        assert_eq!(Figures::default().misses().len(), GOALS.len());
    }

    #[test]
    fn a_figure_is_held_against_its_goal() {
        let misses = |line: &str| {
            let mut figures = Figures::default();
            figures.read(&BOARDS[0], "sign-and-open", line);
            figures.misses().into_iter().filter(|miss| miss.contains("above")).count()
        };
        assert_eq!(misses("measured name=sign instructions=25000000 stack=8192"), 0);
        assert_eq!(misses("measured name=sign instructions=25000001 stack=8193"), 2);
        assert_eq!(misses("flash bytes=49153"), 1);
        assert_eq!(misses("something else name=sign instructions=99999999 stack=1"), 0);
    }
}
