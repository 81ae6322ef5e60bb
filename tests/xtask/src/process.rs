//! Running other programs: each is printed before it runs, and its output streams.

use std::ffi::OsStr;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;

use crate::error::Error;
use crate::error::Result;
use crate::workspace;

#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    name: String,
    /// Only what a reader needs to repeat it: environment, name, arguments.
    line: Vec<String>,
    environment: Vec<String>,
    directory: Option<String>,
}

impl Program {
    pub(crate) fn new(name: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(name.as_ref());
        command.current_dir(workspace::root()).stdin(Stdio::null());
        let name = name.as_ref().to_string_lossy().into_owned();
        let shown = Path::new(&name)
            .file_name()
            .filter(|_| std::env::var_os("CARGO").is_some_and(|cargo| *cargo == *name))
            .map_or_else(|| name.clone(), |file| file.to_string_lossy().into_owned());
        Self { command, name, line: vec![shown], environment: Vec::new(), directory: None }
    }

    /// The cargo that runs this program.
    pub(crate) fn cargo() -> Self {
        Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.line.push(quoted(&argument.as_ref().to_string_lossy()));
        self.command.arg(argument);
        self
    }

    pub(crate) fn args<I: IntoIterator<Item: AsRef<OsStr>>>(self, arguments: I) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push(format!("{name}={}", quoted(&value.as_ref().to_string_lossy())));
        self.command.env(name, value);
        self
    }

    /// Sets a variable that a reader need not see.
    pub(crate) fn quiet_env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn directory(mut self, path: &Path) -> Self {
        self.directory = Some(workspace::shown(path)).filter(|shown| !shown.is_empty());
        self.command.current_dir(path);
        self
    }

    /// Its name and arguments, for another program to run it.
    pub(crate) fn words(&self) -> Vec<String> {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        words.map(|word| word.to_string_lossy().into_owned()).collect()
    }

    /// Runs with the output going straight to the terminal.
    pub(crate) fn run(mut self) -> Result<()> {
        self.announce();
        let status = self.command.status().map_err(|error| self.not_started(&error))?;
        self.judge(status)
    }

    /// Runs, and hands the exit code on instead of explaining it: the program has said why.
    pub(crate) fn run_and_pass_code_on(mut self) -> Result<()> {
        self.announce();
        let status = self.command.status().map_err(|error| self.not_started(&error))?;
        if status.success() {
            return Ok(());
        }
        Err(Error::Exit(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
    }

    /// Runs, streams both outputs in the order they were written, and hands each line over.
    pub(crate) fn run_reading(mut self, mut each: impl FnMut(&str)) -> Result<()> {
        self.announce();
        let (reader, writer) = std::io::pipe().map_err(|error| self.not_started(&error))?;
        let copy = writer.try_clone().map_err(|error| self.not_started(&error))?;
        self.command.stdout(writer).stderr(copy);
        let mut child = self.command.spawn().map_err(|error| self.not_started(&error))?;
        // The pipe ends when its last writer closes, and `command` keeps two of them.
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut lines = BufReader::new(reader);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            std::io::stdout().write_all(&line).ok();
            each(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
        let status = child.wait().map_err(|error| self.not_started(&error))?;
        self.judge(status)
    }

    /// Runs silently; standard output when it succeeds.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self.command.output().map_err(|error| self.not_started(&error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Error::new(format!("`{}` ended with {}: {said}", self.line.join(" "), output.status)))
    }

    /// Runs silently; whether it succeeded, and all that it said.
    pub(crate) fn capture(mut self) -> Result<(bool, String)> {
        let output = self.command.output().map_err(|error| self.not_started(&error))?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
    }

    fn announce(&self) {
        let place = self.directory.as_ref().map(|path| format!("(in {path}) ")).unwrap_or_default();
        let words: Vec<&str> =
            self.environment.iter().chain(&self.line).map(String::as_str).collect();
        println!("\n$ {place}{}", words.join(" "));
        std::io::stdout().flush().ok();
    }

    fn judge(&self, status: ExitStatus) -> Result<()> {
        if status.success() {
            return Ok(());
        }
        Err(Error::new(format!("`{}` ended with {status}", self.line.join(" "))))
    }

    fn not_started(&self, error: &std::io::Error) -> Error {
        let hint = match self.name.as_str() {
            "node" | "npm" => "; install Node 20 or later, with npm",
            "apt-get" | "sudo" => "; install what it would have installed by hand",
            _ => "",
        };
        Error::new(format!("cannot run `{}`: {error}{hint}", self.name))
    }
}

fn quoted(argument: &str) -> String {
    if !argument.is_empty() && !argument.contains([' ', '\n', '"', '\'', '\x1f', ';', '$']) {
        return argument.to_owned();
    }
    if argument.contains('\n') {
        return "'…'".to_owned();
    }
    format!("'{}'", argument.replace('\x1f', " ").replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::Program;

    #[test]
    fn both_outputs_arrive_in_order() {
        let mut lines = Vec::new();
        Program::new("sh")
            .args(["-c", "echo one; echo two >&2; echo three"])
            .run_reading(|line| lines.push(line.to_owned()))
            .unwrap();
        assert_eq!(lines, ["one", "two", "three"]);
    }

    #[test]
    fn a_failing_program_is_an_error() {
        let error = Program::new("sh").args(["-c", "exit 7"]).run_reading(|_| ()).unwrap_err();
        assert!(format!("{error:?}").contains('7'));
    }

    #[test]
    fn a_missing_program_names_itself() {
        let error = Program::new("no-such-program-here").read().unwrap_err();
        assert!(format!("{error:?}").contains("no-such-program-here"));
    }
}
