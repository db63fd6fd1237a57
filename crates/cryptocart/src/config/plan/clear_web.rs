//! `[clear_web]`, checked.

use super::key;
use crate::{config::ClearWeb, error::CliError, shop_dir::ShopDir};
use std::path::{PathBuf, absolute};

/// Settings of the clear web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClearWebPlan {
    /// Name of the shop, as browsers send it: with its port, unless that is 443.
    pub(crate) host: String,
    /// Full path of the socket that the reverse proxy connects to.
    pub(crate) socket: PathBuf,
}

impl ClearWebPlan {
    /// Returns the address of the shop's landing page.
    pub(crate) fn address(&self) -> String {
        format!("https://{}/", self.host)
    }
}

/// Longest name of a host, in characters (RFC 1035, 2.3.4).
const LONGEST_HOST: usize = 253;

/// Checks the section; none if the shop is not on the clear web.
pub(super) fn plan(dir: &ShopDir, config: &ClearWeb) -> Result<Option<ClearWebPlan>, CliError> {
    if !config.enabled {
        return Ok(None);
    }
    let hint = "write the name that buyers type, such as shop.example";
    let host = host(&config.host).map_err(|what| key("clear_web.host", what, hint))?;
    if config.socket.is_empty() {
        return Err(key("clear_web.socket", "it is blank", "write state/clear-web.sock"));
    }
    let socket = absolute(dir.resolve(&config.socket)).map_err(|error| {
        key("clear_web.socket", &format!("its path cannot be found: {error}"), "write a full path")
    })?;
    shop_net::unix_socket::parts(&socket).map_err(|error| {
        key(
            "clear_web.socket",
            &error.to_string(),
            "write a short path, such as /run/shop/web.sock",
        )
    })?;
    Ok(Some(ClearWebPlan { host, socket }))
}

/// Returns the name in the form in which browsers send it.
fn host(text: &str) -> Result<String, &'static str> {
    let text = text.trim().to_ascii_lowercase();
    if text.is_empty() {
        return Err("it is blank");
    }
    if text.contains("://") || text.contains('/') {
        return Err("it is an address of a page, and not a name");
    }
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text.as_str(), None),
    };
    let port = match port.map(str::parse::<u16>) {
        None | Some(Ok(443)) => None,
        Some(Ok(port)) if port > 0 => Some(port),
        Some(_) => return Err("what stands behind the colon is not a port"),
    };
    if name.ends_with(".onion") {
        return Err("an onion address is not on the clear web");
    }
    let is_label = |label: &str| {
        let fits = (1..=63).contains(&label.len());
        let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        fits && plain && !label.starts_with('-') && !label.ends_with('-')
    };
    let top = name.rsplit('.').next().unwrap_or_default();
    let is_number = top.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = name.contains('.') && name.len() <= LONGEST_HOST && name.split('.').all(is_label);
    if !is_name || is_number {
        return Err("it is not a name on the clear web (write one in other letters as xn--...)");
    }
    Ok(port.map_or_else(|| name.to_owned(), |port| format!("{name}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn host_is_taken_as_browsers_send_it() {
        for (written, sent) in [
            ("shop.example", "shop.example"),
            (" Shop.Example ", "shop.example"),
            ("shop.example:443", "shop.example"),
            ("shop.example:8443", "shop.example:8443"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(host(written).as_deref(), Ok(sent));
        }
    }

    #[test]
    fn what_is_no_name_on_the_clear_web_is_refused() {
        for written in [
            "",
            "  ",
            "shop",
            "https://shop.example",
            "shop.example/cart",
            "shop.example:",
            "shop.example:0",
            "shop.example:99999",
            "shop..example",
            "-shop.example",
            "shop.example.",
            "192.0.2.7",
            "192.0.2.7:8443",
            "[2001:db8::7]",
            "b\u{fc}cher.example",
            "shop.example\r\nx: y",
            "abcdefghijklmnop.onion",
        ] {
            assert!(host(written).is_err(), "{written:?}");
        }
    }

    #[test]
    fn clear_web_is_off_unless_it_is_turned_on() {
        let dir = ShopDir::new(Path::new("/srv/shop"));
        let config = ClearWeb { host: "shop.example".into(), ..ClearWeb::default() };
        assert_eq!(plan(&dir, &config).unwrap(), None);
        let config = ClearWeb { enabled: true, ..config };
        let socket = PathBuf::from("/srv/shop/state/clear-web.sock");
        let wanted = ClearWebPlan { host: "shop.example".into(), socket };
        assert_eq!(plan(&dir, &config).unwrap(), Some(wanted));
    }

    #[test]
    fn socket_whose_path_is_too_long_is_refused_with_advice() {
        let dir = ShopDir::new(Path::new("/srv/shop"));
        let socket = format!("/run/{}/web.sock", "x".repeat(120));
        let config = ClearWeb { enabled: true, host: "shop.example".into(), socket };
        let error = plan(&dir, &config).unwrap_err();
        assert!(error.what().contains("107"), "{error}");
        assert!(error.hint_text().is_some_and(|hint| hint.contains("/run/shop/web.sock")));
    }
}
