//! The tor role: between the supervisor's link, the shop's link and a backend.

use std::{
    os::fd::OwnedFd,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use shop_core::kind::{HasKind, Kind};
use tokio::{
    sync::{Semaphore, mpsc},
    time::timeout,
};
use tokio_util::task::TaskTracker;

use super::{
    BackendPlan, TorPlan,
    arti::Arti,
    backend::{Arrival, OnionBackend},
    socket::SocketBackend,
};
use crate::{
    link::{Ingress, Link, LinkError, Message},
    outbound::{Target, Via},
    pair, pump,
    status::Status,
};

/// Streams the shop may open through Tor at once.
const DIALS: usize = 64;

/// Longest time for a target to answer through Tor. Onion targets need a few circuits first.
const DIAL_PATIENCE: Duration = Duration::from_secs(90);

/// Arrivals and reports on their way.
const QUEUE: usize = 64;

/// Errors with which the tor role ends by itself. The supervisor starts it again.
#[derive(Debug, thiserror::Error)]
pub enum TorRoleError {
    /// Tor refuses its settings or its folders, or gave up.
    #[error("Tor cannot go on: {0}")]
    Backend(String),
}

impl HasKind for TorRoleError {
    fn kind(&self) -> Kind {
        match self {
            Self::Backend(_) => Kind::Unavailable,
        }
    }
}

/// Runs the tor role until told to stop or until the supervisor is gone.
/// It opens the onion door, answers dials, and reports on `link`. Needs a multi-threaded runtime.
///
/// No Tor network is no reason to end: that is reported as [`Status::Waiting`] and tried again.
/// The Tor library itself may end the process with `exit(1)` when the network says that it is too
/// old; the supervisor starts the role again and says so to the seller.
///
/// # Errors
/// See [`TorRoleError`].
pub async fn run(link: Link, plan: TorPlan) -> Result<(), TorRoleError> {
    tell(&link, Status::Started).await;
    tell(&link, Status::Address { onion: plan.address() }).await;
    let TorPlan { targets, limits, backend } = plan;
    let backend: Arc<dyn OnionBackend> = match backend {
        BackendPlan::Socket(plan) => Arc::new(SocketBackend::new(plan, limits)),
        BackendPlan::Arti(plan) => match Arti::new(plan, &targets, limits) {
            Ok(arti) => Arc::new(arti),
            Err(reason) => return Err(give_up(&link, reason).await),
        },
    };
    run_role(&link, backend, targets).await
}

/// Runs the role over any backend.
async fn run_role(
    link: &Link,
    backend: Arc<dyn OnionBackend>,
    mut targets: Vec<Target>,
) -> Result<(), TorRoleError> {
    targets.retain(|target| target.via() == Via::Tor);
    let (arrivals_in, mut arrivals) = mpsc::channel(QUEUE);
    let (news_in, mut news) = mpsc::channel(QUEUE);
    let desk = Arc::new(TorRole {
        backend: Arc::clone(&backend),
        targets,
        shop: Mutex::default(),
        dials: Arc::new(Semaphore::new(DIALS)),
        tasks: TaskTracker::new(),
    });
    let mut serving = std::pin::pin!(backend.serve(arrivals_in, news_in));
    let mut orders = std::pin::pin!(hear_supervisor(link, Arc::clone(&desk)));
    loop {
        tokio::select! {
            reason = &mut serving => return Err(give_up(link, reason).await),
            () = &mut orders => return Ok(()),
            Some(status) = news.recv() => tell(link, status).await,
            Some(arrival) = arrivals.recv() => desk.forward(arrival),
        }
    }
}

/// Parts that the role's tasks share.
struct TorRole {
    backend: Arc<dyn OnionBackend>,
    targets: Vec<Target>,
    shop: Mutex<Option<Arc<Link>>>,
    dials: Arc<Semaphore>,
    tasks: TaskTracker,
}

impl TorRole {
    /// Hands a visitor to the shop. Without a shop the visitor meets a closed stream.
    fn forward(&self, arrival: Arrival) {
        let Some(shop) = self.shop() else { return };
        let Ok((near, theirs)) = pair::new() else { return };
        self.tasks.spawn(async move {
            let Arrival { stream, pass } = arrival;
            let visit = Message::Visit { door: Ingress::Onion, circuit: pass.circuit() };
            let work = async {
                if shop.send(&visit, Some(theirs)).await.is_ok() {
                    pump::with_visitor(near, pass.counting(stream)).await;
                }
            };
            tokio::select! {
                () = work => {}
                () = pass.ended() => {}
            }
        });
    }

    /// Connects the shop to a target on the list.
    /// Whatever goes wrong, `fd` is just closed: the shop learns nothing about hosts from here, and
    /// neither does a log.
    fn dial(self: &Arc<Self>, purpose: &str, fd: OwnedFd) {
        let Some(place) = self.targets.iter().position(|target| target.purpose() == purpose) else {
            return;
        };
        let Ok(permit) = Arc::clone(&self.dials).try_acquire_owned() else { return };
        let desk = Arc::clone(self);
        self.tasks.spawn(async move {
            let Some(target) = desk.targets.get(place) else { return };
            let dialled = timeout(DIAL_PATIENCE, desk.backend.dial(target)).await;
            if let (Ok(near), Ok(Ok(far))) = (pair::from_fd(fd), dialled) {
                pump::with_target(near, far).await;
            }
            drop(permit);
        });
    }

    fn shop(&self) -> Option<Arc<Link>> {
        self.shop.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes a new shop role's link. The old one, if any, is dropped with its reader's end.
    fn set_shop_link(self: &Arc<Self>, fd: OwnedFd) {
        let Ok(link) = Link::from_fd(fd) else { return };
        let link = Arc::new(link);
        *self.shop.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&link));
        self.tasks.spawn(hear_shop(link, Arc::clone(self)));
    }
}

/// Reads the supervisor's link, and returns when the role has to end.
async fn hear_supervisor(link: &Link, desk: Arc<TorRole>) {
    loop {
        match link.recv().await {
            Ok((Message::Door, Some(fd))) => desk.set_shop_link(fd),
            Ok((Message::Ping, _)) => drop(link.send(&Message::Pong, None).await),
            Ok((Message::Stop, _)) | Err(LinkError::Closed | LinkError::Io(_)) => return,
            Ok(_) | Err(_) => {}
        }
    }
}

async fn hear_shop(link: Arc<Link>, desk: Arc<TorRole>) {
    loop {
        match link.recv().await {
            Ok((Message::Dial { purpose }, Some(fd))) => desk.dial(&purpose, fd),
            Ok((Message::EndCircuit { circuit }, _)) => desk.backend.end_circuit(circuit),
            Err(LinkError::Closed | LinkError::Io(_)) => break,
            Ok(_) | Err(_) => {}
        }
    }
    let mut shop = desk.shop.lock().unwrap_or_else(PoisonError::into_inner);
    if shop.as_ref().is_some_and(|current| Arc::ptr_eq(current, &link)) {
        *shop = None;
    }
}

async fn tell(link: &Link, status: Status) {
    let _ = link.send(&Message::Status(status), None).await;
}

async fn give_up(link: &Link, reason: String) -> TorRoleError {
    tell(link, Status::Waiting { reason: reason.clone() }).await;
    TorRoleError::Backend(reason)
}

#[cfg(test)]
mod tests;
