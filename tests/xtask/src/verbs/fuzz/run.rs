//! One target, from its inputs to what came of it.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::process::Program;
use crate::workspace;

#[derive(Debug)]
pub(super) struct Run {
    target: String,
    program: Program,
    seconds: u32,
}

/// Lines of a finding that are shown, from the panic on.
const SHOWN: usize = 12;

impl Run {
    /// Inputs of former runs stay where they are, and are a start for the next one. Those that are kept in the
    /// repository are only read.
    pub(super) fn of_program(
        target: &str,
        program: &Path,
        seconds: u32,
        seed: Option<u32>,
    ) -> Result<Self> {
        let found = folder(target, "corpus");
        for folder in [&found, &folder(target, "findings")] {
            fs::create_dir_all(folder).doing("create", folder)?;
        }
        let kept = ["corpus", "findings"].map(|kept| kept_folder(kept, target));
        let program = Program::new(program)
            .arg(format!("-max_total_time={seconds}"))
            .args(seed.map(|seed| format!("-seed={seed}")))
            .args(["-print_final_stats=1", "-max_len=16384", "-timeout=60", "-rss_limit_mb=2048"])
            .arg(format!("-dict={}", workspace::at("tests/fuzz/protocol.dict").display()))
            .arg(format!("-artifact_prefix={}/", folder(target, "findings").display()))
            .arg(&found)
            .args(kept.iter().filter(|folder| folder.is_dir()))
            .env("WECHATPAY_FUZZ_SEEDS", &found);
        Ok(Self { target: target.to_owned(), program, seconds })
    }

    pub(super) fn of_js(seconds: u32, seed: Option<u32>) -> Self {
        let program = Program::new("node")
            .arg("tests/js/fuzz/main.mjs")
            .arg(format!("--seconds={seconds}"))
            .args(seed.map(|seed| format!("--seed={seed}")));
        Self { target: super::JS.to_owned(), program, seconds }
    }

    /// Runs it and says how it went, in one line if there is nothing to mend.
    pub(super) fn finish(self) -> Result<()> {
        let Self { target, program, seconds } = self;
        let (is_success, output) = program.capture()?;
        if is_success {
            println!("{}", summary(&target, seconds, &output));
            return Ok(());
        }
        let Some(input) = written(&output) else {
            println!("\n{output}");
            return Err(Error::new(format!("{target}: see above")));
        };
        let is_begin =
            |line: &&str| line.contains("panicked at") || line.contains("ERROR: libFuzzer");
        let shown: Vec<&str> =
            output.lines().skip_while(|line| !is_begin(line)).take(SHOWN).collect();
        println!("\nfuzz target={target} FINDING\n{}", shown.join("\n"));
        let input = workspace::shown(Path::new(input));
        println!("{}", advice(&target, &input));
        Err(Error::new(format!("{target}: {input}")))
    }

    /// Adds to the corpus of the repository what covers more than it does.
    pub(super) fn keep(target: &str) -> Result<()> {
        let program =
            workspace::target_directory().join(crate::toolchain::host()?).join("fuzz").join(target);
        let kept = kept_folder("corpus", target);
        fs::create_dir_all(&kept).doing("create", &kept)?;
        // By edges alone: how often one is taken makes five times as many files.
        let arguments = ["-set_cover_merge=1", "-use_counters=0", "-max_len=768"];
        Program::new(program)
            .args(arguments)
            .arg(kept)
            .arg(folder(target, "corpus"))
            .read()
            .map(drop)
    }
}

fn folder(target: &str, name: &str) -> PathBuf {
    workspace::memory("fuzz").join(target).join(name)
}

fn kept_folder(kept: &str, target: &str) -> PathBuf {
    workspace::at("tests/fuzz").join(kept).join(target)
}

fn summary(target: &str, seconds: u32, output: &str) -> String {
    // The fuzzer of the JavaScript API has its own.
    if let Some(line) = output.lines().find(|line| line.starts_with("fuzz target=")) {
        return line.to_owned();
    }
    let value = |name: &str| number(output, name).unwrap_or_default();
    format!(
        "fuzz target={target} executions={} coverage={} inputs={} seconds={seconds}",
        value("stat::number_of_executed_units:"),
        value(" cov:"),
        value(" corp:"),
    )
}

/// The number behind the last mention of a name.
fn number<'a>(output: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = output.rsplit_once(name)?;
    let rest = rest.trim_start();
    rest.get(..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()))
}

/// The file that libFuzzer wrote the input to.
fn written(output: &str) -> Option<&str> {
    let (_, rest) = output.rsplit_once("Test unit written to ")?;
    rest.lines().next()
}

fn advice(target: &str, input: &str) -> String {
    format!(
        "\nagain:   cargo test --package wechatpay-fuzz --test replay -- --file {target} $PWD/{input}\n\
         to keep: mkdir -p tests/fuzz/findings/{target} && cp {input} tests/fuzz/findings/{target}/<what it was>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::number;
    use super::summary;
    use super::written;

    const OUTPUT: &str = "#2\tINITED cov: 61 ft: 62 corp: 1/1b exec/s: 0 rss: 41Mb\n\
        #64\tNEW    cov: 70 ft: 71 corp: 12/30b lim: 4 exec/s: 0 rss: 41Mb\n\
        stat::number_of_executed_units: 4711\n";

    #[test]
    fn the_last_numbers_count() {
        assert_eq!(number(OUTPUT, " cov:"), Some("70"));
        assert_eq!(number(OUTPUT, " none:"), None);
        assert_eq!(
            summary("pem", 20, OUTPUT),
            "fuzz target=pem executions=4711 coverage=70 inputs=12 seconds=20"
        );
        assert_eq!(summary("js", 1, "fuzz target=js executions=5"), "fuzz target=js executions=5");
    }

    #[test]
    fn a_finding_names_its_input() {
        let output = "artifact_prefix='a/'; Test unit written to a/crash-1\nBase64: AA==\n";
        assert_eq!(written(output), Some("a/crash-1"));
        assert_eq!(written(OUTPUT), None);
    }
}
