//! Tests against values that others computed, and of what must be refused.

mod contract;
mod keys;
mod vectors;
