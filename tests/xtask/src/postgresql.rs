//! A PostgreSQL of our own, in a folder that goes with it: Debian's programs, run by a user that is not root.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;

use crate::apt;
use crate::error::Context as _;
use crate::error::Error;
use crate::error::Result;
use crate::process::Program;

const DEBIAN: &str = "/usr/lib/postgresql";
const USER: &str = "shop";

/// A running server; it stops, and its folder goes, when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Starts one, and installs PostgreSQL before that where there is none.
    pub(crate) fn start() -> Result<Self> {
        let programs = match installed() {
            Some(programs) => programs,
            None => {
                apt::install(&["postgresql"])?;
                installed().ok_or_else(|| {
                    Error::new(format!(
                        "postgresql was installed, but {DEBIAN}/*/bin/initdb is not there"
                    ))
                })?
            }
        };
        let folder =
            std::env::temp_dir().join(format!("wechatpay-postgresql-{}", std::process::id()));
        fs::create_dir_all(&folder).doing("create", &folder)?;
        if is_root()? {
            Program::new("chown").arg("postgres").arg(&folder).read()?;
        }
        let server = Self { programs, folder, port: free_port()? };
        server
            .program("initdb")?
            .args([
                "--no-sync",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--username",
                USER,
                "--pgdata",
            ])
            .arg(server.data())
            .read()?;
        server.control(&["start"])?.arg("-o").arg(server.options()).read()?;
        println!("PostgreSQL of {} on port {}", server.programs.display(), server.port);
        Ok(server)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgresql://{USER}@127.0.0.1:{}/postgres", self.port)
    }

    /// What kills the server as a crash would and starts it again: the words of a command, each on a line.
    pub(crate) fn restart_command(&self) -> Result<String> {
        let restart = self.control(&["restart", "-m", "immediate"])?.arg("-o").arg(self.options());
        Ok(restart.words().join("\n"))
    }

    fn options(&self) -> String {
        format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=200",
            self.port,
            self.folder.display()
        )
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn control(&self, words: &[&str]) -> Result<Program> {
        let log = self.folder.join("log");
        Ok(self
            .program("pg_ctl")?
            .args(words)
            .args(["-w", "-D"])
            .arg(self.data())
            .arg("-l")
            .arg(log))
    }

    /// PostgreSQL refuses to be root; Debian's package brings the user it shall be instead.
    fn program(&self, name: &str) -> Result<Program> {
        let path = self.programs.join(name);
        let program = if is_root()? {
            Program::new("runuser").args(["-u", "postgres", "--"]).arg(path)
        } else {
            Program::new(path)
        };
        Ok(program.directory(&self.folder))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(stop) = self.control(&["stop", "-m", "immediate"]) {
            stop.read().ok();
        }
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// The programs of the newest version.
fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    versions
        .filter(|version| version.join("bin/initdb").exists())
        .max_by_key(|version| number(version))
        .map(|version| version.join("bin"))
}

fn number(version: &Path) -> u32 {
    version.file_name().and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0)
}

fn is_root() -> Result<bool> {
    Ok(Program::new("id").arg("-u").read()?.trim() == "0")
}

fn free_port() -> Result<u16> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    port.map(|address| address.port())
        .map_err(|error| Error::new(format!("no port is free: {error}")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::number;

    #[test]
    fn the_newest_version_is_the_largest_number() {
        assert!(
            number(Path::new("/usr/lib/postgresql/15"))
                > number(Path::new("/usr/lib/postgresql/9"))
        );
        assert_eq!(number(Path::new("/usr/lib/postgresql/common")), 0);
    }
}
