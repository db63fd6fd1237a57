//! Watching chains for money: the Watch trait, Ethereum, and a fake chain.
