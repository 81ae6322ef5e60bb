//! The OpenSSL command line as an oracle that shares no code with the core.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs `openssl` with the arguments; its standard output, or what it complained about.
pub fn run(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run openssl: {error}. Install the openssl command"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let complaint = [output.stdout, output.stderr].concat();
    let complaint = String::from_utf8_lossy(&complaint);
    Err(format!("openssl {}: {}", arguments.join(" "), complaint.trim()))
}

/// A folder of files for `openssl`, which takes most of its input from files.
pub struct Workshop(PathBuf);

impl Workshop {
    /// `folder` inside the temporary folder that cargo gives to test binaries. Runs that may happen at
    /// the same time need folders of their own.
    pub fn open(cargo_target_tmpdir: &str, folder: &str) -> Self {
        let path = Path::new(cargo_target_tmpdir).join(folder);
        fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(path)
    }

    pub fn path(&self, file: &str) -> String {
        self.0.join(file).to_str().expect("a path in UTF-8").to_owned()
    }

    pub fn write(&self, file: &str, bytes: &[u8]) -> String {
        let path = self.path(file);
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
        path
    }

    /// Removes the folder with everything in it.
    pub fn close(self) {
        fs::remove_dir_all(&self.0).unwrap_or_else(|error| panic!("{}: {error}", self.0.display()));
    }

    pub fn read(&self, file: &str) -> Vec<u8> {
        let path = self.path(file);
        fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A PKCS#8 RSA key of this size; its file name. It is made once and kept beside the workshops.
    pub fn rsa_key(&self, bits: usize) -> Result<String, String> {
        let file = format!("rsa{bits}-key.pem");
        let kept = self.0.with_file_name(&file);
        if !kept.exists() {
            let size = format!("rsa_keygen_bits:{bits}");
            let unfinished = self.path(&file);
            run(&["genpkey", "-algorithm", "RSA", "-pkeyopt", &size, "-out", &unfinished])?;
            fs::rename(&unfinished, &kept).map_err(|error| error.to_string())?;
        }
        fs::copy(kept, self.path(&file)).map_err(|error| error.to_string())?;
        Ok(file)
    }

    /// The public key of a private key file, as SPKI PEM; its file name.
    pub fn public_key_of(&self, key: &str) -> Result<String, String> {
        let file = key.replace("-key", "-pub");
        run(&["pkey", "-in", &self.path(key), "-pubout", "-out", &self.path(&file)])?;
        Ok(file)
    }
}
