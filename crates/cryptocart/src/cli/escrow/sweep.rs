//! `cryptocart escrow sweep`: the money of payout addresses, to one address.

use super::{
    chain::{Chain, NodeArgs},
    home::{Home, HomeArgs},
    offline::{self, Entry},
    payouts::{self, Counter, open_mnemonic},
    sending::{agree, send_and_wait},
    settings::{Settings, account},
};
use crate::{
    error::CliError,
    escrow::sending::{ether, wei},
    runtime::block_on,
    system::System,
    terminal,
};
use clap::Args;
use shop_chain::ethereum::{
    Moment,
    escrow::{Transaction, checksum},
};
use shop_core::{escrow::Account, kind::Kind};
use std::path::PathBuf;

/// Least gas of a payment: that of a plain one to an address that exists.
const PLAIN: u64 = 21_000;
/// Most gas that a payment is given. A contract wallet takes about 10,000 more than a plain
/// address; under the schedule that is to come, one that is new takes some 200,000.
const MOST_GAS: u64 = 400_000;

#[derive(Debug, Args)]
pub(crate) struct Sweep {
    /// The address that gets it all.
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// Only this payout address. Say it several times for several.
    #[arg(long, value_name = "ADDRESS")]
    only: Vec<String>,
    /// Leave addresses with less than this, in ETH.
    #[arg(long, value_name = "ETH", default_value = "0")]
    min: String,
    /// The most that all fees together may be, in ETH [default: max_fee of escrow.toml].
    #[arg(long, value_name = "ETH")]
    max_fee: Option<String>,
    /// Send without asking.
    #[arg(long, short)]
    yes: bool,
    /// Write the transactions into a file, to be signed where the recovery words are.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Seconds to wait until each transaction is in a block.
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    wait: u64,
    #[command(flatten)]
    nodes: NodeArgs,
    #[command(flatten)]
    home: HomeArgs,
}

/// A payment out of a payout address.
struct Payment {
    from: Account,
    transaction: Transaction,
}

impl Sweep {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let to = account("--to", &self.to).map_err(CliError::input)?;
        let min = wei(&self.min).ok_or_else(|| CliError::input("--min: write ETH as a decimal"))?;
        let home = Home::open(&self.home)?;
        let settings = home.settings()?;
        let addresses = self.addresses(&home)?;
        let chain = Chain::open(&settings, &self.nodes, &*system.entropy)?;
        block_on(async {
            let payments = self.payments(&addresses, to, min, &chain).await?;
            self.check(&payments, to, &settings)?;
            if payments.is_empty() {
                self.tell(&[], to);
                return Ok(());
            }
            if let Some(file) = &self.write {
                let entry = |payment: &Payment| -> Entry {
                    offline::unsigned("sweep", payment.from, &payment.transaction)
                };
                offline::write(file, payments.iter().map(entry).collect())?;
                return self.tell_written(file);
            }
            agree(self.yes, "Send it?")?;
            self.send(&payments, &home, &chain, to).await
        })
    }

    /// Returns the payout addresses that are looked at.
    fn addresses(&self, home: &Home) -> Result<Vec<Account>, CliError> {
        if !self.only.is_empty() {
            let parse = |text: &String| account("--only", text).map_err(CliError::input);
            return self.only.iter().map(parse).collect();
        }
        let file = home.path("payouts.txt");
        if !file.exists() {
            return Err(CliError::new(Kind::NotFound, format!("{} is missing", file.display()))
                .hint("copy it from the server, or name addresses with --only"));
        }
        let all = payouts::read(&file)?;
        let mut addresses: Vec<Account> = all.iter().map(|payout| payout.seller).collect();
        addresses.dedup();
        Ok(addresses)
    }

    /// Looks at each address, and prepares what can be moved. What is less than its fee stays.
    async fn payments(
        &self,
        addresses: &[Account],
        to: Account,
        min: u128,
        chain: &Chain,
    ) -> Result<Vec<Payment>, CliError> {
        let failed = |error| chain.explain("asking for the payout addresses", &error);
        let now = chain.client.newest().await.map_err(failed)?;
        let fees = chain.client.fees(&now).await;
        let mut gas_limit = None;
        let mut payments = Vec::new();
        for from in addresses.iter().copied().filter(|from| *from != to) {
            let has = chain.client.balance(from, now.height).await.map_err(failed)?;
            if has < min || has <= fees.most(PLAIN) {
                continue;
            }
            let gas_limit = match gas_limit {
                Some(gas) => gas,
                None => *gas_limit.insert(self.gas(from, to, &now, chain).await?),
            };
            let Some(value) = has.checked_sub(fees.most(gas_limit)).filter(|value| *value > 0)
            else {
                continue;
            };
            let nonce = chain.client.next_nonce(from, now.height).await.map_err(failed)?;
            let transaction = Transaction {
                chain_id: chain.chain_id,
                nonce,
                to,
                value,
                data: Vec::new(),
                gas_limit,
                max_fee_per_gas: fees.max_fee,
                max_priority_fee_per_gas: fees.max_priority_fee,
            };
            payments.push(Payment { from, transaction });
        }
        Ok(payments)
    }

    async fn gas(
        &self,
        from: Account,
        to: Account,
        now: &Moment,
        chain: &Chain,
    ) -> Result<u64, CliError> {
        let code = chain.client.code_hash(to, now.height).await;
        let code = code.map_err(|error| chain.explain("asking for the destination", &error))?;
        let gas = chain.client.estimate(from, to, 1, &[]).await.map_err(|error| {
            CliError::new(
                Kind::Unavailable,
                format!("trying a payment to the destination: {error}"),
            )
            .hint("if it is a contract, it may not take payments")
        })?;
        if code.is_none() {
            return Ok(gas.clamp(PLAIN, MOST_GAS));
        }
        Ok((gas / 4).saturating_add(gas).clamp(PLAIN, MOST_GAS))
    }

    fn check(
        &self,
        payments: &[Payment],
        to: Account,
        settings: &Settings,
    ) -> Result<(), CliError> {
        let max_fee = match &self.max_fee {
            None => settings.max_fee,
            Some(text) => {
                wei(text).ok_or_else(|| CliError::input("--max-fee: write ETH as a decimal"))?
            }
        };
        let most = payments.iter().map(|payment| payment.transaction.most_fee()).sum::<u128>();
        if most > max_fee {
            let what = format!(
                "the fees could be up to {}, and the limit is {}",
                ether(most),
                ether(max_fee)
            );
            return Err(CliError::new(Kind::Denied, what)
                .hint("nothing was sent. Sweep fewer addresses with --only, or raise --max-fee"));
        }
        for Payment { from, transaction } in payments {
            terminal::warn(format!("{}: {}", checksum(*from), ether(transaction.value)));
        }
        if !payments.is_empty() {
            terminal::warn(format!("Fees at most {}. To {}", ether(most), checksum(to)));
            terminal::warn(
                "Everybody sees on the chain that these addresses belong together, and the nodes see \
                 it now.",
            );
        }
        Ok(())
    }

    async fn send(
        &self,
        payments: &[Payment],
        home: &Home,
        chain: &Chain,
        to: Account,
    ) -> Result<(), CliError> {
        let mnemonic = open_mnemonic(home)?;
        let next = Counter { path: home.path("payouts.next") }.read()?;
        let mut done = Vec::new();
        for Payment { from, transaction } in payments {
            let key = offline::key_of(&mnemonic, next, *from)?;
            let signed = transaction.sign(&key);
            let hashes = [signed.hash];
            let given = (signed.raw.as_slice(), signed.hash);
            let mined =
                send_and_wait(chain, *from, transaction.nonce, &hashes, given, self.wait).await?;
            match mined {
                Some((hash, mined)) if mined.is_success => {
                    done.push((*from, transaction.value, hash));
                    if !self.home.json {
                        terminal::line(format!(
                            "{}: moved {}, fee {}",
                            checksum(*from),
                            ether(transaction.value),
                            ether(mined.cost)
                        ));
                    }
                }
                Some(_) => {
                    return Err(CliError::new(
                        Kind::Unavailable,
                        "the destination refused the money",
                    )
                    .hint("use an address of a plain wallet"));
                }
                // An earlier run of this command was faster.
                None => {}
            }
        }
        self.tell(&done, to);
        Ok(())
    }

    fn tell(&self, done: &[(Account, u128, shop_core::escrow::Hash)], to: Account) {
        let sum: u128 = done.iter().map(|(_, value, _)| value).sum();
        if self.home.json {
            let one = |(from, value, hash): &(Account, u128, shop_core::escrow::Hash)| serde_json::json!({ "from": from, "wei": value.to_string(), "transaction": hash });
            terminal::json(&serde_json::json!({
                "version": 1, "to": to, "wei": sum.to_string(),
                "moved": done.iter().map(one).collect::<Vec<_>>(),
            }));
        } else if done.is_empty() {
            terminal::line("Nothing to move: no payout address has more than the fee.");
        } else {
            terminal::line(format!("Moved {} to {}.", ether(sum), checksum(to)));
        }
    }

    fn tell_written(&self, file: &std::path::Path) -> Result<(), CliError> {
        if self.home.json {
            terminal::json(&serde_json::json!({ "version": 1, "file": file }));
        } else {
            let file = file.display();
            terminal::line(format!("Wrote {file}. On the machine that has the recovery words:"));
            terminal::line(format!("  cryptocart escrow sign {file}"));
        }
        Ok(())
    }
}
