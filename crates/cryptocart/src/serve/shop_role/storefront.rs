//! Content of the open shop, read from its folder.

use super::{ShopPlan, note};
use crate::{
    config::plan::Plan,
    content::{ContentFacts, PictureWork, Problem, ShopContent},
    digital::CodeLists,
    error::CliError,
    payments::ShopPayments,
};
use shop_core::{kind::Kind, time::CoarseTime};
use shop_net::shop_side::Reporter;
use shop_web::{Payments, StorefrontSource};
use std::sync::Arc;

/// Reads everything that the shop shows.
pub(super) async fn load(
    plan: &Plan,
    told: &ShopPlan,
    lists: &Arc<CodeLists>,
    today: CoarseTime,
    work: PictureWork,
) -> Result<ShopContent, CliError> {
    let plan = plan.clone();
    let onion = told.onion.clone();
    let lists = Arc::clone(lists);
    off_thread("reading the shop's files", move || {
        let facts = ContentFacts { lists: &lists, onion: onion.as_deref(), today };
        ShopContent::load(&plan, &facts, work)
            .map_err(|problems| Problem::in_one(problems, &plan.dir))
    })
    .await
}

/// Tells what was made, and what the seller should do about the files that others can check.
pub(super) async fn tell(content: &ShopContent, reporter: &Reporter) {
    let made = content.pictures.made;
    if made > 0 {
        note(reporter, "pictures", &format!("prepared {made}, metadata removed")).await;
    }
    for (name, warning) in &content.identity.warnings {
        note(reporter, "identity", &format!("{name}: {warning}")).await;
    }
}

/// Returns what stands in for the seller's theme, each in a sentence.
pub(super) fn ignored(content: &ShopContent) -> Vec<String> {
    content.theme.flaws.iter().map(|flaw| format!("ignored: {flaw}")).collect()
}

/// Makes the storefront's source from everything that was read.
pub(super) fn source(
    content: ShopContent,
    plan: &Plan,
    payments: &ShopPayments,
) -> StorefrontSource {
    content.into_source(plan, payments.assets())
}

/// Runs work that reads files or makes pictures on a thread beside the tasks.
pub(super) async fn off_thread<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T, CliError> + Send + 'static,
) -> Result<T, CliError> {
    let failed = |_| CliError::new(Kind::Bug, format!("{what} failed"));
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}
