//! Tests that every chain passes one suite, and of what is particular to each.

mod anvil;
mod bitcoin;
mod bitcoind;
mod demo;
mod escrow;
mod escrow_endings;
mod ether;
mod feeds;
mod ganache;
mod heavy;
mod kind;
mod liar;
mod makes;
mod mock;
mod monero;
mod monero_chain;
mod monero_lies;
mod monero_node;
mod monero_real;
mod monerod;
mod own;
mod rubbish;
mod stand;
mod suite;
mod synthetic;
mod token;
