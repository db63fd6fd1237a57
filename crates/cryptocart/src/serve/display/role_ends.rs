//! Ends of roles: each is told, and one that keeps ending is told once more.

use std::time::Duration;
use tokio::time::Instant;

/// A role that ends again after so long was well in between.
const WELL: Duration = Duration::from_secs(10 * 60);
/// Ends of a role in a row after which it is said that it will not get well by itself.
const TOO_OFTEN: u32 = 3;

/// Number of ends of a role in a row, and their reason.
#[derive(Default)]
pub(super) struct RoleEnds(Option<Ends>);

struct Ends {
    role: String,
    reason: Option<String>,
    count: u32,
    last: Instant,
}

impl RoleEnds {
    /// Returns what to say of a role that ended.
    /// That is something at once, and once more when it keeps ending for one reason.
    pub(super) fn ended(
        &mut self,
        role: &str,
        reason: Option<String>,
        now: Instant,
    ) -> Option<String> {
        let same = |ends: &&Ends| {
            ends.role == role && ends.reason == reason && now.duration_since(ends.last) < WELL
        };
        let count = self.0.as_ref().filter(same).map_or(1, |ends| ends.count.saturating_add(1));
        let text = match count {
            1 => Some("stopped unexpectedly; restarting it".to_owned()),
            TOO_OFTEN => {
                let why = reason.as_deref().unwrap_or("see its last lines above");
                Some(format!(
                    "has stopped {count} times in a row: {why}. It is restarted every minute, \
                     without further messages"
                ))
            }
            _ => None,
        };
        self.0 = Some(Ends { role: role.to_owned(), reason, count, last: now });
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn role_that_keeps_ending_is_said_once_more_with_its_reason() {
        let mut ends = RoleEnds::default();
        let reason = || Some("Tor cannot use its folder".to_owned());
        let mut said = Vec::new();
        for _ in 0..6 {
            said.push(ends.ended("tor", reason(), Instant::now()));
            tokio::time::advance(Duration::from_secs(60)).await;
        }
        assert!(said[0].as_ref().is_some_and(|said| said.contains("restarting it")));
        let third = said[2].as_deref().unwrap_or_default();
        assert!(third.contains("3 times in a row: Tor cannot use its folder"), "{third}");
        assert_eq!(said.iter().flatten().count(), 2, "the others are not said");
        assert!(ends.ended("tor", None, Instant::now()).is_some(), "another reason");
        tokio::time::advance(WELL).await;
        let said = ends.ended("tor", None, Instant::now());
        assert!(said.is_some_and(|said| said.contains("restarting it")));
    }
}
