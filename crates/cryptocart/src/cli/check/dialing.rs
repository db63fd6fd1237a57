//! Dialling this machine while the shop is not open.

use crate::error::{CliError, IoContext};
use shop_net::{
    link::{Link, Message},
    outbound::{LoopbackDialer, Target},
    shop_side::{Dialer, ShopSide},
};

/// Runs `ask` with a dialer of those targets that are on this machine.
/// Without a Tor process no other can be reached: nothing is sent to one.
pub(super) async fn with_dialer<T>(
    targets: Vec<Target>,
    ask: impl AsyncFnOnce(Dialer) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let (ours, theirs) = Link::pair().io_context(|| "dialling this machine".into())?;
    let shop = Link::from_fd(theirs).io_context(|| "dialling this machine".into())?;
    let side = ShopSide::start(shop, targets.clone());
    let dialer = side.dialer();
    tokio::select! {
        answers = ask(dialer) => answers,
        () = dial(ours, targets) => Err(CliError::input("dialling this machine ended")),
    }
}

/// Dials this machine, as the supervisor of an open shop does.
async fn dial(link: Link, targets: Vec<Target>) {
    let door = LoopbackDialer::new(targets);
    let tasks = tokio_util::task::TaskTracker::new();
    while let Ok((message, fd)) = link.recv().await {
        if let (Message::Dial { purpose }, Some(fd)) = (message, fd) {
            let door = door.clone();
            tasks.spawn(async move { door.answer(&purpose, fd).await });
        }
    }
}
