//! Registration of a parcel with the attestors of its order.
//!
//! Each hears it over a circuit of its own. It learns the parcel's number and the postal code, and
//! neither goods nor names.

use super::{
    chain::NodeArgs,
    order::Order,
    records::{Parcel, Registered},
    settings::Settings,
    transact::Desk,
};
use crate::{
    config::plan::NodeUrl,
    error::CliError,
    escrow::published::{LONGEST_ANSWER, PATIENCE},
    home_dial::session,
    system::System,
    terminal::{self, many},
};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use shop_chain::ethereum::escrow::checksum;
use shop_core::{
    escrow::{Account, Hash, Registration, RegistrationAnswer},
    kind::Kind,
};
use shop_http::{BoxFuture, Dial, Patience, Stream, post_json};
use shop_net::socks_dialer::SocksDialer;
use std::{io, time::Duration};
use tokio::time::{Instant, sleep};
use zeroize::Zeroizing;

/// Longest words of an attestor that are shown, in characters.
const LONGEST_WORDS: usize = 300;
/// Pause before the attestors are asked again.
const PAUSE: Duration = Duration::from_secs(6);

/// Result of asking all attestors.
#[derive(Default)]
pub(super) struct Registrations {
    /// Attestors that watch the parcel.
    pub(super) accepted: usize,
    /// Attestors that may watch it when they are asked again.
    pub(super) later: usize,
    /// Attestors that did not answer.
    silent: usize,
    /// Words of each that does not watch it, with its address.
    said: Vec<String>,
}

impl Registrations {
    /// Prints what those say that do not watch the parcel.
    pub(super) fn warn(&self) {
        self.said.iter().for_each(terminal::warn);
    }
}

/// Registers a parcel that the contract knows, until enough attestors watch it.
///
/// An attestor waits until the shipment is some blocks deep. It ends when the time of --wait is over.
pub(super) async fn until_enough(
    desk: &Desk<'_>,
    order: &mut Order,
    system: &System,
) -> Result<Registrations, CliError> {
    let began = Instant::now();
    let need = usize::from(order.statement.attestors.threshold());
    loop {
        let found = all(desk, order, system).await?;
        let is_over = began.elapsed() >= Duration::from_secs(desk.args.wait);
        if found.accepted >= need || found.later + found.silent == 0 || is_over {
            return Ok(found);
        }
        sleep(PAUSE).await;
    }
}

/// Registers a parcel with each attestor that does not know it yet.
/// What each says is kept at once.
pub(super) async fn all(
    desk: &Desk<'_>,
    order: &mut Order,
    system: &System,
) -> Result<Registrations, CliError> {
    let mut found = Registrations::default();
    let accounts = order.statement.attestors.accounts().to_vec();
    for account in accounts {
        if order.record.registered.contains_key(&account) {
            found.accepted += 1;
            continue;
        }
        let name = checksum(account);
        let Some(url) = order.place(account, desk.settings) else {
            found.said.push(format!("attestor {name}: escrow.toml does not say where it is"));
            continue;
        };
        match ask(desk, order, account, &url, system).await? {
            Ok(answer) if answer.accepted => {
                let said = words(&answer);
                terminal::warn(format!("attestor {name} knows the parcel"));
                order.record.registered.insert(account, Registered { said });
                desk.records.save(&order.record)?;
                found.accepted += 1;
            }
            Ok(answer) => {
                found.later += usize::from(answer.try_again);
                found.said.push(format!("attestor {name}: {}", words(&answer)));
            }
            Err(why) => {
                found.silent += 1;
                found.said.push(format!("attestor {name}: {why}"));
            }
        }
    }
    Ok(found)
}

/// Refuses if fewer attestors know the parcel than must report its delivery.
pub(super) fn check(order: &Order, count: usize, is_sent: bool) -> Result<(), CliError> {
    let need = usize::from(order.statement.attestors.threshold());
    if count >= need {
        return Ok(());
    }
    let know = many(count, "attestor knows", "attestors know");
    let what = format!("{know} the parcel, and {need} must report its delivery");
    let hint = if is_sent {
        "the shipment is on the chain. Run this command again later, until enough know the parcel: \
         without their reports the money goes back to the buyer"
    } else {
        "no transaction was sent. Run this command again later, or send it with --without-attestors"
    };
    Err(CliError::new(Kind::Unavailable, what).hint(hint))
}

/// Asks one attestor. The inner error says why there is no answer of it.
async fn ask(
    desk: &Desk<'_>,
    order: &Order,
    account: Account,
    url: &NodeUrl,
    system: &System,
) -> Result<Result<RegistrationAnswer, String>, CliError> {
    let json = registration(order)?;
    let dial = dial(desk.settings, account, url, &desk.args.nodes, system)?;
    let patience = Patience { idle_time: PATIENCE, ..Patience::default() };
    let host = url.authority();
    let path = "/v1/register";
    let reply = post_json(&dial, &host, path, json.to_vec(), &patience, LONGEST_ANSWER).await;
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => return Ok(Err(format!("{error}"))),
    };
    let Ok(answer) = serde_json::from_slice::<RegistrationAnswer>(&reply.body) else {
        return Ok(Err(format!(
            "answered with HTTP status {} and no words of its own",
            reply.status
        )));
    };
    if answer.attestor != account {
        let other = checksum(answer.attestor);
        return Ok(Err(format!("somebody else answers there, {other}: check escrow.toml")));
    }
    Ok(Ok(answer))
}

fn registration(order: &Order) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let parcel: Option<&Parcel> = order.record.parcel.as_ref();
    let (Some(parcel), Some(goods)) = (parcel, &order.statement.goods) else {
        return Err(CliError::input("the statement has no part 2, which attestors need")
            .hint("take the whole statement from the order's mail"));
    };
    let registration = Registration {
        version: Registration::VERSION,
        statement: order.statement.part_1().to_text(checksum).to_string(),
        carrier: parcel.carrier.clone(),
        number: parcel.number.clone(),
        salt: parcel.salt,
        order_salt: goods.salt(),
        postal_salt: goods.postal_salt(),
        country: goods.country().to_owned(),
        postal_code: goods.postal_code().to_owned(),
        goods: Hash(Sha256::digest(goods.text().as_bytes()).into()),
    };
    let json = serde_json::to_vec(&registration).map(Zeroizing::new);
    json.map_err(|error| CliError::new(Kind::Bug, format!("writing a registration: {error}")))
}

/// Returns the way to an attestor: over a circuit of its own.
pub(super) fn dial(
    settings: &Settings,
    account: Account,
    url: &NodeUrl,
    nodes: &NodeArgs,
    system: &System,
) -> Result<impl Dial + use<>, CliError> {
    let purpose = purpose(account);
    let target = url.target(&purpose);
    let target = target.map_err(|error| CliError::misconfigured(error.to_string()))?;
    let tor = nodes.tor(settings)?;
    let dialer = SocksDialer::new(vec![target], tor, &session(&*system.entropy));
    Ok(ByPurpose { dialer, purpose })
}

/// Returns the purpose by which an attestor is dialled: its own, also if no setting names it.
fn purpose(account: Account) -> String {
    // The name of a purpose has room for half of an address.
    format!("escrow-attestor-{}", HEXLOWER.encode(&account.0[..12]))
}

/// Returns the words of an attestor, harmless for a terminal.
fn words(answer: &RegistrationAnswer) -> String {
    let words = shop_core::text::line(&answer.words);
    words.chars().take(LONGEST_WORDS).collect()
}

/// Joins what the request asks for to the dialler.
struct ByPurpose {
    dialer: SocksDialer,
    purpose: String,
}

impl Dial for ByPurpose {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        Box::pin(async move {
            let stream = self.dialer.dial(&self.purpose).await?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two that no setting names shared the purpose of the first one, and with it a circuit.
    #[test]
    fn attestors_that_no_setting_names_have_purposes_of_their_own() {
        let onion = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
        let url = NodeUrl::parse(&format!("http://{onion}")).unwrap();
        let names: std::collections::BTreeSet<String> =
            (0..40).map(|n| purpose(Account([n; 20]))).collect();
        assert_eq!(names.len(), 40);
        assert!(names.iter().all(|name| url.target(name).is_ok()));
    }
}
