//! The folder a shop lives in.

use shop_web::Language;
use std::path::{Path, PathBuf};

/// Where everything of one shop is.
#[derive(Clone, Debug)]
pub(crate) struct ShopDir(PathBuf);

impl ShopDir {
    pub(crate) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Settings.
    pub(crate) fn config(&self) -> PathBuf {
        self.0.join("shop.toml")
    }

    /// What is for sale.
    pub(crate) fn catalog(&self) -> PathBuf {
        self.0.join("catalog.json")
    }

    /// The seller's short words in another language.
    pub(crate) fn words(&self, language: Language) -> PathBuf {
        self.0.join(format!("words.{}.toml", language.tag()))
    }

    /// What sending costs.
    pub(crate) fn shipping(&self) -> PathBuf {
        self.0.join("shipping.toml")
    }

    /// What is levied.
    pub(crate) fn tax(&self) -> PathBuf {
        self.0.join("tax.toml")
    }

    /// What codes give.
    pub(crate) fn discounts(&self) -> PathBuf {
        self.0.join("discounts.toml")
    }

    /// The seller's pictures.
    pub(crate) fn images(&self) -> PathBuf {
        self.0.join("images")
    }

    /// What is handed out.
    pub(crate) fn digital(&self) -> PathBuf {
        self.0.join("digital")
    }

    /// The seller's texts.
    pub(crate) fn pages(&self) -> PathBuf {
        self.0.join("pages")
    }

    /// How it looks, where the seller wants it otherwise.
    pub(crate) fn theme(&self) -> PathBuf {
        self.0.join("theme")
    }

    /// Files by which others recognise the shop.
    pub(crate) fn identity(&self) -> PathBuf {
        self.0.join("identity")
    }

    /// What the program itself keeps.
    pub(crate) fn state(&self) -> PathBuf {
        self.0.join("state")
    }

    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        self.state().join("shop.db")
    }

    /// The key of the buyers' cookies.
    pub(crate) fn cookie_key(&self) -> PathBuf {
        self.state().join("cookie.key")
    }

    /// The onion key, open.
    pub(crate) fn onion_key(&self) -> PathBuf {
        self.state().join("onion").join("hs_ed25519_secret_key")
    }

    /// The onion key, sealed with the seller's passphrase.
    pub(crate) fn sealed_onion_key(&self) -> PathBuf {
        self.state().join("onion").join("onion_key.sealed")
    }

    /// What the Tor library keeps: guards and vanguards.
    pub(crate) fn tor_state(&self) -> PathBuf {
        self.state().join("tor")
    }

    /// Pictures made ready to serve.
    pub(crate) fn picture_cache(&self) -> PathBuf {
        self.state().join("pictures")
    }

    /// The demo's chain.
    pub(crate) fn demo_chain(&self, code: &str) -> PathBuf {
        self.state().join("demo").join(format!("{}.json", code.to_ascii_lowercase()))
    }

    /// Held while the shop is open; has the supervisor's process id in it.
    pub(crate) fn lock(&self) -> PathBuf {
        self.state().join("serve.lock")
    }

    /// A path from the settings, relative to the shop.
    pub(crate) fn resolve(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// Where the throw-away seller key is put: beside the shop, never in it.
    pub(crate) fn throw_away_key(&self) -> PathBuf {
        let name = self.0.file_name().and_then(|n| n.to_str()).unwrap_or("shop");
        self.0.with_file_name(format!("{name}-seller"))
    }
}
