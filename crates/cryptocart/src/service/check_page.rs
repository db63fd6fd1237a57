//! Page on which anybody checks an escrow statement, on every attestor's and arbiter's
//! service.
//!
//! Nothing that is pasted is kept.

use shop_chain::ethereum::escrow::{checksum, recompute};
use shop_core::{
    escrow::{Account, Policy, Severity, Statement, Verdict, verdict, warnings},
    time::UnixTime,
};
use shop_web::service::{Block, Field, FieldKind, Form, Page};
use std::collections::BTreeSet;

/// Parties that a service can vouch for: itself, and whom it lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Attestors.
    pub(crate) attestors: BTreeSet<Account>,
    /// Arbiters.
    pub(crate) arbiters: BTreeSet<Account>,
}

/// Returns the page with the form.
pub(crate) fn form(text: &str) -> Page {
    let field = Field::new(FieldKind::Long, "statement", "Escrow statement")
        .hint("Part 1, as the shop gave it to you. Leave out part 2: it is for the arbiter alone.")
        .value(text);
    let form = Form { action: "/check".into(), button: "Check".into(), fields: vec![field] };
    Page::new("Check an escrow statement")
        .text(
            "Paste the statement that the shop showed you. Address and hashes are computed again.",
        )
        .with(Block::Form(form))
        .text("Nothing that you paste is kept.")
}

/// Returns the page with the result.
pub(crate) fn result(text: &str, known: &Known, now: UnixTime) -> Page {
    let parsed = match Statement::parse_any(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let page = Page::new("Not a statement that can be read");
            return page.warning(error.to_string()).link("/check", "Try again");
        }
    };
    let statement = &parsed.statement;
    let computed = recompute(statement);
    // A service vouches for itself. Others it does not know are said to be unchecked, not unknown.
    let all = |listed: &BTreeSet<Account>, named: &[Account]| {
        let knows_all = !named.is_empty() && named.iter().all(|one| listed.contains(one));
        knows_all.then(|| listed.clone())
    };
    let arbiter: Vec<Account> = statement.terms.arbiter.into_iter().collect();
    let policy = Policy {
        attestors: all(&known.attestors, statement.attestors.accounts()),
        arbiters: all(&known.arbiters, &arbiter),
        ..Policy::new(now)
    };
    let warnings = warnings(&parsed, &computed, &policy);
    let verdict = verdict(&warnings);
    let page = match verdict {
        Verdict::DoNotPay => Page::new("Do not pay")
            .warning("Something is wrong with this statement. Money that is paid may be lost."),
        Verdict::Careful => Page::new("Read this before you pay")
            .text("The address belongs to the terms. There are risks to weigh."),
        Verdict::Sound => Page::new("The statement is sound")
            .with(Block::Good("The address belongs to the terms, and nothing is wrong.".into())),
    };
    let address = match verdict {
        Verdict::DoNotPay => "Address that follows from these terms",
        Verdict::Careful | Verdict::Sound => "Pay to this address, and to no other",
    };
    let facts = vec![
        (address.to_owned(), checksum(computed.vault)),
        ("Refunds go to".to_owned(), checksum(statement.terms.refund_to)),
        ("Shop key".to_owned(), checksum(statement.shop_key)),
    ];
    let page = page.with(Block::Facts(facts));
    let say = |page: Page, severity: Severity, heading: &str| {
        let said: Vec<String> = warnings
            .iter()
            .filter(|warning| warning.severity() == severity)
            .map(|warning| warning.words(checksum))
            .collect();
        if said.is_empty() { page } else { page.heading(heading).with(Block::List(said)) }
    };
    let page = say(page, Severity::Danger, "Wrong");
    let page = say(page, Severity::Caution, "Risks");
    let page = say(page, Severity::Note, "Good to know");
    page.heading("What happens")
        .with(Block::List(statement.sentences(checksum)))
        .text(
            "The contract was not audited by anybody outside the project. Compare the shop key with \
             one that you have from elsewhere.",
        )
        .link("/check", "Check another one")
}
