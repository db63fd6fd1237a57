//! `cryptocart backup`.

use super::{database, folder::Folder, progress::Progress};
use crate::{
    backup::{self, Contents, Sealed},
    config::plan::Plan,
    data_loss,
    error::{CliError, Context, IoContext},
    load,
    runtime::block_on,
    shop_dir::ShopDir,
    system::System,
    terminal::{self, many, some_of},
};
use clap::Args;
use shop_core::kind::Kind;
use shop_db::{Db, Snapshot};
use shop_seal::SealCert;
use std::{
    fs::{File, Permissions},
    io::{self, IsTerminal},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

#[derive(Debug, Args)]
#[command(override_usage = "cryptocart backup [OPTIONS] <FILE> [DIR|--dir <DIR>]")]
pub(crate) struct Backup {
    /// The file to create. A folder gets a file named after the shop and the hour; - is standard
    /// output.
    file: PathBuf,
    #[command(flatten)]
    dir: Folder,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
}

/// A backup that is to be written, and the certificate it is sealed to.
struct Work<'a> {
    plan: Plan,
    contents: Contents,
    snapshot: Snapshot,
    shop_id: String,
    cert: SealCert,
    system: &'a System,
}

impl Backup {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let dir = self.dir.shop();
        let to = self.to(&dir, system)?;
        let work = Work::begin(&dir, system)?;
        if work.cert.is_throw_away() {
            terminal::warn(
                "warning: it is sealed to the throw-away key of a demo. Whoever has that key's \
                 folder opens it",
            );
        }
        let Some(file) = to else {
            let sealed = work.seal(io::stdout())?;
            terminal::warn(work.said("standard output", &sealed));
            return Ok(());
        };
        let sealed = work.write(&file)?;
        if self.json {
            terminal::json(&work.as_json(&file, &sealed));
        } else {
            terminal::line(work.said(&file.display().to_string(), &sealed));
        }
        Ok(())
    }

    /// Returns the file to create; none for standard output.
    fn to(&self, dir: &ShopDir, system: &System) -> Result<Option<PathBuf>, CliError> {
        if self.file == Path::new("-") {
            return if self.json {
                Err(CliError::input("--json and - both use standard output")
                    .hint("name a file, or leave out --json"))
            } else if io::stdout().is_terminal() {
                Err(CliError::input("a backup is binary: it is not written to a terminal")
                    .hint("cryptocart backup - > FILE, or cryptocart backup FILE"))
            } else {
                Ok(None)
            };
        }
        let file = if self.file.is_dir() {
            self.file.join(usual_name(dir, system))
        } else {
            self.file.clone()
        };
        if file.exists() {
            return Err(CliError::input(format!("{} already exists", file.display()))
                .hint("choose another name, or remove it first"));
        }
        Ok(Some(file))
    }
}

impl<'a> Work<'a> {
    fn begin(dir: &ShopDir, system: &'a System) -> Result<Self, CliError> {
        let plan = Plan::load(dir)?;
        let cert = load::seal_cert(&plan, system.hour())?;
        data_loss::look(dir)?;
        let pool: Vec<_> = plan.pools().flatten().cloned().collect();
        let taken = Db::snapshot(&dir.database(), &pool, &plan.payouts)
            .context(|| "copying the database".into())?;
        let snapshot = taken.ok_or_else(|| {
            CliError::new(Kind::NotFound, "the shop was never opened: there is no database yet")
                .hint(format!("open it once ({}), then back it up", dir.command("serve")))
        })?;
        let shop_id =
            data_loss::shop_id_of_backup(snapshot.identity(), system.hour(), plan.account_ends());
        if let Err(error) = count(dir, &snapshot) {
            terminal::warn(format!(
                "warning: {}. If only the database of this backup is put back by hand, the shop \
                 does not notice that it is an older one",
                error.what()
            ));
        }
        let contents = Contents::gather(&plan)?;
        Ok(Self { plan, contents, snapshot, shop_id, cert, system })
    }

    /// Writes the file: whole, or none.
    fn write(&self, path: &Path) -> Result<Sealed, CliError> {
        let doing = || format!("writing {}", path.display());
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or(Path::new("."));
        let prefix = ".cryptocart-backup-";
        let file = tempfile::Builder::new()
            .prefix(prefix)
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(folder)
            .io_context(doing)?;
        let sealed = self.seal(file.as_file())?;
        file.as_file().sync_all().io_context(doing)?;
        file.persist_noclobber(path).map_err(|error| error.error).io_context(doing)?;
        File::open(folder).and_then(|folder| folder.sync_all()).io_context(doing)?;
        Ok(sealed)
    }

    fn seal(&self, out: impl io::Write + Send) -> Result<Sealed, CliError> {
        let all = self.contents.bytes().saturating_add(self.snapshot.bytes().len() as u64);
        let mut progress = Progress::new("Backing up", Some(all));
        let sealed = backup::seal(
            &self.contents,
            &self.snapshot,
            &self.shop_id,
            (&self.cert, self.system),
            out,
            &mut |bytes| progress.add(bytes),
        );
        progress.end();
        sealed
    }

    /// Returns what to tell the seller.
    fn said(&self, to: &str, sealed: &Sealed) -> String {
        let mut lines = vec![
            format!(
                "Backed up {} to {to}: {}, {} KiB",
                self.plan.dir.path().display(),
                many(self.contents.count(), "file", "files"),
                sealed.bytes.div_ceil(1024)
            ),
            format!("  sealed to  {}", self.cert.fingerprint()),
            format!("  SHA-256    {}", sealed.sha256),
            format!("  not in it  the mailbox {}: copy it as well", self.plan.mailbox.display()),
        ];
        if !self.contents.left_out.is_empty() {
            lines.push(format!("             {}", some_of(&self.contents.left_out)));
        }
        lines.push("Keep it on another machine. To restore it: cryptocart restore --help".into());
        lines.join("\n")
    }

    fn as_json(&self, file: &Path, sealed: &Sealed) -> serde_json::Value {
        serde_json::json!({
            "version": 1,
            "file": file,
            "bytes": sealed.bytes,
            "sha256": sealed.sha256,
            "sealed_to": self.cert.fingerprint(),
            "made": self.system.hour().to_string(),
            "files": self.contents.count(),
            "left_out": self.contents.left_out,
        })
    }
}

/// Counts the backup in the shop, so that its database is known as older from now on.
fn count(dir: &ShopDir, snapshot: &Snapshot) -> Result<(), CliError> {
    let Some(db) = database(dir)? else { return Ok(()) };
    block_on(async {
        let counted = data_loss::count_backup(dir, &db, snapshot.identity()).await;
        db.close().await;
        counted
    })
}

/// Returns the name of a backup: `my-shop-2026-11-29-14h.pgp`.
fn usual_name(dir: &ShopDir, system: &System) -> String {
    let shop = dir.path().file_name().map_or("shop".into(), |name| name.to_string_lossy());
    let hour = system.hour();
    let (year, month, day) = hour.date();
    format!("{shop}-{year:04}-{month:02}-{day:02}-{:02}h.pgp", hour.hours() % 24)
}
