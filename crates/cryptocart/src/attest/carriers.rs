//! Carriers that the attestor has accounts with.

use super::settings::{CANADA_POST, CarrierAccount, Settings, USPS};
use crate::{error::CliError, files, outbound};
use shop_carrier::{Carrier, CarrierName, Secret, Server, canada_post, usps};
use shop_net::shop_side::Dialer;
use std::{collections::BTreeMap, path::Path};

/// Largest file of a key, in bytes.
const LARGEST: u64 = 4_096;

/// Clients of carriers by name.
pub(super) struct Carriers(BTreeMap<CarrierName, Box<dyn Carrier>>);

impl Carriers {
    /// Creates clients of these.
    pub(super) fn new(carriers: impl IntoIterator<Item = Box<dyn Carrier>>) -> Self {
        Self(carriers.into_iter().map(|carrier| (carrier.name(), carrier)).collect())
    }

    /// Opens those of the settings. Nothing is dialled yet.
    pub(super) fn open(settings: &Settings, dialer: &Dialer) -> Result<Self, CliError> {
        let mut carriers: Vec<Box<dyn Carrier>> = Vec::new();
        if let Some(account) = &settings.canada_post {
            let server = server(account, dialer, CANADA_POST);
            carriers.push(canada_post_of(account, server)?);
        }
        if let Some(account) = &settings.usps {
            let usual = usps::Paths::default();
            let paths = usps::Paths {
                token: account.token_path.clone().unwrap_or(usual.token),
                tracking: account.tracking_path.clone().unwrap_or(usual.tracking),
            };
            let server = server(account, dialer, USPS);
            let client = usps::Usps::new(
                server,
                paths,
                &secret(&account.id_file)?,
                &secret(&account.secret_file)?,
            );
            carriers.push(Box::new(client));
        }
        Ok(Self::new(carriers))
    }

    /// Returns a carrier, if the attestor has an account with it.
    pub(super) fn get(&self, name: CarrierName) -> Option<&dyn Carrier> {
        self.0.get(&name).map(|carrier| &**carrier)
    }

    /// Returns the names of all, as a sentence lists them.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.0.keys().map(|name| name.label()).collect();
        if names.is_empty() { "no carrier yet".to_owned() } else { names.join(" and ") }
    }
}

fn canada_post_of(account: &CarrierAccount, server: Server) -> Result<Box<dyn Carrier>, CliError> {
    let id = secret(&account.id_file)?;
    let key = secret(&account.secret_file)?;
    if account.is_xml {
        let path = account.tracking_path.as_deref().unwrap_or(canada_post::XML_PATH);
        return Ok(Box::new(canada_post::CanadaPostXml::new(server, path, &id, &key)));
    }
    let usual = canada_post::Paths::default();
    let paths = canada_post::Paths {
        token: account.token_path.clone().unwrap_or(usual.token),
        tracking: account.tracking_path.clone().unwrap_or(usual.tracking),
    };
    Ok(Box::new(canada_post::CanadaPost::new(server, paths, &id, &key)))
}

fn secret(path: &Path) -> Result<Secret, CliError> {
    let bytes = files::read_secret(path, LARGEST)?;
    let text = std::str::from_utf8(&bytes).map(str::trim).unwrap_or_default();
    if text.is_empty() {
        let what = format!("{} has no key in it", path.display());
        return Err(CliError::misconfigured(what).hint("copy it there from the carrier's portal"));
    }
    Ok(Secret::new(text.to_owned()))
}

fn server(account: &CarrierAccount, dialer: &Dialer, purpose: &str) -> Server {
    let dial = outbound::by_purpose(dialer, purpose.to_owned());
    Server { dial, host: account.server.authority() }
}
