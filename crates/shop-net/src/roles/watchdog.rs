//! Noticing a role that runs but no longer does anything.
//!
//! The supervisor sends [`Message::Ping`] on the role's link, and the role answers from the loop
//! that does its work. Questions are counted, not hours: a machine that slept, or a supervisor that
//! was stopped, has asked nothing meanwhile and blames nobody.

use std::time::Duration;

use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};

use crate::link::{Link, Message};

/// Settings for watching a role.
#[derive(Clone, Copy, Debug)]
pub struct Watchdog {
    /// Time between two questions, and the time an answer may take.
    pub every: Duration,
    /// Number of questions in a row without an answer after which a role counts as stuck.
    pub most_unanswered: u32,
}

impl Watchdog {
    /// A minute: far more than a loaded machine needs, and short for a shop that is closed.
    pub const USUAL: Self = Self { every: Duration::from_secs(5), most_unanswered: 12 };

    /// Asks for ever, and returns when the role counts as stuck.
    /// `answers` changes with each answer.
    pub(super) async fn watch(self, link: &Link, mut answers: watch::Receiver<u64>) {
        let mut ticks = interval_at(Instant::now() + self.every, self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut unanswered = 0;
        while unanswered < self.most_unanswered {
            ticks.tick().await;
            answers.borrow_and_update();
            let asked = async {
                // A link that is full or broken brings no answer either.
                let _ = link.send(&Message::Ping, None).await;
                answers.changed().await
            };
            match timeout(self.every, asked).await {
                Ok(Ok(())) => unanswered = 0,
                Ok(Err(_)) | Err(_) => unanswered += 1,
            }
        }
    }
}
