//! Role that answers for a service, in a process without a network.

use crate::{
    error::{CliError, IoContext},
    role_process,
    system::System,
};
use serde::{Deserialize, Serialize};
use shop_net::{
    isolate::{self, Paths},
    link::{Ingress, Message},
    outbound::Target,
    shop_side::{ClientConnection, Dialer, Event, Reporter, ShopSide},
    status::Status,
};
use shop_web::{
    Ended, Hosts,
    service::{ServicePages, ServiceSite},
};
use std::{net::SocketAddr, path::PathBuf, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Longest time open pages and tasks may take when the service closes.
/// The supervisor waits 1.5 seconds for all.
const DRAIN: Duration = Duration::from_millis(1_000);

/// Plan of the role.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ServicePlan {
    /// Folder of the service.
    pub(crate) dir: PathBuf,
    /// Onion address, `<56 characters>.onion`.
    pub(crate) onion: Option<String>,
    /// Address of the preview on this machine.
    pub(crate) preview: Option<SocketAddr>,
    /// Everything the role may dial.
    pub(crate) targets: Vec<Target>,
    /// Settings of the service, as its own code reads them.
    pub(crate) settings: serde_json::Value,
}

/// Service that is open.
pub(crate) struct Opened {
    /// Name on its pages.
    pub(crate) name: String,
    /// Its pages.
    pub(crate) pages: Box<dyn ServicePages>,
    /// Its tasks; they end when the token is cancelled.
    pub(crate) tasks: TaskTracker,
}

/// Tools that a service is opened with.
pub(crate) struct Tools {
    /// Way out, by purpose.
    pub(crate) dialer: Dialer,
    /// Time and randomness.
    pub(crate) system: System,
    /// Cancelled when the service closes.
    pub(crate) stop: CancellationToken,
}

/// Runs a role that answers: `paths` says which files it may use, `open` opens the service.
pub(crate) fn run<F>(
    system: &System,
    paths: impl FnOnce(&ServicePlan) -> Result<Paths, CliError>,
    open: impl FnOnce(ServicePlan, Tools) -> F,
) -> Result<(), CliError>
where
    F: Future<Output = Result<Opened, CliError>>,
{
    let plan: ServicePlan = role_process::read_plan()?;
    match isolate::empty_network() {
        Ok(()) => {}
        Err(error) if error.harmless() => {
            crate::terminal::warn(format!("WARNING: this process still has a network: {error}"));
        }
        Err(error) => {
            return Err(CliError::misconfigured(format!("removing network access: {error}")));
        }
    }
    isolate::harden().io_context(|| "starting the service".into())?;
    let paths = paths(&plan)?;
    for missing in isolate::confine(isolate::Confinement::Shop, &paths) {
        crate::terminal::warn(format!("WARNING: {}", missing.words()));
    }
    role_process::log_to_stderr("warn")?;
    role_process::block_on(async {
        let side = ShopSide::start(role_process::link()?, plan.targets.clone());
        let stop = CancellationToken::new();
        let tools = Tools { dialer: side.dialer(), system: system.clone(), stop: stop.clone() };
        let hosts = hosts(&plan);
        let opened = open(plan, tools).await?;
        let site = ServiceSite::new(&opened.name, hosts, system.clock.clone(), opened.pages);
        answer(side, site, opened.tasks, &stop).await;
        Ok(())
    })
}

/// Answers visitors until the supervisor says stop.
async fn answer(
    mut side: ShopSide,
    site: ServiceSite,
    tasks: TaskTracker,
    stop: &CancellationToken,
) {
    let reporter = side.reporter();
    reporter.tell(&Message::Status(Status::Open)).await;
    let visits = TaskTracker::new();
    loop {
        match side.next().await {
            Event::Visit(visit) => {
                visits.spawn(visited(visit, site.clone(), reporter.clone()));
            }
            Event::Ping => reporter.alive().await,
            Event::Stop => break,
            Event::Reload | Event::Ask(..) | Event::Word(_) => {}
        }
    }
    stop.cancel();
    visits.close();
    tasks.close();
    let all = async { tokio::join!(visits.wait(), tasks.wait()) };
    drop(tokio::time::timeout(DRAIN, all).await);
}

async fn visited(visit: ClientConnection, site: ServiceSite, reporter: Reporter) {
    let who = shop_web::ClientInfo {
        door: match visit.door {
            Ingress::Onion => shop_web::Ingress::Onion,
            Ingress::Preview | Ingress::Clear => shop_web::Ingress::Preview,
        },
        circuit: visit.circuit,
    };
    let ended = shop_web::serve_connection(visit.stream, who, site).await;
    if matches!(ended, Ok(Ended::Crowding)) {
        reporter.end_circuit(visit.door, visit.circuit).await;
    }
}

fn hosts(plan: &ServicePlan) -> Hosts {
    let preview = plan
        .preview
        .map_or_else(Vec::new, |at| vec![at.to_string(), format!("localhost:{}", at.port())]);
    Hosts { onion: plan.onion.clone(), preview, clear: None }
}
