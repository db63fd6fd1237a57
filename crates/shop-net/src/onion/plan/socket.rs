//! Task of the tor role with C tor in processes of its own.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{isolate::Paths, onion::OnionAddress};

/// Settings of the fronts. The onion keys are theirs, and never pass through here.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SocketPlan {
    /// The shop's address: the one tor's, or that of all of them together.
    pub address: OnionAddress,
    /// Each tor that hands streams to the shop.
    pub fronts: Vec<Front>,
}

/// One C tor, by the Unix sockets it is spoken with. All paths are full ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// Socket on which the shop listens, and to which this tor hands its streams.
    pub socket: PathBuf,
    /// This tor's control socket; none: its circuits cannot be closed, only their streams.
    pub control: Option<PathBuf>,
    /// This tor's authentication cookie; none: the control socket asks for nothing.
    pub cookie: Option<PathBuf>,
    /// This tor's SOCKS socket; none: nothing goes out through it.
    pub socks: Option<PathBuf>,
}

impl SocketPlan {
    /// Returns the files the role may use: the folders of its own sockets, and of the cookies.
    ///
    /// A tor that starts again writes a new cookie, which is another file: its folder stands for it.
    /// Sockets of others need no leave, because connecting is judged by their mode.
    pub(super) fn paths(&self) -> Paths {
        let folder = |path: &PathBuf| path.parent().map(Path::to_owned);
        Paths {
            read: self.fronts.iter().filter_map(|front| folder(front.cookie.as_ref()?)).collect(),
            write: self.fronts.iter().filter_map(|front| folder(&front.socket)).collect(),
            ..Paths::default()
        }
    }
}
