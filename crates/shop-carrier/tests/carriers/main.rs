//! Every carrier through one suite.
//!
//! These are the fake one in this process, and the clients of Canada Post's two APIs and of USPS,
//! each against a server that speaks as theirs does.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

mod hostile;
mod stand;
mod suite;
