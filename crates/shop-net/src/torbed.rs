//! A private Tor network on loopback, made from Debian's tor.
