//! TLS to outbound targets, spoken in the shop role: the tor role sees ciphertext alone.

use std::{io, sync::Arc, sync::OnceLock};

use rustls::{
    ClientConfig, RootCertStore, client::Resumption, crypto::ring, pki_types::ServerName,
};
use tokio_rustls::TlsConnector;

use crate::BoxStream;

/// Opens a TLS session over `stream` with the host `host`, against the roots Mozilla trusts.
///
/// # Errors
/// The host cannot prove its name, or does not speak TLS 1.2 or newer.
pub async fn connect(host: &str, stream: BoxStream) -> io::Result<BoxStream> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    let mozilla = || RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = CONFIG.get_or_init(|| Arc::new(trusting(mozilla())));
    connect_with(Arc::clone(config), host, stream).await
}

/// Sessions are never resumed: an order code would tell a host that two circuits are one client.
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

#[cfg(test)]
mod tests {
    use rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivatePkcs8KeyDer},
    };
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// A certificate for `node.example`, good until 2126, under a root whose key was thrown away.
    const LEAF: &[u8] = include_bytes!("tls/leaf.der");
    const LEAF_KEY: &[u8] = include_bytes!("tls/leaf.key.der");
    const ROOT: &[u8] = include_bytes!("tls/root.der");

    async fn serve(stream: DuplexStream) -> io::Result<()> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(LEAF)],
                PrivatePkcs8KeyDer::from(LEAF_KEY).into(),
            )
            .unwrap();
        let mut stream = TlsAcceptor::from(Arc::new(config)).accept(stream).await?;
        stream.write_all(b"block 1").await?;
        stream.shutdown().await
    }

    fn test_roots() -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(ROOT)).unwrap();
        Arc::new(trusting(roots))
    }

    #[tokio::test]
    async fn a_host_that_proves_its_name_is_spoken_to() {
        let (ours, theirs) = duplex(4096);
        let client = async {
            let stream = connect_with(test_roots(), "node.example", Box::new(ours)).await;
            let mut heard = String::new();
            stream.unwrap().read_to_string(&mut heard).await.unwrap();
            heard
        };
        let (heard, served) = tokio::join!(client, serve(theirs));
        served.unwrap();
        assert_eq!(heard, "block 1");
    }

    #[tokio::test]
    async fn a_host_with_another_name_is_not() {
        let (ours, theirs) = duplex(4096);
        let client = connect_with(test_roots(), "other.example", Box::new(ours));
        let (refused, _) = tokio::join!(client, serve(theirs));
        assert_eq!(refused.map(drop).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn a_certificate_nobody_vouches_for_is_refused() {
        let (ours, theirs) = duplex(4096);
        let client = connect("node.example", Box::new(ours));
        let (refused, _) = tokio::join!(client, serve(theirs));
        assert_eq!(refused.map(drop).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn a_stream_that_just_ends_is_an_error_and_no_session() {
        let (ours, theirs) = duplex(4096);
        drop(theirs);
        assert!(connect("node.example", Box::new(ours)).await.is_err());
    }
}
