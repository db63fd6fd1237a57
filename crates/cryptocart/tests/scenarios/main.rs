//! Whole journeys through the real program.
//!
//! They use real processes, real files, real gpg, a real chain node and a real Tor network.

#![expect(clippy::disallowed_methods, reason = "tests drive the program from outside")]
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test that panics has failed")]

mod support;
// The private Tor network of shop-net's own tests.
#[path = "../../../shop-net/tests/torbed/network.rs"]
#[expect(dead_code, reason = "shop-net's tests use more of it")]
mod torbed;
// The programs that shop-chain's own tests start.
#[path = "../../../shop-chain/tests/chains/tools.rs"]
mod tools;

mod addresses;
mod assets;
mod backup;
mod bitcoin;
mod browser;
mod buying;
mod clear_web;
mod command_line;
mod copies;
mod crash;
mod currency;
mod doctor;
mod escrow;
mod escrow_arbiter;
mod escrow_browser;
mod escrow_endings;
mod escrow_home;
mod escrow_keeper;
mod escrow_onion;
mod ether;
mod fetching;
mod following;
mod four_assets;
mod handing_out;
mod isolation;
mod keeping_open;
mod keys;
mod mailbox;
mod memory;
mod onion;
mod onion_browser;
mod open_shop;
mod opening;
mod own_nodes;
mod rates;
mod reading;
mod readme;
mod sealed_codes;
mod selling;
mod service;
mod terminal;
mod tokens;
mod traces;
mod transports;
mod unseen;
mod view_key;
