//! Lines about new orders: their numbers and nothing else, at the pace of a reader.

use shop_core::order::OrderId;
use std::time::Duration;
use tokio::time::Instant;

/// Shortest time between two lines.
const PACE: Duration = Duration::from_secs(5);

/// Number of orders a line names; the others are counted.
const MOST_NAMED: usize = 5;

/// New orders that are not told yet.
#[derive(Default)]
pub(super) struct OrderLines {
    /// The first of them.
    named: Vec<OrderId>,
    /// Number of all of them.
    count: u64,
    /// Time at which the last line was written.
    told: Option<Instant>,
}

impl OrderLines {
    /// Takes new orders: some of their numbers, and how many they are.
    pub(super) fn add(&mut self, some: &[OrderId], count: u64) {
        let room = MOST_NAMED.saturating_sub(self.named.len());
        self.named.extend(some.iter().take(room));
        self.count = self.count.saturating_add(count);
    }

    /// Returns the time of the next line, if there is something to tell.
    /// It may be over already.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        (self.count > 0).then(|| self.told.map_or(now, |told| told + PACE))
    }

    /// Returns the line that is due.
    pub(super) fn take(&mut self, now: Instant) -> Option<String> {
        self.due(now).filter(|due| *due <= now)?;
        self.told = Some(now);
        let count = std::mem::take(&mut self.count);
        let names: Vec<String> =
            std::mem::take(&mut self.named).iter().map(OrderId::to_string).collect();
        Some(match count.saturating_sub(names.len() as u64) {
            0 if count == 1 => format!("New order {}", names.concat()),
            0 => format!("New orders: {}", names.join(", ")),
            more => format!("New orders: {} and {more} more", names.join(", ")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> OrderId {
        OrderId::parse(&format!("K7Q2-9F{n:02}")).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn single_order_is_told_at_once() {
        let now = Instant::now();
        let mut orders = OrderLines::default();
        assert_eq!((orders.due(now), orders.take(now)), (None, None));
        orders.add(&[id(1)], 1);
        assert_eq!(orders.due(now), Some(now));
        assert_eq!(orders.take(now).as_deref(), Some("New order K7Q2-9F01"));
        assert_eq!((orders.due(now), orders.take(now)), (None, None));
    }

    #[tokio::test(start_paused = true)]
    async fn many_orders_are_told_in_one_line() {
        let now = Instant::now();
        let mut orders = OrderLines::default();
        orders.add(&[id(1)], 1);
        orders.take(now);
        for n in 2..5 {
            orders.add(&[id(n)], 1);
        }
        assert_eq!(orders.take(now + PACE / 2), None);
        assert_eq!(orders.due(now), Some(now + PACE));
        let line = orders.take(now + PACE);
        assert_eq!(line.as_deref(), Some("New orders: K7Q2-9F02, K7Q2-9F03, K7Q2-9F04"));
        orders.add(&[id(5), id(6), id(7)], 1_000);
        orders.add(&[id(8), id(9), id(10)], 3);
        let line = orders.take(now + 2 * PACE).unwrap();
        assert!(line.ends_with("K7Q2-9F08, K7Q2-9F09 and 998 more"), "{line}");
        assert!(line.len() < 80, "{line}");
    }
}
