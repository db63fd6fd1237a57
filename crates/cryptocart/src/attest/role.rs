//! The attestor's processes.

use super::{
    AttestDir,
    carriers::Carriers,
    desk::{Desk, DeskParts},
    extensions::Extensions,
    keeper::{Keeper, Orders, Peers},
    pages::AttestPages,
    polling,
    records::Records,
    settings::{self, Settings},
    signed::Signed,
};
use crate::{
    error::CliError,
    files,
    program::Role,
    service::{self, Hosted, ServiceTor, nodes, role::Opened},
    system::System,
};
use shop_chain::ethereum::escrow::Key;
use shop_core::{
    entropy::{self, Entropy},
    kind::HasKind,
};
use shop_net::{isolate::Paths, shop_side::Dialer};
use shop_seal::HomeKey;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// Creates the folder of a new attestor, with its keys. Returns its address' key.
pub(crate) fn create(dir: &AttestDir, entropy: &dyn Entropy) -> Result<Key, CliError> {
    if dir.settings().exists() || dir.key().exists() {
        let what = format!("there is an attestor in {} already", dir.shop_dir().path().display());
        return Err(CliError::input(what).hint("choose another folder"));
    }
    files::private_folder(&dir.shop_dir().state())?;
    let key = Key::random(entropy);
    files::write(&dir.key(), &*key.to_bytes(), true)?;
    let secret = zeroize::Zeroizing::new(entropy::bytes::<32>(entropy));
    files::write(&dir.records_key(), &*secret, true)?;
    files::write(&dir.settings(), settings::EXAMPLE.as_bytes(), true)?;
    Ok(key)
}

/// Creates the key that pays the keeper's fees, unless there is one. Returns it.
pub(crate) fn create_keeper(dir: &AttestDir, entropy: &dyn Entropy) -> Result<Key, CliError> {
    let settings = Settings::load(dir)?;
    let path = settings.keeper.map_or_else(|| dir.keeper_key(), |keeper| keeper.key_file);
    if path.exists() {
        return super::read_key(&path, LOST_KEEPER);
    }
    files::private_folder(&dir.shop_dir().state())?;
    let key = Key::random(entropy);
    files::write(&path, &*key.to_bytes(), true)?;
    Ok(key)
}

/// Advice about a keeper key that does not open.
const LOST_KEEPER: &str = "restore it from your backup, or move it away and make a new one: \
                           cryptocart attest keeper FOLDER";

/// Hosts the attestor of a folder until a signal.
pub(crate) fn host(dir: &AttestDir, system: &System) -> Result<(), CliError> {
    let settings = Settings::load(dir)?;
    dir.read_key()?;
    if let Some(keeper) = &settings.keeper {
        if !keeper.key_file.exists() {
            let what = format!("[keeper] is on, and {} is missing", keeper.key_file.display());
            return Err(CliError::misconfigured(what)
                .hint("make the key that pays the fees: cryptocart attest keeper FOLDER"));
        }
        super::read_key(&keeper.key_file, LOST_KEEPER)?;
    }
    let targets = settings.targets();
    let targets = targets.map_err(|error| CliError::new(error.kind(), error.to_string()))?;
    let hosted = Hosted {
        name: "attestor",
        dir: dir.shop_dir().clone(),
        role: Role::Attest,
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
            let dir = AttestDir::new(&plan.dir);
            Ok(Paths {
                read: vec![plan.dir.clone()],
                write: vec![dir.shop_dir().state()],
                ..Paths::default()
            })
        },
        |plan, tools| async move {
            let dir = AttestDir::new(&plan.dir);
            let settings = Settings::load(&dir)?;
            let desk = open(&dir, &settings, &tools.dialer, tools.system)?;
            let tasks = TaskTracker::new();
            let keeper = open_keeper(&dir, &settings, &tools.dialer, &desk)?;
            if let Some(keeper) = &keeper {
                tasks.spawn(Arc::clone(keeper).run(tools.stop.clone()));
            }
            polling::start(&desk, &tools.stop, &tasks);
            let extensions = Extensions::open(dir.extended())?;
            let name = settings.name.clone();
            let pages = AttestPages { desk, keeper, extensions, name };
            Ok(Opened { name: settings.name, pages: Box::new(pages), tasks })
        },
    )
}

fn open(
    dir: &AttestDir,
    settings: &Settings,
    dialer: &Dialer,
    system: System,
) -> Result<Arc<Desk>, CliError> {
    let records = open_records(dir, Arc::clone(&system.entropy))?;
    let client = nodes::client(&settings.nodes, settings.chain_id, settings::node_purpose, dialer)?;
    Ok(Desk::new(DeskParts {
        key: dir.read_key()?,
        chain_id: settings.chain_id,
        rules: settings.rules,
        most_parcels: settings.most_parcels,
        records,
        signed: Signed::open(dir.signed())?,
        carriers: Carriers::open(settings, dialer)?,
        chain: Box::new(client),
        system,
    }))
}

/// Opens the records of parcels.
pub(super) fn open_records(
    dir: &AttestDir,
    entropy: Arc<dyn Entropy>,
) -> Result<Records, CliError> {
    Records::open(dir.records(), records_key(dir)?, entropy)
}

fn records_key(dir: &AttestDir) -> Result<HomeKey, CliError> {
    let secret = files::read_secret(&dir.records_key(), 64)?;
    let secret = secret.first_chunk::<32>().filter(|_| secret.len() == 32);
    let secret = secret.ok_or_else(|| CliError::misconfigured("state/records.key is damaged"))?;
    Ok(HomeKey::from_bytes(secret))
}

/// Opens the keeper, where the operator has turned it on.
fn open_keeper(
    dir: &AttestDir,
    settings: &Settings,
    dialer: &Dialer,
    desk: &Arc<Desk>,
) -> Result<Option<Arc<Keeper>>, CliError> {
    let Some(keeper) = &settings.keeper else { return Ok(None) };
    let client = nodes::client(&settings.nodes, settings.chain_id, settings::node_purpose, dialer)?;
    let key = super::read_key(&keeper.key_file, LOST_KEEPER)?;
    let entropy = Arc::clone(&desk.system.entropy);
    let orders = Orders::open(dir.kept(), records_key(dir)?, entropy)?;
    let peers = settings.peers.iter().map(|(account, url)| (account, url.authority()));
    let peers = Box::new(Peers::open(peers, dialer));
    Ok(Some(Keeper::new(Box::new(client), key, keeper.limits, orders, peers, Arc::clone(desk))))
}
