//! `cryptocart doctor`.

use super::folder::Folder;
use crate::{
    config::plan::Plan,
    doctor::{self, Finding, Grade, Report, Subject},
    error::CliError,
    load,
    shop_dir::ShopDir,
    system::System,
    terminal::{self, many},
};
use clap::Args;
use shop_core::kind::Kind;

/// Indentation of the line that says what to do.
const INDENT: &str = "                      ";

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    dir: Folder,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        // As root if root asks: it only reads, and sees more.
        let dir = self.dir.shop_as_found();
        let plan = Plan::load(&dir).ok();
        let machine = doctor::System { preview: plan.as_ref().and_then(|plan| plan.preview) };
        let report = doctor::examine(&machine, &subject(&dir, plan.as_ref(), system));
        if self.json {
            terminal::json(&report.as_json());
        } else {
            say(&report);
        }
        match report.count(Grade::Bad) {
            0 => Ok(()),
            bad => {
                Err(CliError::new(Kind::Misconfigured, many(bad, "thing is bad", "things are bad")))
            }
        }
    }
}

/// Finds out about the shop what can be known; a machine without one is looked over, too.
fn subject(dir: &ShopDir, plan: Option<&Plan>, system: &System) -> Subject {
    let folder = std::fs::canonicalize(dir.path()).unwrap_or_else(|_| {
        std::path::absolute(dir.path()).unwrap_or_else(|_| dir.path().to_owned())
    });
    let throw_away_key = ShopDir::new(&folder).throw_away_key();
    let seller = plan.and_then(|plan| load::seal_cert(plan, system.hour()).ok());
    Subject {
        is_demo: plan.is_none_or(Plan::is_demo),
        seller: seller.map(|cert| cert.fingerprint()),
        folder,
        throw_away_key,
    }
}

fn say(report: &Report) {
    let mut group = "";
    for finding in &report.findings {
        if finding.group != group {
            group = finding.group;
            terminal::line(group);
        }
        terminal::line(line(finding));
        if let Some(cure) = &finding.cure {
            terminal::line(format!("{INDENT}{cure}"));
        }
    }
    if !report.unseen.is_empty() {
        let heading = if nix::unistd::geteuid().is_root() {
            "not seen"
        } else {
            "not seen, because root alone can (sudo cryptocart doctor)"
        };
        terminal::line(heading);
        for what in &report.unseen {
            terminal::line(format!("  {what}"));
        }
    }
    let bad = report.count(Grade::Bad);
    let look = report.count(Grade::Look);
    terminal::line(format!("{bad} bad, {look} to look at."));
}

fn line(finding: &Finding) -> String {
    format!("  {:<5} {:<13} {}", finding.grade.word(), finding.subject, finding.what)
}
