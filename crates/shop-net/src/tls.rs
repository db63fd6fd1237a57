//! TLS to outbound targets, spoken in the shop role: the tor role sees ciphertext alone.

use std::{io, sync::Arc, sync::OnceLock};

use rustls::{
    ClientConfig, RootCertStore, client::Resumption, crypto::ring, pki_types::ServerName,
};
use tokio_rustls::TlsConnector;

use crate::BoxStream;

/// A TLS session over `stream` with the host named `host`, against the roots Mozilla trusts.
///
/// # Errors
/// The host cannot prove its name, or does not speak TLS 1.2 or newer.
pub async fn connect(host: &str, stream: BoxStream) -> io::Result<BoxStream> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    let mozilla = || RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = CONFIG.get_or_init(|| Arc::new(trusting(mozilla())));
    connect_with(Arc::clone(config), host, stream).await
}

/// Sessions are never resumed: a ticket would tell a host that two circuits are one client.
fn trusting(roots: RootCertStore) -> ClientConfig {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has ciphers for TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    config
}

async fn connect_with(
    config: Arc<ClientConfig>,
    host: &str,
    stream: BoxStream,
) -> io::Result<BoxStream> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "not a name TLS knows"))?;
    Ok(Box::new(TlsConnector::from(config).connect(name, stream).await?))
}
