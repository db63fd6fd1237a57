//! Every source through one suite, against servers of our own, and recorded forms of answers.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

mod hostile;
mod recorded;
mod stand;
mod suite;
