//! Every socket of the shop: onion and loopback inbound, outbound streams by purpose.
