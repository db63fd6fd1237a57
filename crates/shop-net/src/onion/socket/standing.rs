//! State of every tor in front, and of the shop's address by all of them.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::{onion::Front, status::Status};

/// State of one tor in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FrontState {
    /// Nothing is known yet, or nothing moves: the reason.
    Waiting(String),
    /// It runs, and lets us in.
    Connected,
    /// A visitor has come through it since.
    Reached,
}

/// The states, and who is told of changes.
#[derive(Debug)]
pub(super) struct Standing {
    states: Mutex<Vec<Option<FrontState>>>,
    names: Vec<String>,
    news: mpsc::Sender<Status>,
}

impl Standing {
    pub(super) fn new(fronts: &[Front], news: mpsc::Sender<Status>) -> Arc<Self> {
        // One alone needs no name.
        let name = |front: &Front| match fronts.len() {
            1 => String::new(),
            _ => format!("front {}: ", front.socket.display()),
        };
        Arc::new(Self {
            states: Mutex::new(vec![None; fronts.len()]),
            names: fronts.iter().map(name).collect(),
            news,
        })
    }

    /// Notes the state of one tor, and tells the seller if that is news.
    pub(super) async fn set(&self, index: usize, state: FrontState) {
        for status in self.change(index, state) {
            let _ = self.news.send(status).await;
        }
    }

    /// Returns true if a tor runs, and nobody has come through any.
    pub(super) fn waits_for_visitor(&self) -> bool {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let has = |wanted| states.iter().flatten().any(|state| *state == wanted);
        has(FrontState::Connected) && !has(FrontState::Reached)
    }

    /// Returns the reports that a change makes, in order.
    fn change(&self, index: usize, state: FrontState) -> Vec<Status> {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(own) = states.get_mut(index) else { return Vec::new() };
        // A visitor who comes before the control socket answers shows more than that it does.
        let is_less = *own == Some(FrontState::Reached) && state == FrontState::Connected;
        if *own == Some(state.clone()) || is_less {
            return Vec::new();
        }
        *own = Some(state.clone());
        let mut said = Vec::new();
        if let FrontState::Waiting(reason) = state {
            let name = self.names.get(index).map_or("", String::as_str);
            said.push(Status::Waiting { reason: format!("{name}{reason}") });
        }
        let has = |wanted| states.iter().flatten().any(|state| *state == wanted);
        if has(FrontState::Reached) {
            said.push(Status::Reachable);
        } else if has(FrontState::Connected) {
            said.push(Status::Announcing);
        }
        said
    }
}
