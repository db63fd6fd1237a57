//! One C tor process.

use std::{
    fs::{DirBuilder, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::TorBedError;

/// A running tor.
#[derive(Debug)]
pub(super) struct Node {
    home: PathBuf,
    process: Child,
}

impl Node {
    /// Starts a tor at home in `home`.
    pub(super) fn spawn(home: &Path, nickname: &str, lines: &str) -> Result<Self, TorBedError> {
        let home = private_dir(home)?;
        let shown = home.display();
        // Without geography a tor starts a second earlier and is 35 MB smaller. It ends by itself
        // when this process does, however that ends.
        let torrc = format!(
            "TestingTorNetwork 1\nDataDirectory {shown}\nNickname {nickname}\n\
             Log notice file {shown}/notice.log\nSafeLogging 0\nConnLimit 60\n\
             ShutdownWaitLength 0\nGeoIPFile /dev/null\nGeoIPv6File /dev/null\n\
             PathsNeededToBuildCircuits 0.67\n__OwningControllerProcess {}\n{lines}",
            std::process::id(),
        );
        let file = home.join("torrc");
        write(&file, torrc.as_bytes())?;
        let mut tor = Command::new(program("tor")?);
        tor.arg("-f").arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self { process: tor.spawn()?, home })
    }

    /// Returns its data folder.
    pub(super) fn home(&self) -> &Path {
        &self.home
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the path of a program of the Debian package.
/// `tor` lies where only root's search path leads.
pub(super) fn program(name: &'static str) -> Result<PathBuf, TorBedError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let here = |dir: PathBuf| Some(dir.join(name)).filter(|file| file.is_file());
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/bin"].map(PathBuf::from))
        .find_map(here)
        .ok_or(TorBedError::NoTor(name))
}

/// Makes a folder only its owner can look into, as tor wants it.
pub(super) fn private_dir(path: &Path) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    Ok(path.to_owned())
}

/// Writes a file only its owner can read.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path)?.write_all(bytes)
}
