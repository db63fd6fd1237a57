//! The arbiter's processes.

use super::{
    ArbiterDir,
    cases::Cases,
    pages::ArbiterPages,
    settings::{self, Settings},
};
use crate::{
    attest::Chain,
    error::CliError,
    files,
    program::Role,
    service::{self, Hosted, ServiceTor, nodes, role::Opened},
    system::System,
    terminal,
};
use shop_core::{
    entropy::{self, Entropy},
    escrow::Account,
    kind::HasKind,
    time::CoarseTime,
};
use shop_net::{isolate::Paths, shop_side::Dialer};
use shop_seal::{HomeKey, SealCert};
use std::{path::Path, sync::Arc};
use tokio_util::task::TaskTracker;
use zeroize::Zeroizing;

/// Creates the folder of a new arbiter. The key that rules does not come here.
pub(crate) fn create(
    dir: &ArbiterDir,
    account: Account,
    certificate: &Path,
    today: CoarseTime,
    entropy: &dyn Entropy,
) -> Result<(), CliError> {
    if dir.settings().exists() || dir.records_key().exists() {
        let what = format!("there is an arbiter in {} already", dir.shop_dir().path().display());
        return Err(CliError::input(what).hint("choose another folder"));
    }
    let file = files::read(certificate, shop_seal::LARGEST_CERT_FILE as u64)?;
    let cert = read_certificate(&file, today)?;
    files::private_folder(&dir.shop_dir().state())?;
    files::private_folder(&dir.rulings())?;
    files::write(&dir.certificate(), cert.armored().as_bytes(), false)?;
    let secret = Zeroizing::new(entropy::bytes::<32>(entropy));
    files::write(&dir.records_key(), &*secret, true)?;
    // Last: a folder without it is no arbiter yet.
    files::write(&dir.settings(), Settings::example(account).as_bytes(), true)
}

/// Reads a certificate that letters can be sealed to today.
fn read_certificate(file: &[u8], today: CoarseTime) -> Result<SealCert, CliError> {
    let cert = SealCert::from_file(file);
    let checked = cert.and_then(|cert| cert.check(today).map(|()| cert));
    checked.map_err(|error| {
        CliError::new(error.kind(), format!("the arbiter's certificate: {error}"))
            .hint("export it at home: gpg --armor --export YOUR-KEY > arbiter.asc")
    })
}

/// Hosts the arbiter of a folder until a signal.
pub(crate) fn host(dir: &ArbiterDir, system: &System) -> Result<(), CliError> {
    let settings = Settings::load(dir)?;
    let targets = settings.targets();
    let targets = targets.map_err(|error| CliError::new(error.kind(), error.to_string()))?;
    files::private_folder(&dir.rulings())?;
    let hosted = Hosted {
        name: "arbiter",
        dir: dir.shop_dir().clone(),
        role: Role::Arbitrate,
        settings: serde_json::Value::Null,
        tor: settings.tor.map(|tor| ServiceTor {
            memory_mib: tor.memory_mib,
            passphrase_file: tor.passphrase_file,
            test_network: tor.test_network,
        }),
        preview: settings.preview,
        targets,
    };
    service::run(hosted, system)
}

/// Runs the role that answers.
pub(crate) fn run_role(system: &System) -> Result<(), CliError> {
    service::role::run(
        system,
        |plan| {
            let dir = ArbiterDir::new(&plan.dir);
            Ok(Paths {
                read: vec![plan.dir.clone()],
                write: vec![dir.shop_dir().state()],
                ..Paths::default()
            })
        },
        |plan, tools| async move {
            let dir = ArbiterDir::new(&plan.dir);
            let settings = Settings::load(&dir)?;
            let pages = open(&dir, settings, &tools.dialer, tools.system)?;
            let deleted = pages.cases.purge(pages.system.clock.now())?;
            if deleted > 0 {
                let orders = terminal::many(deleted, "order", "orders");
                terminal::line(format!("deleted the cases of {orders} whose time is over"));
            }
            let tasks = TaskTracker::new();
            Ok(Opened { name: pages.name.clone(), pages: Box::new(pages), tasks })
        },
    )
}

fn open(
    dir: &ArbiterDir,
    settings: Settings,
    dialer: &Dialer,
    system: System,
) -> Result<ArbiterPages, CliError> {
    let secret = files::read_secret(&dir.records_key(), 64)?;
    let secret = secret.first_chunk::<32>().filter(|_| secret.len() == 32);
    let secret = secret.ok_or_else(|| CliError::misconfigured("state/records.key is damaged"))?;
    let cases = Cases::open(
        dir.cases(),
        dir.letters(),
        HomeKey::from_bytes(secret),
        settings.most_cases,
        Arc::clone(&system.entropy),
    )?;
    let file = files::read(&dir.certificate(), shop_seal::LARGEST_CERT_FILE as u64)?;
    let cert = read_certificate(&file, system.hour())?;
    let chain: Option<Box<dyn Chain>> = if settings.nodes.is_empty() {
        None
    } else {
        let purpose = settings::node_purpose;
        Some(Box::new(nodes::client(&settings.nodes, settings.chain_id, purpose, dialer)?))
    };
    Ok(ArbiterPages {
        name: settings.name,
        about: settings.about,
        account: settings.account,
        chain_id: settings.chain_id,
        cert,
        cases,
        rulings: dir.rulings(),
        chain,
        system,
    })
}
