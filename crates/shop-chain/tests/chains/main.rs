//! Every chain passes one suite; and what is particular to each.

mod anvil;
mod demo;
mod ether;
mod liar;
mod mock;
mod rubbish;
