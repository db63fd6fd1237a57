//! Debian's tor in front of the shop: the sockets of each, as the settings name them.

use crate::{
    config::{plan::Plan, plan::TorBackend, tor::FrontSettings},
    error::{CliError, Context},
    onion_key::OnionKeyFile,
};
use shop_net::{
    onion::{
        Front, OnionAddress,
        torrc::{self, Bridges},
    },
    unix_socket,
};
use std::path::{Path, PathBuf};

/// Returns the fronts of a shop whose onion service is run by Debian's tor; none of another.
pub(crate) fn fronts(plan: &Plan) -> Result<Vec<Front>, CliError> {
    match plan.tor.as_ref().map(|tor| &tor.backend) {
        Some(TorBackend::Socket(fronts)) => fronts.iter().map(|front| read(plan, front)).collect(),
        Some(TorBackend::Arti { .. }) | None => Ok(Vec::new()),
    }
}

/// Returns the bridges that the settings name.
pub(crate) fn bridges(plan: &Plan) -> Bridges {
    plan.tor.as_ref().map_or_else(Bridges::default, |tor| Bridges {
        lines: tor.bridges.clone(),
        transports: tor.transports.clone(),
    })
}

/// Returns the part of a torrc for one of the fronts, with what to do for it.
///
/// `number`: of how many it is. Several have one address together by Onionbalance: then the address
/// is the shop's, and each tor makes a key of its own.
pub(crate) fn torrc(
    front: &Front,
    service: &Path,
    bridges: &Bridges,
    (number, count): (usize, usize),
    address: Option<&OnionAddress>,
) -> String {
    let mut text = format!(
        "# cryptocart, front {number} of {count}. Add this to /etc/tor/torrc and restart tor.\n\
         # Debian confines tor with AppArmor: /etc/apparmor.d/local/system_tor needs the line\n\
         #   {} rw,\n",
        front.socket.display()
    );
    text.push_str(&torrc::front(front, service, bridges));
    if count > 1 {
        let address = address.map_or("ADDRESS.onion".to_owned(), ToString::to_string);
        text.push_str(&format!(
            "# Onionbalance answers for this service. The file ob_config in its folder says:\n\
             #   MasterOnionAddress {address}\n\
             HiddenServiceOnionbalanceInstance 1\n",
        ));
    }
    text
}

/// Returns the finding of `check` about Tor in front; none if the shop runs Tor itself.
pub(crate) fn finding(plan: &Plan) -> Option<Result<String, CliError>> {
    plan.tor.as_ref().filter(|tor| tor.is_outside())?;
    let file = OnionKeyFile::of(&plan.dir);
    let said = fronts(plan).and_then(|fronts| {
        is_accepted(plan, &file)?;
        let sockets: Vec<_> = fronts.iter().map(|own| own.socket.display().to_string()).collect();
        let stored = if file.is_sealed() { "; it stores the onion key unencrypted" } else { "" };
        Ok(format!("Debian's tor hands over visitors at {}{stored}", sockets.join(", ")))
    });
    Some(said)
}

fn read(plan: &Plan, front: &FrontSettings) -> Result<Front, CliError> {
    let path = |text: &String| (!text.is_empty()).then(|| plan.dir.resolve(text));
    let required = |path: PathBuf| {
        // The shop may be given by a relative path, and the socket lie in it.
        let path = std::path::absolute(&path).unwrap_or(path);
        let checked = unix_socket::parts(&path).map(drop);
        checked.context(|| "shop.toml, tor.fronts".into())?;
        Ok(path)
    };
    let other = |text| path(text).map(required).transpose();
    Ok(Front {
        socket: required(plan.dir.resolve(&front.socket))?,
        control: other(&front.control)?,
        cookie: path(&front.cookie).filter(|_| !front.control.is_empty()),
        socks: other(&front.socks)?,
    })
}

/// Returns the address of a shop whose onion key Debian's tor holds.
///
/// A sealed key is not read, and no passphrase asked for. A sealed key promises that nobody who takes the disk can be the shop. Debian's tor cannot keep
/// that promise: it reads its key from a file.
pub(crate) fn address(
    plan: &Plan,
    file: &OnionKeyFile,
    make: impl FnOnce() -> Result<OnionAddress, CliError>,
) -> Result<OnionAddress, CliError> {
    is_accepted(plan, file)?;
    // The address is enough: the key may be with tor alone.
    match file.known()? {
        Some(address) => Ok(address),
        None => make(),
    }
}

/// Refuses a shop whose key is sealed and whose seller has not said that it need not be.
fn is_accepted(plan: &Plan, file: &OnionKeyFile) -> Result<(), CliError> {
    let accepted = plan.tor.as_ref().is_some_and(|tor| tor.unsealed_key);
    if accepted || !file.is_sealed() {
        return Ok(());
    }
    let what = "the onion key is encrypted, and Debian's tor stores its key unencrypted";
    Err(CliError::misconfigured(what).hint(
        "use backend = \"arti\" under [tor], or accept that whoever takes this disk can \
         impersonate the shop: unsealed_key = true (docs/tor.md)",
    ))
}
