//! The library's settings: everything we do not leave to its defaults, and why.

use arti_client::config::{
    BoolOrAuto, CfgPath, TorClientConfig, TorClientConfigBuilder,
    dir::{AuthorityContacts, FallbackDir},
    onion_service::{OnionServiceConfig, OnionServiceConfigBuilder},
    pt::TransportConfigBuilder,
};
use data_encoding::HEXLOWER_PERMISSIVE;
use tor_config::ExplicitOrAuto;
use tor_guardmgr::VanguardMode;
use tor_keymgr::config::ArtiKeystoreKind;
use tor_llcrypto::pk::{ed25519::Ed25519Identity, rsa::RsaIdentity};

use super::NICKNAME;
use crate::onion::{ArtiPlan, Bridge, TestAuthority, TestNetwork, limits::Limits};

/// Returns the client's settings.
pub(super) fn client(plan: &ArtiPlan) -> Result<TorClientConfig, String> {
    let mut config = TorClientConfigBuilder::default();
    config
        .storage()
        .state_dir(CfgPath::new_literal(plan.state_folder()))
        .cache_dir(CfgPath::new_literal(&plan.cache_dir));
    // "auto" means lite in this library, even for services; full is what hides the guard of a
    // service that stays at one address for years.
    config.vanguards().mode(ExplicitOrAuto::Explicit(VanguardMode::Full));
    // "auto" is a share of the machine's memory, which on a big machine is no limit at all.
    let memory = usize::try_from(plan.memory_bytes).map_err(|_| "too much memory for Tor")?;
    config.system().memory().max(memory);
    // No key on disk: the onion key comes with every plan, the others are made anew.
    let keys = ExplicitOrAuto::Explicit(ArtiKeystoreKind::Ephemeral);
    config.storage().keystore().primary().kind(keys);
    if !plan.bridges.is_empty() {
        use_bridges(&mut config, plan)?;
    }
    if let Some(network) = &plan.test_network {
        use_test_network(&mut config, network)?;
    }
    config.build().map_err(|error| format!("Tor's settings are inconsistent: {error}"))
}

/// Enters the network by bridges alone, each through its transport if it has one.
/// The transports run already: a path to a program would have the library start it in this role.
fn use_bridges(config: &mut TorClientConfigBuilder, plan: &ArtiPlan) -> Result<(), String> {
    let bridges = config.bridges();
    bridges.enabled(BoolOrAuto::Explicit(true));
    for (index, line) in plan.bridges.iter().enumerate() {
        let bridge = Bridge::parse(line);
        let bridge = bridge.map_err(|fault| format!("the bridge number {} {fault}", index + 1))?;
        bridges.bridges().push(bridge.into_config());
    }
    for transport in &plan.transports {
        let wrong = |_| format!("{:?} is no name of a transport", transport.name);
        let mut config = TransportConfigBuilder::default();
        config.protocols(vec![transport.name.parse().map_err(wrong)?]);
        config.proxy_addr(transport.address);
        bridges.transports().push(config);
    }
    Ok(())
}

/// Returns the onion service's settings.
pub(super) fn service(limits: &Limits) -> Result<OnionServiceConfig, String> {
    let mut config = OnionServiceConfigBuilder::default();
    config
        .nickname(NICKNAME.parse().map_err(|_| "the service's nickname is invalid")?)
        // The gate says the same; the library says it before it has made a stream of it.
        .max_concurrent_streams_per_circuit(limits.streams_per_circuit);
    config.build().map_err(|error| format!("the onion service's settings are wrong: {error}"))
}

fn use_test_network(
    config: &mut TorClientConfigBuilder,
    network: &TestNetwork,
) -> Result<(), String> {
    let mut authorities = AuthorityContacts::builder();
    let mut fallbacks = Vec::new();
    for authority in &network.authorities {
        let wrong = || "an authority of the test network is invalid".to_owned();
        let TestAuthority { v3ident, rsa, ed, orport } = authority;
        authorities.v3idents().push(RsaIdentity::from_hex(v3ident).ok_or_else(wrong)?);
        let ed = HEXLOWER_PERMISSIVE.decode(ed.as_bytes()).map_err(|_| wrong())?;
        let mut fallback = FallbackDir::builder();
        fallback
            .rsa_identity(RsaIdentity::from_hex(rsa).ok_or_else(wrong)?)
            .ed_identity(Ed25519Identity::from_bytes(&ed).ok_or_else(wrong)?)
            .orports()
            .push(([127, 0, 0, 1], *orport).into());
        fallbacks.push(fallback);
    }
    *config.tor_network().authorities() = authorities;
    // Left alone, the real network's fallbacks would stay, and be tried.
    config.tor_network().set_fallback_caches(fallbacks);
    // All relays of such a network have one address, which otherwise makes them one family.
    config.path_rules().ipv4_subnet_family_prefix(33).ipv6_subnet_family_prefix(129);
    // Its folders are thrown away, and lie where anybody may make folders.
    config.storage().permissions().dangerously_trust_everyone();
    Ok(())
}
