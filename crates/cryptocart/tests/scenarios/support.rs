//! Parts the journeys share: a running shop, a buyer, a seller, a node.

mod altering;
mod arbiter;
pub(crate) mod attestors;
mod buyer;
pub(crate) mod escrow;
mod firefox;
pub(crate) mod html;
mod listed;
mod marionette;
mod mutt;
mod node;
mod proxy;
mod real;
mod responder;
mod seller;
mod shop;
mod socks;
mod sshd;
mod terminal;
mod wait;

pub(crate) use altering::{Alter, Altering};
pub(crate) use arbiter::Arbiter;
pub(crate) use buyer::{Buyer, Connect, Placed};
pub(crate) use firefox::Firefox;
pub(crate) use listed::{becomes, listed, until_listed};
pub(crate) use mutt::Mutt;
pub(crate) use node::Anvil;
pub(crate) use proxy::Proxy;
pub(crate) use real::{CHAIN, WALLET, asks_nodes, real_shop, turn_real, wei};
pub(crate) use responder::Responder;
pub(crate) use seller::{Seller, sealed};
pub(crate) use shop::{Shop, children, cryptocart, refused, with_an_order};
pub(crate) use socks::Socks;
pub(crate) use sshd::Sshd;
pub(crate) use terminal::Terminal;
pub(crate) use wait::{until, until_within};

/// Form fields, by name.
pub(crate) type Form<'a> = &'a [(&'a str, &'a str)];

/// An address nobody has.
pub(crate) const SHIP_TO: Form<'static> = &[
    ("recipient", "Ada Byron"),
    ("street", "12 St James's Square"),
    ("city", "London"),
    ("province", "England"),
    ("country", "UK"),
    ("postcode", "SW1Y 4JH"),
];
