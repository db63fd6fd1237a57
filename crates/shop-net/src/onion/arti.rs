//! The backend that runs inside the tor role: arti.

/// What to log of the Tor library in the tor role, for an `EnvFilter`: nothing below errors, and
/// nothing at all of what names relays, hosts or circuits.
pub const LOG_FILTER: &str = "error,tor_netdir=off,tor_guardmgr=off,tor_circmgr=off,tor_hsservice=off,tor_hsclient=off,tor_chanmgr=off,tor_dirmgr=off,tor_proto=off,arti_client=off";
