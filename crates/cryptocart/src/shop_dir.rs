//! The folder a shop lives in.

use shop_core::chain::ChainId;
use shop_web::Language;
use std::path::{Path, PathBuf};

/// The shop's folder where none is named.
pub(crate) const USUAL: &str = "my-shop";

/// The shop's folder of the Debian package; its unit has the same path.
const PACKAGED: &str = "/var/lib/cryptocart/my-shop";

/// Returns the shop's folder where none is named.
/// It is the one here, or else that of the Debian package, if this user can see that.
pub(crate) fn usual() -> &'static Path {
    let packaged = Path::new(PACKAGED);
    if !Path::new(USUAL).exists() && packaged.exists() { packaged } else { Path::new(USUAL) }
}

/// Paths of everything in one shop.
#[derive(Clone, Debug)]
pub(crate) struct ShopDir(PathBuf);

impl ShopDir {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Returns a command on this shop, as it is to be typed where this one was.
    /// `orders` is `cryptocart orders --dir other-shop`.
    pub(crate) fn command(&self, words: &str) -> String {
        if self.0 == Path::new(PACKAGED) {
            return match words {
                "serve" => "sudo systemctl start cryptocart".to_owned(),
                words => format!("sudo cryptocart {words}"),
            };
        }
        if self.0 == Path::new(USUAL) {
            return format!("cryptocart {words}");
        }
        format!("cryptocart {words} --dir {}", quoted(&self.0.to_string_lossy()))
    }

    /// Returns what to do where there is no shop in this folder.
    pub(crate) fn how_to_have_one(&self) -> String {
        // Anybody can see this folder, and its users alone what is in it.
        let packaged = Path::new(PACKAGED).parent().is_some_and(Path::exists);
        if packaged && (self.0 == Path::new(USUAL) || self.0 == Path::new(PACKAGED)) {
            return "the shop of this machine's package is opened, and made if there is none, with: \
                    sudo systemctl start cryptocart\n  Commands on it begin with sudo: \
                    sudo cryptocart status"
                .to_owned();
        }
        format!(
            "give the shop's folder with --dir DIR, or create a shop with: cryptocart new {}",
            self.0.display()
        )
    }

    /// Returns the path of the settings.
    pub(crate) fn config(&self) -> PathBuf {
        self.0.join("shop.toml")
    }

    /// Returns the path of the catalogue.
    pub(crate) fn catalog(&self) -> PathBuf {
        self.0.join("catalog.json")
    }

    /// Returns the path of the seller's short words in another language.
    pub(crate) fn words(&self, language: Language) -> PathBuf {
        self.0.join(format!("words.{}.toml", language.tag()))
    }

    /// Returns the path of the shipping costs.
    pub(crate) fn shipping(&self) -> PathBuf {
        self.0.join("shipping.toml")
    }

    /// Returns the path of the taxes.
    pub(crate) fn tax(&self) -> PathBuf {
        self.0.join("tax.toml")
    }

    /// Returns the path of the discounts.
    pub(crate) fn discounts(&self) -> PathBuf {
        self.0.join("discounts.toml")
    }

    /// Returns the folder of the seller's pictures.
    pub(crate) fn images(&self) -> PathBuf {
        self.0.join("images")
    }

    /// Returns the folder of digital goods.
    pub(crate) fn digital(&self) -> PathBuf {
        self.0.join("digital")
    }

    /// Returns the folder of the seller's texts.
    pub(crate) fn pages(&self) -> PathBuf {
        self.0.join("pages")
    }

    /// Returns the folder of the seller's theme.
    pub(crate) fn theme(&self) -> PathBuf {
        self.0.join("theme")
    }

    /// Returns the folder of files by which others recognise the shop.
    pub(crate) fn identity(&self) -> PathBuf {
        self.0.join("identity")
    }

    /// File that tells which shop `state/` belongs to, and how often it was opened.
    pub(crate) fn shop_id(&self) -> PathBuf {
        self.0.join("shop-id.toml")
    }

    /// Folder of the program's own records.
    pub(crate) fn state(&self) -> PathBuf {
        self.0.join("state")
    }

    /// Returns the path of the database.
    pub(crate) fn database(&self) -> PathBuf {
        self.state().join("shop.db")
    }

    /// Returns the path of the key of the buyers' cookies.
    pub(crate) fn cookie_key(&self) -> PathBuf {
        self.state().join("cookie.key")
    }

    /// Returns the path of the onion key, open.
    pub(crate) fn onion_key(&self) -> PathBuf {
        self.state().join("onion").join("hs_ed25519_secret_key")
    }

    /// Returns the path of the onion key, sealed with the seller's passphrase.
    pub(crate) fn sealed_onion_key(&self) -> PathBuf {
        self.state().join("onion").join("onion_key.sealed")
    }

    /// Returns the folder of private view keys, which show payments and spend nothing.
    pub(crate) fn view_keys(&self) -> PathBuf {
        self.state().join("view-keys")
    }

    /// Returns the path of the view key of a section of the settings, open.
    pub(crate) fn view_key(&self, section: &str) -> PathBuf {
        self.view_keys().join(section)
    }

    /// Returns the path of the same, sealed with the seller's passphrase.
    pub(crate) fn sealed_view_key(&self, section: &str) -> PathBuf {
        self.view_keys().join(format!("{section}.sealed"))
    }

    /// Returns the path of the onion address, kept to notice when the key makes another.
    pub(crate) fn onion_address(&self) -> PathBuf {
        self.state().join("onion.address")
    }

    /// Folder in which transports keep what they need, each in one of its own.
    pub(crate) fn transports(&self) -> PathBuf {
        self.state().join("transports")
    }

    /// Returns the folder of the Tor library's files: guards and vanguards.
    pub(crate) fn tor_state(&self) -> PathBuf {
        self.state().join("tor")
    }

    /// Returns the folder of pictures made ready to serve.
    pub(crate) fn picture_cache(&self) -> PathBuf {
        self.state().join("pictures")
    }

    /// Returns the folder of a demo's chains.
    pub(crate) fn demo_chains(&self) -> PathBuf {
        self.state().join("demo")
    }

    /// Returns the path of a demo's chain.
    pub(crate) fn demo_chain(&self, chain: ChainId) -> PathBuf {
        self.demo_chains().join(format!("{chain}.json"))
    }

    /// Returns the path of the file that says where numbered addresses go on.
    pub(crate) fn moved_addresses(&self) -> PathBuf {
        self.state().join("addresses.toml")
    }

    /// File that names the lists of codes from which none is given after a restore.
    pub(crate) fn held_codes(&self) -> PathBuf {
        self.state().join("held-codes.toml")
    }

    /// Returns the path of the lock, which is held while the shop is open.
    /// The supervisor's process id is in it.
    pub(crate) fn lock(&self) -> PathBuf {
        self.state().join("serve.lock")
    }

    /// Returns a path from the settings, which is relative to the shop.
    pub(crate) fn resolve(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// Returns the path of the throw-away seller key: beside the shop, never in it.
    pub(crate) fn throw_away_key(&self) -> PathBuf {
        let name = self.0.file_name().and_then(|n| n.to_str()).unwrap_or("shop");
        self.0.with_file_name(format!("{name}-seller"))
    }
}

/// Quotes a path so that a shell takes it for one word.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-~+,@%".contains(c);
    if path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_the_folder_where_it_is_not_the_usual_one() {
        let typed = |path| ShopDir::new(Path::new(path)).command("demo mine 2");
        assert_eq!(typed("my-shop"), "cryptocart demo mine 2");
        assert_eq!(typed("/srv/shop"), "cryptocart demo mine 2 --dir /srv/shop");
        assert_eq!(typed("Ann's shop"), r"cryptocart demo mine 2 --dir 'Ann'\''s shop'");
    }

    #[test]
    fn command_on_the_packaged_shop_is_typed_with_sudo() {
        let dir = ShopDir::new(Path::new(PACKAGED));
        assert_eq!(dir.command("orders refunds"), "sudo cryptocart orders refunds");
        assert_eq!(dir.command("serve"), "sudo systemctl start cryptocart");
    }
}
