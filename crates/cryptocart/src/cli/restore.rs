//! `cryptocart restore`.

use super::{folder::NewFolder, gpg::Gpg, progress::Progress};
use crate::{
    backup::{self, Restored},
    error::{CliError, IoContext},
    shop_dir::ShopDir,
    terminal::{self, many},
};
use clap::Args;
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

#[derive(Debug, Args)]
#[command(override_usage = "cryptocart restore [OPTIONS] <FILE> <DIR|--dir <DIR>>")]
pub(crate) struct Restore {
    /// The backup, which gpg opens here; - is a backup that gpg has opened, on standard input.
    file: PathBuf,
    #[command(flatten)]
    dir: NewFolder,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
}

impl Restore {
    pub(super) fn run(&self) -> Result<(), CliError> {
        let to = self.dir.path_of_owner();
        let mut progress = Progress::new("Restoring", None);
        let mut shown = |bytes| progress.add(bytes);
        let ready = if self.file == Path::new("-") {
            backup::unpack(io::stdin().lock(), to, &mut shown)
        } else {
            let doing = || format!("reading {}", self.file.display());
            let file = File::open(&self.file).io_context(doing)?;
            Gpg::find()?.decrypt_stream(file, |archive| backup::unpack(archive, to, &mut shown))
        };
        progress.end();
        let restored = ready?.finish(to)?;
        if self.json {
            terminal::json(&as_json(to, &restored));
        } else {
            said(&ShopDir::new(to), &restored).iter().for_each(terminal::line);
        }
        Ok(())
    }
}

/// Returns what to tell the seller, and what to do before the shop opens.
fn said(dir: &ShopDir, restored: &Restored) -> Vec<String> {
    let mut lines = vec![
        format!(
            "Restored the shop of {} to {}: {}, {} KiB",
            restored.made,
            dir.path().display(),
            many(restored.files, "file", "files"),
            restored.bytes.div_ceil(1024)
        ),
        format!("  onion   {}", restored.onion.as_deref().unwrap_or("(it had no address yet)")),
        format!("  orders  {}", restored.orders),
        String::new(),
        "NEVER run this shop and the one it was made from at once: both would give the same \
         addresses and codes."
            .to_owned(),
        "Before you open it:".to_owned(),
    ];
    let mut steps = vec!["make sure that the other shop is closed for good".to_owned()];
    for missing in &restored.missing {
        steps.push(format!(
            "shop.toml names {}, which is not there: a copy is in outside/. Move it, or change \
             shop.toml",
            missing.display()
        ));
    }
    if restored.is_locked {
        steps.push("have the passphrase of the onion key at hand".to_owned());
    }
    steps.push("copy the mailbox mailorders/root too; it is not in a backup".to_owned());
    steps.push(
        "if you have a pool, put new addresses at the end of its file: those of the backup are not \
         given any more. Addresses of a descriptor or a Monero account go on by themselves, 1000 numbers \
         further along: `cryptocart check` then says how far your wallet must look"
            .to_owned(),
    );
    steps.push(format!("open it, once, with: {}", dir.command("serve --after-loss")));
    steps.push(format!("then count the stock ({})", dir.command("stock set KEY NUMBER")));
    steps.push(format!(
        "and say how many codes were given since, of each product that has codes ({})",
        dir.command("stock codes KEY --given NUMBER")
    ));
    let steps = steps.iter().enumerate();
    lines.extend(steps.map(|(n, step)| format!("  {}. {step}", n + 1)));
    lines
}

fn as_json(to: &Path, restored: &Restored) -> serde_json::Value {
    serde_json::json!({
        "version": 1,
        "folder": to,
        "made": restored.made,
        "onion": restored.onion,
        "locked": restored.is_locked,
        "orders": restored.orders,
        "files": restored.files,
        "bytes": restored.bytes,
        "missing": restored.missing,
    })
}
