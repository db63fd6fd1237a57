//! `cryptocart escrow`: the seller's side of escrow, at home, where the keys are.
//!
//! Nothing here runs on the shop's server. Requests leave through the tor of this machine alone, by
//! the purposes `escrow-node-N` and `escrow-attestor-ADDRESS`; a node on this machine is dialled
//! directly.

mod act;
mod attestors;
mod case;
mod chain;
mod decide;
mod extend;
mod home;
mod init;
mod offline;
mod order;
mod payouts;
mod policy;
mod records;
mod register;
mod report;
mod sending;
mod settings;
mod ship;
mod status;
mod sweep;
mod transact;
mod units;

use crate::{error::CliError, system::System};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Escrow {
    /// Make an escrow home: a folder with your keys, sealed with a passphrase, and escrow.toml.
    ///
    /// It shows 24 recovery words once. Write them on paper: whoever has them has the money of all
    /// payout addresses. Your shop key is made from them too. The operator key is another one: it
    /// ships, refunds and disputes, pays the fees, and cannot take money of orders.
    Init(init::Init),
    /// Make payout addresses for the shop, each signed with the shop key.
    ///
    /// It appends them to a file, an address and its signature on a line. Copy that file to the
    /// server, where shop.toml names it (`[escrow] payouts`). An address is never made twice, also not
    /// after a crash. If you restored an older copy of the home, name the server's file with --known.
    Payouts(payouts::Payouts),
    /// Say that you sent a parcel: registers it with the attestors, and tells the contract.
    ///
    /// Checks the number, that the order is yours, and that its money is there. Keeps the parcel in
    /// the home before anything is sent, so run it again after a crash or an error: it goes on where
    /// it stopped.
    Ship(ship::Ship),
    /// Tell the contract that the parcel was delivered, with the attestors' signatures.
    ///
    /// It fetches what they signed and checks each signature. Anybody can do it; do it yourself when
    /// enough have signed, because the time to object begins with it.
    Report(report::Report),
    /// Move the deadline for the delivery, with the attestors' signatures. Possible once.
    ///
    /// Attestors sign a later deadline when the carrier stands still, as in a strike. It fetches what
    /// they signed and takes the latest date that enough of them have signed.
    Extend(extend::Extend),
    /// Send the money of an order back to the buyer. Possible until the order has ended.
    Refund(act::Refund),
    /// Call the arbiter. Possible between shipment and the deadline for deliveries.
    Dispute(act::Dispute),
    /// Print what the arbiter's page asks a seller for: the statement, and a signature.
    ///
    /// The operator key signs it. It shows that you are the seller, and moves no money.
    Case(case::Case),
    /// End an order whose time has come, so that you are paid.
    ///
    /// Anybody can do it, for a tip. If somebody was faster, that is fine.
    Finalize(act::Finalize),
    /// Be paid at once, with the release secret that the buyer typed into the order page.
    ///
    /// The shop sends you the secret in a sealed mail: this command finds it there.
    Release(act::Release),
    /// Show the orders in escrow: state, deadlines, and what to do next.
    Status(status::Status),
    /// Move the money of your payout addresses to one address of yours.
    Sweep(sweep::Sweep),
    /// Have paid out what a closed order still holds.
    ///
    /// That is a payment to you that failed, or money of the buyer's that came late or was too much.
    Pull(act::Pull),
    /// Sign a file that another machine wrote with --write. Needs no network.
    Sign(offline::Sign),
    /// Send a file that another machine signed.
    Send(offline::Send),
}

impl Escrow {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        match self {
            Self::Init(command) => command.run(system),
            Self::Payouts(command) => command.run(),
            Self::Ship(command) => command.run(system),
            Self::Report(command) => command.run(system),
            Self::Extend(command) => command.run(system),
            Self::Refund(command) => command.run(system),
            Self::Dispute(command) => command.run(system),
            Self::Case(command) => command.run(system),
            Self::Finalize(command) => command.run(system),
            Self::Release(command) => command.run(system),
            Self::Status(command) => command.run(system),
            Self::Sweep(command) => command.run(system),
            Self::Pull(command) => command.run(system),
            Self::Sign(command) => command.run(),
            Self::Send(command) => command.run(system),
        }
    }
}
