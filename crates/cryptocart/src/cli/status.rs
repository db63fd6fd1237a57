//! `cryptocart status`.

use super::folder::Folder;
use crate::{
    config::Config,
    control::{self, ChainState, Question, RoleState, ShopStatus, Status, not_open},
    error::CliError,
    say,
};
use clap::Args;
use shop_core::kind::Kind;

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    dir: Folder,
    /// As JSON, in a form that stays the same.
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(&self) -> Result<(), CliError> {
        let dir = self.dir.shop();
        Config::load(&dir)?;
        let Some(shop) = control::open_shop(&dir)? else {
            return Err(not_open(&dir, "open it"));
        };
        let status: Status = shop.ask(Question::Status)?;
        if self.json {
            say::line(serde_json::to_string_pretty(&status).unwrap_or_default());
        } else {
            for line in lines(&status) {
                say::line(line);
            }
        }
        if status.healthy {
            return Ok(());
        }
        let count = say::many(status.problems.len(), "thing does", "things do");
        Err(CliError::new(Kind::Unavailable, format!("the shop is open, and {count} not work")))
    }
}

fn lines(status: &Status) -> Vec<String> {
    let demo = if status.demo { "  (demo: payments are simulated)" } else { "" };
    let mut lines = vec![format!("{}{demo}", status.name)];
    let mut row = |subject: &str, text: String| lines.push(format!("  {subject:<9} {text}"));
    let tor = status.roles.tor.map(|tor| format!(", tor {}", role(tor))).unwrap_or_default();
    row("processes", format!("shop {}{tor}", role(status.roles.shop)));
    if let Some(onion) = &status.onion {
        let reached = if status.reachable == Some(true) { "is open" } else { "not reachable yet" };
        row("onion", format!("http://{onion}/   {reached}"));
    }
    if let Some(preview) = &status.preview {
        row("preview", format!("{preview}   (this machine alone)"));
    }
    if let Some(shop) = &status.shop {
        shop_lines(shop, &mut row);
    }
    for problem in &status.problems {
        lines.push(format!("  WRONG     {problem}"));
    }
    lines
}

fn shop_lines(shop: &ShopStatus, row: &mut impl FnMut(&str, String)) {
    row("seller", format!("orders and notices are sealed to {}", shop.sealed_to));
    for chain in &shop.chains {
        let block = match (chain.newest_block, &chain.newest_block_hour) {
            (Some(block), Some(hour)) => format!(", block {block} of {hour}"),
            _ => String::new(),
        };
        let state = match chain.state {
            ChainState::Starting => "not read yet".to_owned(),
            ChainState::Seen => "payments are seen".to_owned(),
            ChainState::CatchingUp => {
                format!("{} blocks are still to be read", chain.blocks_behind)
            }
            ChainState::NotSeen => "payments are NOT SEEN".to_owned(),
        };
        row(&chain.currency, format!("{state}{block}"));
    }
    let written = if shop.mailbox.works { "can be written" } else { "CANNOT BE WRITTEN" };
    let waiting = say::many(shop.backlog.mails, "mail waits", "mails wait");
    row("mailbox", format!("{written}, {waiting}"));
    if let Some(pool) = &shop.pool {
        row(
            "pool",
            format!(
                "of {} addresses {} were never given, {} can be given again",
                pool.addresses, pool.never_given, pool.reusable
            ),
        );
    }
    row("disk", format!("{} MiB are free", shop.disk.free_mib));
    if !shop.needs_restart.is_empty() {
        row("settings", format!("needs a restart: {}", shop.needs_restart.join(", ")));
    }
}

const fn role(state: RoleState) -> &'static str {
    match state {
        RoleState::Starting => "is starting",
        RoleState::Running => "runs",
        RoleState::Restarting => "is started again",
    }
}
