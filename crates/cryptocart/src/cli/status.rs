//! `cryptocart status`.

use super::folder::Folder;
use crate::{
    config::Config,
    control::{self, ChainState, Question, RateStatus, RoleState, ShopStatus, Status, not_open},
    error::CliError,
    terminal,
};
use clap::Args;
use shop_core::kind::Kind;

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    dir: Folder,
    /// Print as JSON, in a stable format (docs/running.md).
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(&self) -> Result<(), CliError> {
        let dir = self.dir.shop();
        Config::load(&dir)?;
        let Some(shop) = control::open_shop(&dir)? else {
            return Err(not_open(&dir, "to open it"));
        };
        let status: Status = shop.ask(Question::Status)?;
        if self.json {
            terminal::line(serde_json::to_string_pretty(&status).unwrap_or_default());
        } else {
            for line in lines(&status) {
                terminal::line(line);
            }
        }
        if status.healthy {
            return Ok(());
        }
        let count = terminal::many(status.problems.len(), "thing is", "things are");
        Err(CliError::new(Kind::Unavailable, format!("the shop is open, but {count} not working")))
    }
}

fn lines(status: &Status) -> Vec<String> {
    let demo = if status.demo { "  (demo: simulated payments)" } else { "" };
    let mut lines = vec![format!("{}{demo}", status.name)];
    let mut row = |subject: &str, text: String| lines.push(format!("  {subject:<9} {text}"));
    let tor = status.roles.tor.map(|tor| format!(", tor {}", role(tor))).unwrap_or_default();
    row("processes", format!("shop {}{tor}", role(status.roles.shop)));
    if let Some(onion) = &status.onion {
        let reached =
            if status.reachable == Some(true) { "reachable" } else { "not reachable yet" };
        row("onion", format!("http://{onion}/   {reached}"));
    }
    if let Some(preview) = &status.preview {
        row("preview", format!("{preview}   (only on this machine)"));
    }
    if let Some(shop) = &status.shop {
        shop_lines(shop, &mut row);
    }
    for problem in &status.problems {
        lines.push(format!("  ERROR     {problem}"));
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
            ChainState::Seen => "payments are detected".to_owned(),
            ChainState::CatchingUp => {
                format!("{} blocks left to read", chain.blocks_behind)
            }
            ChainState::NotSeen => "payments are NOT DETECTED".to_owned(),
        };
        row(&chain.currency, format!("{state}{block}"));
    }
    for rate in &shop.rates {
        row("rate", rate_line(rate));
    }
    let written = if shop.mailbox.works { "writable" } else { "NOT WRITABLE" };
    let waiting = terminal::many(shop.backlog.mails, "mail waiting", "mails waiting");
    row("mailbox", format!("{written}, {waiting}"));
    if let Some(pool) = &shop.pool {
        row(
            "pool",
            format!(
                "of {} addresses, {} are unused and {} can be reused",
                pool.addresses, pool.never_given, pool.reusable
            ),
        );
    }
    row("disk", format!("{} MiB free", shop.disk.free_mib));
    for warning in &shop.warnings {
        row("WARNING", warning.clone());
    }
    if !shop.needs_restart.is_empty() {
        row("settings", format!("needs a restart: {}", shop.needs_restart.join(", ")));
    }
}

fn rate_line(rate: &RateStatus) -> String {
    let RateStatus { asset, currency, sources, by_hand, .. } = rate;
    let Some(price) = &rate.rate else { return format!("of {asset} in {currency}: NONE") };
    let from = if *by_hand { "by hand".to_owned() } else { sources.join(", ") };
    let hour = rate.hour.as_deref().unwrap_or_default();
    format!("1 {asset} = {price} {currency} ({from}; {hour})")
}

const fn role(state: RoleState) -> &'static str {
    match state {
        RoleState::Starting => "starting",
        RoleState::Running => "running",
        RoleState::Restarting => "restarting",
    }
}
