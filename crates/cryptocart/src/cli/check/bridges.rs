//! Findings about bridges and transports. None of them says where a bridge is.

use super::report::Found;
use crate::{config::plan::Plan, runtime::block_on, terminal::many, transport};

/// Counts the bridges, and tries out each transport.
/// It is started, and ended when it is ready; it connects to nothing before Tor asks it to.
pub(super) fn findings(plan: &Plan) -> Vec<Found> {
    let Some(tor) = plan.tor.as_ref().filter(|tor| !tor.bridges.is_empty()) else {
        return Vec::new();
    };
    let count = many(tor.bridges.len(), "bridge", "bridges");
    let mut found = vec![("bridges", Ok(format!("Tor is entered by {count}")))];
    for program in &tor.programs {
        found.push(("transport", block_on(transport::try_out(program))));
    }
    found
}
