//! Sealing the archive to the seller while it is written: no byte of it is anywhere unsealed.

use super::{Contents, pack::Pack};
use crate::{
    error::{CliError, Context, IoContext},
    system::System,
};
use sha2::{Digest, Sha256};
use shop_db::Snapshot;
use shop_seal::{SealCert, stream};
use std::{
    io::{self, Write},
    thread,
};

/// A backup that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Its length.
    pub(crate) bytes: u64,
    /// SHA-256 of it, hexadecimal.
    pub(crate) sha256: String,
}

/// Writes a backup to `out`, sealed to this certificate.
/// `shown` is told of bytes that were read.
///
/// # Errors
/// The bytes written until then are no backup: the database is missing, which comes last.
pub(crate) fn seal(
    contents: &Contents,
    snapshot: &Snapshot,
    shop_id: &str,
    (cert, system): (&SealCert, &System),
    out: impl Write + Send,
    shown: &mut dyn FnMut(u64),
) -> Result<Sealed, CliError> {
    let (plain, archive) = io::pipe().io_context(|| "starting".into())?;
    let hour = system.hour();
    let entropy = &*system.entropy;
    let mut out = Hashing { out, hash: Sha256::new(), bytes: 0 };
    thread::scope(|scope| {
        let sealing = scope.spawn(|| {
            stream::seal(cert, plain, &mut out, hour, entropy)?;
            Ok::<_, stream::StreamError>(out.flush()?)
        });
        let pack = Pack { contents, snapshot, shop_id, hour };
        let packed = pack.write(archive, shown);
        let sealed = sealing.join().unwrap_or(Err(stream::StreamError::Failed));
        // An end of the sealing is an error of the packing too, which does not know why.
        in_words(sealed)?;
        packed
    })?;
    let sha256 = out.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Sealed { bytes: out.bytes, sha256 })
}

fn in_words(sealed: Result<(), stream::StreamError>) -> Result<(), CliError> {
    let doing = || "writing the backup".to_owned();
    match sealed {
        Err(stream::StreamError::Io(error)) => Err(error).io_context(doing),
        sealed => sealed.context(doing),
    }
}

/// A writer that is hashed and counted.
struct Hashing<W> {
    out: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.out.write(bytes)?;
        self.hash.update(bytes.get(..length).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(length as u64);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
