//! An onion service that is not a shop: an attestor's, an arbiter's.
//!
//! It has the processes of a shop: a supervisor, which owns the terminal; the tor role; and a role
//! that answers, in an empty network. What differs is said by whoever hosts one ([`Hosted`]), and
//! by the role that answers ([`role::run`]).

pub(crate) mod check_page;
mod host;
pub(crate) mod nodes;
pub(crate) mod role;
pub(crate) mod settings;

pub(crate) use host::{Hosted, ServiceTor, run};
