//! Choice of the circuits that give way when places are scarce.

use std::{cmp::Reverse, sync::atomic::Ordering, time::Duration};

use super::{Limits, Open, State};

/// A circuit this young is not judged by what it has moved.
const YOUNG: Duration = Duration::from_secs(10);

/// Bytes a second since it was opened, above which a circuit counts as in use.
const STILL: u64 = 400;

impl Limits {
    /// Returns the streams every circuit can have when there are as many as may be.
    pub(super) fn fair(self) -> u32 {
        (self.connections / self.circuits.max(1)).max(1)
    }

    /// Returns the number of streams a circuit may have while `taken` are open over all circuits.
    /// It is its whole share while half of all are free, then half of that, and then a quarter.
    /// With none free, it is the fair number.
    pub(super) fn share(self, taken: u32) -> u32 {
        let taken = u64::from(taken);
        let all = u64::from(self.connections);
        let part = match self.streams_per_circuit {
            _ if taken >= all => 0,
            whole if taken * 2 < all => whole,
            whole if taken * 4 < all * 3 => whole / 2,
            whole => whole / 4,
        };
        part.max(self.fair()).min(self.streams_per_circuit)
    }
}

impl Open {
    fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }
}

impl State {
    /// Ends the circuit that was idle longest.
    /// Somebody who holds circuits and uses none of them must not keep others out.
    pub(super) fn end_longest_idle(&mut self) -> bool {
        let idle = self.circuits.iter().filter(|(_, open)| open.streams == 0);
        let longest = idle.min_by_key(|(_, open)| open.idle_since).map(|(circuit, _)| *circuit);
        longest.is_some_and(|circuit| self.end(circuit))
    }

    /// Ends the circuit that moves least, if it is old enough and hardly in use.
    /// Somebody who holds each by a stream on which nothing happens must not keep others out.
    pub(super) fn end_stillest(&mut self, now: Duration) -> bool {
        let pace = |open: &Open| {
            let age = now.saturating_sub(open.since);
            (age >= YOUNG).then(|| open.moved() / age.as_secs().max(1)).filter(|pace| *pace < STILL)
        };
        let still =
            self.circuits.iter().filter_map(|(circuit, open)| Some((pace(open)?, *circuit)));
        let stillest = still.min().map(|(_, circuit)| circuit);
        stillest.is_some_and(|circuit| self.end(circuit))
    }

    /// Ends the circuit with most streams, if they are more than is fair.
    /// If several have most, it ends the one that moved least.
    pub(super) fn end_heaviest(&mut self, fair: u32) -> bool {
        let heavy = self.circuits.iter().filter(|(_, open)| open.streams > fair);
        let heaviest = heavy.max_by_key(|(circuit, open)| {
            (open.streams, Reverse(open.moved()), Reverse(**circuit))
        });
        let heaviest = heaviest.map(|(circuit, _)| *circuit);
        heaviest.is_some_and(|circuit| self.end(circuit))
    }
}
