//! The open shop, compared with what is on the disk.

use crate::{
    control::{self, Comparison, Question, ShopStatus, Status},
    error::CliError,
    shop_dir::ShopDir,
};

/// Comparison by the open shop of itself with the disk; none if it is not open.
pub(super) struct OpenShop {
    dir: ShopDir,
    compared: Result<Option<Comparison>, CliError>,
    status: Option<ShopStatus>,
}

impl OpenShop {
    /// Asks the shop in this folder.
    pub(super) fn ask(dir: &ShopDir) -> Self {
        let shop = control::open_shop(dir);
        let compared =
            shop.and_then(|shop| shop.map(|shop| shop.ask(Question::Compare)).transpose());
        let status = compared.as_ref().ok().and_then(Option::as_ref).and_then(|_| {
            let status: Status = control::open_shop(dir).ok()??.ask(Question::Status).ok()?;
            status.shop
        });
        Self { dir: dir.clone(), compared, status }
    }

    /// Returns the state that the open shop reports of itself; none where it does not answer.
    pub(super) const fn status(&self) -> Option<&ShopStatus> {
        self.status.as_ref()
    }

    /// Says which key orders are sealed to; an error if the open shop's is not the file's.
    pub(super) fn sealed_to(&self, fingerprint: &str) -> Result<String, CliError> {
        match &self.compared {
            Ok(None) => Ok(format!("orders are sealed to {fingerprint}")),
            Ok(Some(open)) if open.sealed_to == fingerprint => {
                Ok(format!("orders are sealed to {fingerprint}, also by the open shop"))
            }
            Ok(Some(open)) => {
                let what = format!(
                    "the open shop still seals to {}, but the file has {fingerprint}",
                    open.sealed_to
                );
                Err(CliError::misconfigured(what).hint(format!(
                    "keep the old secret key, and run: {}",
                    self.dir.command("catalog reload")
                )))
            }
            Err(_) => {
                let what = format!(
                    "the file has {fingerprint}; the key that the open shop uses is unknown"
                );
                Err(CliError::misconfigured(what))
            }
        }
    }

    /// Says what else differs from the disk; none where the shop is not open.
    pub(super) fn said(&self) -> Option<Result<String, CliError>> {
        let compared = match &self.compared {
            Ok(compared) => compared.as_ref()?,
            Err(error) => return Some(Err(error.clone())),
        };
        let Comparison { needs_restart, same_catalog, same_pools, .. } = compared;
        if !needs_restart.is_empty() {
            let what = format!("the open shop needs a restart: {}", needs_restart.join(", "));
            return Some(Err(CliError::misconfigured(what).hint(
                "it still uses the settings it was opened with: press Ctrl-C, then run cryptocart serve",
            )));
        }
        if !same_catalog {
            let what = "the open shop shows a different catalog.json";
            return Some(Err(CliError::misconfigured(what)
                .hint(format!("to show this one: {}", self.dir.command("catalog reload")))));
        }
        if !same_pools {
            let what = "the open shop does not know all addresses of the pool's file";
            return Some(Err(CliError::misconfigured(what)
                .hint(format!("to take them: {}", self.dir.command("catalog reload")))));
        }
        Some(Ok("up to date with this folder".into()))
    }
}
