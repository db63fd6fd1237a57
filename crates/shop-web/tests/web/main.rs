//! Tests of the storefront as a browser meets it: whole requests in, whole answers out.

#![expect(clippy::unwrap_used, reason = "helpers are tests too: one that cannot go on panics")]

mod billing;
mod canary;
mod cart;
mod catalogue;
mod chains;
mod clear_web;
mod clocks;
mod csrf;
mod currency;
mod digital;
mod doubts;
mod encrypted;
mod escrow;
mod escrow_order;
mod forms_again;
mod headers;
mod hostile;
mod languages;
mod lint;
mod lists;
mod order;
mod order_life;
mod placing;
mod refund;
mod relay;
mod rush;
mod shop;
mod short;
mod snapshots;
mod theme;
mod unseen;
mod visitor;
mod wire;
