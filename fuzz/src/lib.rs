//! One function a target: it takes any bytes, and panics where a promise is broken.

mod archive;
mod bitcoin;
mod carrier;
mod chain;
mod edits;
mod escrow;
mod goods;
mod program;
mod proxy;
mod rates;
mod seal;
mod transfer;
mod web;

// The shop and the browser of the storefront's own tests, and their node of a chain.
#[expect(dead_code, reason = "the chain's tests use more of it")]
#[path = "../../crates/shop-chain/tests/chains/anvil.rs"]
mod anvil;
#[expect(dead_code, reason = "the chain's tests use more of it")]
#[path = "../../crates/shop-chain/tests/chains/mock.rs"]
mod mock;
#[expect(dead_code, reason = "the storefront's tests use more of it")]
#[path = "../../crates/shop-web/tests/web/shop.rs"]
mod shop;
#[expect(dead_code, reason = "the storefront's tests use more of it")]
#[path = "../../crates/shop-web/tests/web/visitor.rs"]
mod visitor;

// A parser of shop-net, which would bring Tor in.
#[path = "../../crates/shop-net/src/proxy_line.rs"]
mod proxy_line;

/// Sources of the program, at the paths they have there.
#[expect(dead_code, unused_imports, reason = "the program uses more of it")]
#[path = "../../crates/cryptocart/src"]
mod sources {
    pub(crate) mod config;
    pub(crate) mod error;
    pub(crate) mod files;
    pub(crate) mod mail_transfer;
    pub(crate) mod shop_dir;
    pub(crate) mod theme;
    pub(crate) mod translations;

    pub(crate) mod backup {
        pub(crate) mod names;
        pub(crate) mod unpack;
    }

    pub(crate) mod pictures {
        mod colours;
        mod foreign;
        mod making;

        use crate::{error::CliError, shop_dir::ShopDir};
        use image::ImageReader;
        use shop_web::EncodedImage;
        use std::io::Cursor;

        /// Most pixels of a picture that is decoded here: larger ones only cost time.
        const MOST_PIXELS: u64 = 1 << 16;

        /// Returns no logo: none was made before.
        pub(crate) fn logo_if_made(_: &ShopDir, _: &str) -> Option<EncodedImage> {
            None
        }

        /// Themes are read without their logo, which a process of its own would make.
        pub(crate) fn logo(_: &ShopDir, name: &str) -> Result<EncodedImage, CliError> {
            Err(CliError::misconfigured(format!("{name} is not read here")))
        }

        /// Reads a picture as the child process does.
        pub(crate) fn read(bytes: &[u8]) {
            let _ = foreign::refusal(bytes);
            let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
            let size = reader.ok().and_then(|reader| reader.into_dimensions().ok());
            let pixels = size.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
            if pixels > MOST_PIXELS && pixels <= making::MOST_PIXELS {
                return;
            }
            let made = making::make(making::Task::Logo, bytes);
            assert!(made.is_err() || (1..=making::MOST_PIXELS).contains(&pixels));
            for logo in made.iter().flatten() {
                assert!(logo.len() <= making::LOGO.most, "a logo of {} bytes", logo.len());
                let format = image::ImageFormat::WebP;
                let made = ImageReader::with_format(Cursor::new(logo), format).into_dimensions();
                let (width, height) = made.expect("a picture of ours");
                assert!(width <= making::LOGO.width && height <= making::LOGO.height);
            }
        }
    }
}
use sources::{config, error, files, pictures, shop_dir, theme, translations};

/// Sources of shop-net: the settings check with them which nodes can be dialled.
/// The crate itself would bring Tor along.
#[expect(dead_code, reason = "nothing is dialled here")]
#[path = "../../crates/shop-net/src"]
mod net_sources {
    pub mod outbound;
    pub(crate) mod pair;
    pub(crate) mod pump;
}
extern crate self as shop_net;
#[doc(hidden)]
pub use net_sources::outbound;
use net_sources::{pair, pump};

/// The shop role's way to its supervisor: no parser asks it for a file.
#[doc(hidden)]
pub mod shop_side {
    use std::{fs::File, io, os::unix::net::UnixStream, path::Path, time::Duration};

    pub struct Reporter;

    impl Reporter {
        pub async fn open_file(&self, _: &Path) -> io::Result<UnixStream> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    pub fn wait_for_file(_: &UnixStream, _: Duration) -> io::Result<File> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}
use shop_chain::transport::Stream;

/// Bridges that are words: Tor's crates alone know what a line says.
#[doc(hidden)]
pub mod onion {
    pub struct Bridge(Option<String>);

    impl Bridge {
        pub fn parse(line: &str) -> Result<Self, &'static str> {
            let first = line.split_whitespace().next().ok_or("is empty")?;
            Ok(Self(Some(first.to_owned()).filter(|first| !first.contains(':'))))
        }

        pub fn transport(&self) -> Option<&str> {
            self.0.as_deref()
        }

        pub fn ports(&self) -> Vec<u16> {
            Vec::new()
        }
    }
}

/// Paths of sockets: nothing listens here.
#[doc(hidden)]
pub mod unix_socket {
    use std::path::Path;

    pub fn parts(path: &Path) -> Result<&Path, &'static str> {
        path.parent().ok_or("it is no path of a file")
    }
}

/// The shape of an onion address: the checksum in it is known to Tor's crates alone.
mod onion_address {
    pub(crate) struct OnionAddress;

    impl std::str::FromStr for OnionAddress {
        type Err = ();

        fn from_str(text: &str) -> Result<Self, ()> {
            let is_shaped = text.len() == 62 && text.ends_with(".onion");
            if is_shaped { Ok(Self) } else { Err(()) }
        }
    }
}

pub use archive::backup;
pub use bitcoin::bitcoin_peer;
pub use carrier::{carrier_json, carrier_xml};
pub use chain::{proofs, rpc_answer};
pub use escrow::statement;
pub use goods::{catalogue, order_code, style};
pub use program::{picture, toml};
pub use proxy::proxy_line;
pub use rates::rates;
pub use seal::{certificate, mail_data, mbox, sealed_message};
pub use transfer::mail_transfer;
pub use web::{cookie, form, http_head};

/// Makes a folder that goes with this value, in memory where the system has a place for it.
fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    tempfile::tempdir_in(parent).expect("a folder")
}
