//! `cryptocart escrow refund`, `dispute`, `finalize`, `release` and `pull`.

use super::{
    chain::Chain,
    decide::{ReleaseProof, Wish},
    home::{Home, HomeArgs},
    order::{self, Order, OrderArgs},
    records::Records,
    settings::Settings,
    transact::{Desk, Outcome, SendArgs},
};
use crate::{
    error::CliError, escrow::sending::ether, files, runtime::block_on, system::System, terminal,
};
use clap::Args;
use shop_chain::ethereum::escrow::{
    Act, Domain, act_digest, is_signed_by, release_digest, release_hash,
};
use shop_core::{
    escrow::{Signature, Statement},
    kind::Kind,
    order::OrderId,
};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Arguments of an action on an order.
#[derive(Debug, Args)]
pub(crate) struct ActArgs {
    #[command(flatten)]
    order: OrderArgs,
    #[command(flatten)]
    send: SendArgs,
    #[command(flatten)]
    home: HomeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Refund {
    #[command(flatten)]
    args: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Dispute {
    #[command(flatten)]
    args: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Finalize {
    #[command(flatten)]
    args: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Pull {
    #[command(flatten)]
    args: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Release {
    /// Take the buyer's secret, or the signature of their wallet, from this file.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    #[command(flatten)]
    args: ActArgs,
}

impl Refund {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        self.args.run(system, |_, _| Ok(Wish::Refund))
    }
}

impl Dispute {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        self.args.run(system, |_, _| Ok(Wish::Dispute))
    }
}

impl Finalize {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        self.args.run(system, |_, _| Ok(Wish::Finalize))
    }
}

impl Pull {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        self.args.run(system, |_, _| Ok(Wish::Pull))
    }
}

impl Release {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        self.args.run(system, |order, settings| {
            let texts = match &self.secret_file {
                Some(file) => vec![Zeroizing::new(files::read_text(file, 64 << 10)?)],
                None => order::letters(self.args.order.mailbox(), settings, self.args.order.id()?)?,
            };
            // The newest letter first.
            let found = texts.iter().rev().find_map(|text| proof_in(text, &order.statement));
            found.map(Wish::Release).ok_or_else(|| {
                CliError::new(Kind::NotFound, "the buyer's release secret is not there").hint(
                    "the shop sends it in a mail of its own once the buyer has typed it in. Fetch \
                     new mails, or name a file with it: --secret-file FILE",
                )
            })
        })
    }
}

/// Finds among the words of a text the buyer's secret, or a signature of their wallet key.
fn proof_in(text: &str, statement: &Statement) -> Option<ReleaseProof> {
    let terms = &statement.terms;
    let domain = Domain { chain_id: terms.chain_id, contract: statement.contract };
    let digests = [release_digest(statement.vault), act_digest(domain, statement.id, Act::Release)];
    let proof = |word: &str| {
        if terms.release_hash == Some(release_hash(word.as_bytes())) {
            return Some(ReleaseProof::Secret(Zeroizing::new(word.as_bytes().to_vec())));
        }
        let signature = Signature::parse(word).ok()?;
        let key = terms.buyer_key?;
        let is_signed = |digest| is_signed_by(key, digest, &signature);
        digests.into_iter().any(is_signed).then_some(ReleaseProof::Signature(signature))
    };
    // A secret may have blanks in it: then it is a line.
    text.lines().map(str::trim).chain(text.split_whitespace()).find_map(proof)
}

impl ActArgs {
    /// Returns the options of what is sent.
    pub(super) const fn send(&self) -> &SendArgs {
        &self.send
    }

    /// Brings about what `wish` makes of the order and the home's settings.
    pub(super) fn run(
        &self,
        system: &System,
        wish: impl FnOnce(&Order, &Settings) -> Result<Wish, CliError>,
    ) -> Result<(), CliError> {
        let home = Home::open(&self.home)?;
        let settings = home.settings()?;
        let id = self.order.id()?;
        let records = Records::new(home.path("orders"), home.records_key()?, &*system.entropy);
        let mut order = self.order.open(&records, &settings)?;
        let wish = wish(&order, &settings)?;
        let chain = Chain::open(&settings, &self.send.nodes, &*system.entropy)?;
        let desk = Desk {
            home: &home,
            settings: &settings,
            records: &records,
            chain: &chain,
            args: &self.send,
        };
        let outcome = block_on(keep_and_perform(&desk, &mut order, &wish))?;
        tell(&outcome, id, &wish, self.home.json);
        Ok(())
    }
}

async fn keep_and_perform(
    desk: &Desk<'_>,
    order: &mut Order,
    wish: &Wish,
) -> Result<Outcome, CliError> {
    desk.records.save(&order.record)?;
    desk.perform(order, wish).await
}

/// Says what came of an action.
pub(super) fn tell(outcome: &Outcome, id: OrderId, wish: &Wish, json: bool) {
    let action = wish.name();
    if json {
        let document = match outcome {
            Outcome::WasDone(words) => serde_json::json!({ "result": "was-done", "text": words }),
            Outcome::ByOthers(words) => serde_json::json!({ "result": "by-others", "text": words }),
            Outcome::Written(file) => serde_json::json!({ "result": "written", "file": file }),
            Outcome::Mined(hash, mined) => serde_json::json!({
                "result": "mined", "transaction": hash, "block": mined.height.0,
                "fee_wei": mined.cost.to_string(),
            }),
        };
        let mut all = serde_json::json!({ "version": 1, "order": id, "action": action });
        if let (Some(all), serde_json::Value::Object(more)) = (all.as_object_mut(), document) {
            all.extend(more);
        }
        return terminal::json(&all);
    }
    match outcome {
        Outcome::WasDone(words) => terminal::line(format!("{id}: nothing to send, {words}.")),
        Outcome::ByOthers(words) => {
            terminal::line(format!("{id}: somebody else was faster, {words}."));
        }
        Outcome::Mined(hash, mined) => {
            terminal::line(format!(
                "{id}: {action} is in block {}, fee {}. Transaction {hash}",
                mined.height.0,
                ether(mined.cost)
            ));
        }
        Outcome::Written(file) => {
            let file = file.display();
            terminal::line(format!("Wrote {file}. On the machine that has the operator key:"));
            terminal::line(format!("  cryptocart escrow sign {file}"));
        }
    }
}
