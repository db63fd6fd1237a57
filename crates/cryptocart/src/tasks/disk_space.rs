//! The room task: no orders are taken while the disk is nearly full.
//!
//! It acts before anything is written half. Prices stay up, payments are still watched, and the
//! seller is told once.

use super::health::Monitor;
use crate::health::Part;
use nix::sys::statvfs::statvfs;
use shop_web::ShopWeb;
use std::{io, path::Path, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Least free bytes with which orders are taken (`security.md`, section 4).
/// The database may grow to half of it, and its log and the mailbox need the rest.
pub(crate) const LEAST: u64 = 512 << 20;
/// Free bytes from which orders are taken again.
/// It is more than [`LEAST`], so that a disk at the edge is not told about all day.
const ENOUGH: u64 = LEAST + (64 << 20);
/// Interval at which the disk is looked at.
const PAUSE: Duration = Duration::from_secs(30);

/// Returns the number of bytes the shop may still write in this folder.
pub(crate) fn free(folder: &Path) -> io::Result<u64> {
    let found = statvfs(folder).map_err(io::Error::from)?;
    Ok(found.blocks_available().saturating_mul(found.fragment_size()))
}

/// Returns a number of bytes in MiB, for the seller.
pub(crate) const fn mib(bytes: u64) -> u64 {
    bytes >> 20
}

/// Judgement on the disk's room for orders.
#[derive(Debug, Default)]
struct Room {
    is_short: bool,
}

impl Room {
    /// Returns true if orders are taken from now on, false if not, none if nothing changed.
    fn judge(&mut self, free: u64) -> Option<bool> {
        let is_short = free < if self.is_short { ENOUGH } else { LEAST };
        let changed = is_short != self.is_short;
        self.is_short = is_short;
        changed.then_some(!is_short)
    }
}

/// Looks until told to stop. `look` says how much is free.
pub(crate) async fn run(
    look: impl Fn() -> io::Result<u64> + Send,
    web: Arc<ShopWeb>,
    monitor: Arc<Monitor>,
    stop: CancellationToken,
) {
    let mut room = Room::default();
    loop {
        match look() {
            Ok(free) => match room.judge(free) {
                Some(true) => {
                    monitor.works(Part::Disk);
                    web.take_orders(true);
                }
                Some(false) => {
                    let free = mib(free);
                    let least = mib(LEAST);
                    let why = format!("{free} MiB free, {least} MiB needed");
                    monitor.fails(Part::Disk, why, true);
                    web.take_orders(false);
                }
                None => {}
            },
            Err(error) => tracing::warn!("checking free disk space: {error}"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Between the two limits nothing changes, so nothing is said again.
    #[test]
    fn disk_at_the_edge_is_told_once() {
        let mut room = Room::default();
        assert_eq!(room.judge(LEAST), None);
        assert_eq!(room.judge(LEAST - 1), Some(false));
        assert_eq!(room.judge(0), None);
        assert_eq!(room.judge(LEAST + 1), None);
        assert_eq!(room.judge(ENOUGH), Some(true));
        assert_eq!(room.judge(LEAST), None);
    }

    #[test]
    fn this_disk_has_room_for_its_own_test() {
        assert!(free(Path::new(".")).unwrap() > 0);
        assert!(free(Path::new("/no/such/folder")).is_err());
    }
}
