//! Writing the archive.

use super::{Contents, names::TOP};
use crate::{
    error::{CliError, IoContext},
    shop_dir::ShopDir,
};
use shop_core::time::CoarseTime;
use shop_db::Snapshot;
use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};
use tar::{Builder, EntryType, Header};

/// Contents of an archive that is to be written.
pub(super) struct Pack<'a> {
    pub(super) contents: &'a Contents,
    pub(super) snapshot: &'a Snapshot,
    /// Text of `shop-id.toml`.
    pub(super) shop_id: &'a str,
    /// The hour in which it is made: the time of all its files.
    pub(super) hour: CoarseTime,
}

impl Pack<'_> {
    /// Writes the archive. `shown` is told of bytes that were read.
    pub(super) fn write(
        &self,
        out: impl Write,
        shown: &mut dyn FnMut(u64),
    ) -> Result<(), CliError> {
        let mut tar = Builder::new(out);
        let shop = ShopDir::new(Path::new(""));
        self.folders(&mut tar).io_context(writing)?;
        // First, so that half an archive that was unpacked by hand is known for what it is.
        self.bytes(&mut tar, &shop.shop_id(), self.shop_id.as_bytes()).io_context(writing)?;
        if let Some(held_codes) = &self.contents.held_codes {
            self.bytes(&mut tar, &shop.held_codes(), held_codes.as_bytes()).io_context(writing)?;
        }
        // Before the files that it names.
        let settings = shop.config();
        let files = self.contents.files.iter();
        let (first, rest): (Vec<_>, Vec<_>) = files.partition(|(name, _)| **name == settings);
        for (name, path) in first.into_iter().chain(rest) {
            self.file(&mut tar, name, path, shown)?;
        }
        // Last, so that half an archive has none.
        self.bytes(&mut tar, &shop.database(), self.snapshot.bytes()).io_context(writing)?;
        shown(self.snapshot.bytes().len() as u64);
        tar.into_inner().and_then(|mut out| out.flush()).io_context(writing)
    }

    /// Writes the folders, so that they are private where the archive is unpacked by hand.
    fn folders(&self, tar: &mut Builder<impl Write>) -> io::Result<()> {
        let shop = ShopDir::new(Path::new(""));
        let mut folders = BTreeSet::from([PathBuf::new(), shop.state()]);
        for name in self.contents.files.keys() {
            folders.extend(name.ancestors().skip(1).map(Path::to_owned));
        }
        for folder in folders {
            let mut header = self.header(EntryType::Directory, 0o700, 0);
            tar.append_data(&mut header, Path::new(TOP).join(folder), io::empty())?;
        }
        Ok(())
    }

    fn file(
        &self,
        tar: &mut Builder<impl Write>,
        name: &Path,
        path: &Path,
        shown: &mut dyn FnMut(u64),
    ) -> Result<(), CliError> {
        let doing = || format!("reading {}", path.display());
        let file = File::open(path).io_context(doing)?;
        let length = file.metadata().io_context(doing)?.len();
        let mut source = Exactly { file, left: length, failed: None };
        let mut header = self.header(EntryType::Regular, 0o600, length);
        let written = tar.append_data(&mut header, Path::new(TOP).join(name), &mut source);
        if let Some(error) = source.failed {
            return Err(error).io_context(doing);
        }
        written.io_context(writing)?;
        shown(length);
        Ok(())
    }

    fn bytes(&self, tar: &mut Builder<impl Write>, name: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut header = self.header(EntryType::Regular, 0o600, bytes.len() as u64);
        tar.append_data(&mut header, Path::new(TOP).join(name), bytes)
    }

    fn header(&self, kind: EntryType, mode: u32, length: u64) -> Header {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(self.hour.start().0);
        header.set_size(length);
        header
    }
}

/// Returns what is being done, for an error of the archive's writer.
fn writing() -> String {
    "writing the backup".to_owned()
}

/// A file whose length was promised.
struct Exactly {
    file: File,
    left: u64,
    failed: Option<io::Error>,
}

impl Read for Exactly {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match (&mut self.file).take(self.left).read(buffer) {
            Ok(0) if self.left > 0 && !buffer.is_empty() => {
                Err(io::Error::other("it became shorter meanwhile; try again"))
            }
            read => read,
        };
        match read {
            Ok(length) => {
                self.left = self.left.saturating_sub(length as u64);
                Ok(length)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(error);
                Err(kind.into())
            }
        }
    }
}

#[cfg(test)]
mod tests;
