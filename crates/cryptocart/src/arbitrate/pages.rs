//! Pages of the arbiter.

use super::{
    cases::{Case, Cases, Entry, NotKept, Side},
    letter::Letter,
    ruling::{Decision, SignedDecision, is_forged, share_text},
    standing,
};
use crate::{attest::Chain, service::check_page, system::System, terminal};
use shop_chain::ethereum::escrow::{PINNED, checksum, recompute};
use shop_core::{
    escrow::{
        Account, EscrowState, ParsedStatement, Policy, Statement, Terms, Warning, verdict, warnings,
    },
    kind::Kind,
    order_code::OrderCode,
    time::UnixTime,
};
use shop_seal::SealCert;
use shop_web::{
    BoxFuture,
    service::{Block, Field, FieldKind, Form, Page, ServiceAnswer, ServicePages, ServiceRequest},
};
use std::path::PathBuf;

/// Pages of one arbiter.
pub(super) struct ArbiterPages {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) account: Account,
    pub(super) chain_id: u64,
    pub(super) cert: SealCert,
    pub(super) cases: Cases,
    pub(super) rulings: PathBuf,
    /// Source of states, if nodes are named.
    pub(super) chain: Option<Box<dyn Chain>>,
    pub(super) system: System,
}

/// Most bytes of what a side writes at once.
const LONGEST_WORDS: usize = 20_000;
/// Seconds for which a case is kept after the last moment at which its order can end.
const KEPT: u64 = 60 * 86_400;

impl ServicePages for ArbiterPages {
    fn answer<'a>(&'a self, request: &'a ServiceRequest) -> BoxFuture<'a, ServiceAnswer> {
        Box::pin(async move {
            match (request.is_post, request.path.as_str()) {
                (false, "/") => ServiceAnswer::Page(200, self.front()),
                (false, "/check") => ServiceAnswer::Page(200, check_page::form("")),
                (true, "/check") => ServiceAnswer::Page(200, self.check(request)),
                (false, "/buyer") => ServiceAnswer::Page(200, intake(Side::Buyer)),
                (false, "/seller") => ServiceAnswer::Page(200, intake(Side::Seller)),
                (true, "/buyer") => self.open(request, Side::Buyer).await,
                (true, "/seller") => self.open(request, Side::Seller).await,
                (false, "/case") => ServiceAnswer::Page(200, code_form()),
                (true, "/case") => self.show(request).await,
                (true, "/case/add") => self.add(request).await,
                _ => ServiceAnswer::Failed(Kind::NotFound),
            }
        })
    }
}

impl ArbiterPages {
    fn now(&self) -> UnixTime {
        self.system.clock.now()
    }

    fn front(&self) -> Page {
        let facts = vec![
            ("Key that rules".to_owned(), checksum(self.account)),
            ("Chain".to_owned(), self.chain_id.to_string()),
            ("Cases here".to_owned(), self.cases.count().unwrap_or_default().to_string()),
        ];
        let page = Page::new(&*self.name).with(Block::Facts(facts));
        let page = if self.about.is_empty() { page } else { page.text(&*self.about) };
        page.text(
            "An arbiter divides the money of an order in dispute between buyer and seller. It \
             cannot take more than the fee in the terms, and cannot send money anywhere else.",
        )
        .link("/buyer", "I bought something, and it is not right")
        .link("/seller", "I sold something, and there is a dispute")
        .link("/case", "Open my case again")
        .link("/check", "Check an escrow statement before you pay")
        .text(
            "What you write is sealed to the arbiter as it arrives. This service cannot read it \
             again, and neither can whoever takes its server away.",
        )
    }

    fn check(&self, request: &ServiceRequest) -> Page {
        let known =
            check_page::Known { arbiters: [self.account].into(), ..check_page::Known::default() };
        check_page::result(&request.field("statement"), &known, self.now())
    }

    /// Takes a new case.
    async fn open(&self, request: &ServiceRequest, side: Side) -> ServiceAnswer {
        let text = request.field("statement");
        let words = request.field("words");
        let again = |why: &str| {
            let page = Page::new("Your case was not taken").warning(why);
            ServiceAnswer::Page(
                422,
                page.text("Go back in your browser: your words are still there."),
            )
        };
        let parsed = match Statement::parse_any(&text) {
            Ok(parsed) => parsed,
            Err(error) => return again(&format!("The statement cannot be read: {error}.")),
        };
        if let Some(why) = self.refusal(&parsed) {
            return again(&why);
        }
        if let Some(why) = words_refusal(&words) {
            return again(why);
        }
        let statement = &parsed.statement;
        if let Some(why) = self.state(statement).await.and_then(|state| state_refusal(&state)) {
            return again(why);
        }
        let found = self.warnings(&parsed);
        let now = self.now();
        let letter = Letter {
            id: statement.id,
            side,
            at: now.coarse(),
            checked: Some((verdict(&found), &found)),
            statement: Some(&text),
            words: &words,
        };
        let case = Case {
            id: statement.id,
            side,
            statement: statement.part_1().to_text(checksum).to_string(),
            entries: vec![Entry { at: now.coarse(), words: words.to_string() }],
        };
        let sealed = letter.seal(&self.cert, &*self.system.entropy).map_err(NotKept::from);
        let until = kept_until(&statement.terms);
        let kept = sealed.and_then(|sealed| self.cases.add(&case, &sealed, now.coarse(), until));
        match kept {
            Ok(code) => ServiceAnswer::Page(200, self.taken(&case, &code, statement).await),
            Err(why) => failed(why),
        }
    }

    /// Says why this arbiter does not take a case about an order.
    fn refusal(&self, parsed: &ParsedStatement) -> Option<String> {
        let statement = &parsed.statement;
        if is_forged(statement) {
            return Some("The statement was changed: its values do not fit each other.".to_owned());
        }
        if statement.contract != PINNED.contract {
            return Some("The order is in another contract than the one known here.".to_owned());
        }
        match statement.terms.arbiter {
            Some(arbiter) if arbiter == self.account => {}
            Some(arbiter) => {
                let arbiter = checksum(arbiter);
                return Some(format!("The order has another arbiter, {arbiter}: go there."));
            }
            None => return Some("The order has no arbiter: nobody can rule on it.".to_owned()),
        }
        (statement.terms.chain_id != self.chain_id).then(|| {
            format!(
                "The order is on chain {}, and this arbiter rules on chain {}.",
                statement.terms.chain_id, self.chain_id
            )
        })
    }

    fn warnings(&self, parsed: &ParsedStatement) -> Vec<Warning> {
        warnings(parsed, &recompute(&parsed.statement), &Policy::new(self.now()))
    }

    /// Returns the page that shows a code, once.
    async fn taken(&self, case: &Case, code: &OrderCode, statement: &Statement) -> Page {
        let page = Page::new("Your case is with the arbiter")
            .text("Write this code down. It is shown once, and opens your case again.")
            .with(Block::Verbatim(code.reveal()))
            .warning(
                "Nothing has happened on the chain yet. Only a dispute that is opened there stops \
                 a payment. The arbiter reads your case, and can open one.",
            );
        self.with_standing(page, case, statement).await.link("/case", "Open my case again")
    }

    async fn show(&self, request: &ServiceRequest) -> ServiceAnswer {
        match OrderCode::parse(&request.field("code")) {
            Ok(code) => match self.cases.find(&code) {
                Ok(case) => self.case(&case, &code).await,
                Err(why) => failed(why),
            },
            Err(error) => {
                let page = Page::new("Not a case code").warning(format!("{error}."));
                ServiceAnswer::Page(422, page.link("/case", "Try again"))
            }
        }
    }

    async fn add(&self, request: &ServiceRequest) -> ServiceAnswer {
        let Ok(code) = OrderCode::parse(&request.field("code")) else {
            return ServiceAnswer::Failed(Kind::NotFound);
        };
        let words = request.field("words");
        if let Some(why) = words_refusal(&words) {
            return ServiceAnswer::Page(422, Page::new("Not taken").warning(why));
        }
        let added = self.cases.find(&code).and_then(|case| {
            let at = self.now().coarse();
            let letter = Letter {
                id: case.id,
                side: case.side,
                at,
                checked: None,
                statement: None,
                words: &words,
            };
            let sealed = letter.seal(&self.cert, &*self.system.entropy)?;
            self.cases.append(&code, Entry { at, words: words.to_string() }, &sealed)
        });
        match added {
            Ok(case) => self.case(&case, &code).await,
            Err(why) => failed(why),
        }
    }

    async fn case(&self, case: &Case, code: &OrderCode) -> ServiceAnswer {
        let Ok(parsed) = Statement::parse_any(&case.statement) else {
            return ServiceAnswer::Failed(Kind::Bug);
        };
        let facts = vec![
            ("Order".to_owned(), case.id.to_string()),
            ("Your side".to_owned(), side_name(case.side).to_owned()),
            ("The other side".to_owned(), self.other_side(case)),
        ];
        let page = Page::new("Your case").with(Block::Facts(facts));
        let mut page = self.with_standing(page, case, &parsed.statement).await;
        page = page.heading("What you wrote");
        for entry in &case.entries {
            page = page.text(entry.at.to_string()).with(Block::Verbatim(entry.words.clone()));
        }
        let code = Field::new(FieldKind::Hidden, "code", "").value(code.reveal());
        let form = Form {
            action: "/case/add".into(),
            button: "Send to the arbiter".into(),
            fields: vec![code, words_field()],
        };
        ServiceAnswer::Page(200, page.heading("Add something").with(Block::Form(form)))
    }

    fn other_side(&self, case: &Case) -> String {
        let order = self.cases.order(case.id).ok().flatten();
        let filings = order.map(|order| order.filings).unwrap_or_default();
        let other = filings.iter().filter(|filing| filing.side != case.side);
        match other.map(|filing| filing.at).max() {
            Some(at) => format!("has written to the arbiter, last at {at}"),
            None => "has not written to the arbiter here yet".to_owned(),
        }
    }

    /// Adds the standing of the order, and what the arbiter decided.
    async fn with_standing(&self, page: Page, case: &Case, statement: &Statement) -> Page {
        let state = self.state(statement).await;
        let said = standing::sentences(statement, state, self.chain_id, self.now());
        let page = page.heading("Where the order stands").with(Block::List(said));
        let decisions = self.decisions(case, statement);
        decisions.iter().fold(page, with_decision)
    }

    async fn state(&self, statement: &Statement) -> Option<EscrowState> {
        let chain = self.chain.as_ref()?;
        match chain.state(statement.contract, statement.id).await {
            Ok(state) => Some(state),
            Err(error) => {
                terminal::warn(format!("arbiter: the chain does not answer: {error}"));
                None
            }
        }
    }

    /// Returns the decisions about an order that the arbiter has put into its folder.
    fn decisions(&self, case: &Case, statement: &Statement) -> Vec<SignedDecision> {
        let names = ["dispute", "ruling"].map(|act| format!("{act}-{}.json", case.id));
        let paths = names.map(|name| self.rulings.join(name)).into_iter();
        let read = paths.filter(|path| path.exists()).filter_map(|path| {
            let decision = SignedDecision::read(&path).ok();
            let sound = decision.filter(|decision| decision.is_of(statement, self.account));
            if sound.is_none() {
                terminal::warn(format!("{} is not a decision of this arbiter", path.display()));
            }
            sound
        });
        read.collect()
    }
}

fn with_decision(page: Page, decision: &SignedDecision) -> Page {
    let (heading, words) = match decision.decision {
        Decision::Dispute => (
            "The arbiter opens a dispute",
            "The money stays where it is until the arbiter rules, or the time for it is over."
                .into(),
        ),
        Decision::Rule { buyer_bps } => {
            let seller = share_text(Terms::WHOLE_BPS.saturating_sub(buyer_bps));
            let buyer = share_text(buyer_bps);
            let words = format!(
                "Of the price without the arbiter's fee, {buyer} go to the buyer and {seller} to \
                 the seller."
            );
            ("The arbiter has ruled", words)
        }
    };
    let page = page.heading(heading).text(words);
    let page = if decision.reasons.is_empty() {
        page
    } else {
        page.with(Block::Verbatim(decision.reasons.clone()))
    };
    let sending = "The decision counts once it is on the chain. Anybody can send it: a transaction \
                   without money to this contract, with this data.";
    page.text(sending).with(Block::Facts(vec![
        ("Contract".to_owned(), checksum(decision.contract)),
        ("Data".to_owned(), decision.data.clone()),
    ]))
}

/// Says why there is nothing to rule on in a state. It keeps out orders that cost nobody
/// anything.
const fn state_refusal(state: &EscrowState) -> Option<&'static str> {
    match state {
        EscrowState::Open => Some(
            "The seller has not shipped, so there is nothing to rule on. If nothing is shipped in \
             time, everything goes back to the buyer.",
        ),
        EscrowState::Closed(_) => {
            Some("The order has ended on the chain. Nobody can change it any more.")
        }
        EscrowState::Shipped { .. }
        | EscrowState::Delivered { .. }
        | EscrowState::Disputed { .. }
        | EscrowState::DisputedDelivered { .. } => None,
    }
}

/// Returns the form by which a side opens a case.
fn intake(side: Side) -> Page {
    let statement = Field::new(FieldKind::Long, "statement", "Escrow statement").hint(
        "All of it, with part 2: the arbiter needs to see what was ordered, and where it went.",
    );
    let path = match side {
        Side::Buyer => "/buyer",
        Side::Seller => "/seller",
    };
    let form = Form {
        action: path.into(),
        button: "Send to the arbiter".into(),
        fields: vec![statement, words_field()],
    };
    Page::new(match side {
        Side::Buyer => "A case as the buyer",
        Side::Seller => "A case as the seller",
    })
    .text(
        "The arbiter reads both sides. Write what was agreed, what happened and when, and what you \
         ask for. Paste messages and tracking pages as text. Leave out what does not matter: names \
         and addresses are not needed.",
    )
    .with(Block::Form(form))
}

fn words_field() -> Field {
    Field::new(FieldKind::Long, "words", "What you want to say")
        .hint("At most 20,000 characters. You can add more later.")
}

fn words_refusal(words: &str) -> Option<&'static str> {
    if words.trim().is_empty() {
        return Some("There is nothing in what you want to say: write what happened.");
    }
    let is_long = words.len() > LONGEST_WORDS;
    is_long.then_some("That is too long: send 20,000 characters now, and the rest afterwards.")
}

fn code_form() -> Page {
    let form = Form {
        action: "/case".into(),
        button: "Open".into(),
        fields: vec![Field::new(FieldKind::Secret, "code", "Case code")],
    };
    Page::new("Open my case again")
        .with(Block::Form(form))
        .text("If the code is lost, open another case about the same order: the arbiter sees both.")
}

const fn side_name(side: Side) -> &'static str {
    match side {
        Side::Buyer => "buyer",
        Side::Seller => "seller",
    }
}

/// Returns the time until which a case is kept: the order has ended by then.
fn kept_until(terms: &Terms) -> UnixTime {
    let windows = u64::from(terms.dispute_window) + u64::from(terms.arbiter_window);
    terms.latest_delivery().plus_seconds(windows).plus_seconds(KEPT)
}

fn failed(why: NotKept) -> ServiceAnswer {
    match why {
        NotKept::NotFound => {
            let page = Page::new("No case has this code")
                .text("It may be mistyped, or the case was deleted: some weeks after its order ended.")
                .link("/case", "Try again");
            ServiceAnswer::Page(404, page)
        }
        NotKept::Full => {
            let page = Page::new("No room").warning(
                "This arbiter cannot take more about this order, or more cases. Your words were \
                 not taken. Try again tomorrow.",
            );
            ServiceAnswer::Page(503, page)
        }
        NotKept::Failed(error) => {
            // The error names files of the service, and nothing of the case.
            terminal::warn(format!("arbiter: {}", error.what()));
            ServiceAnswer::Failed(Kind::Unavailable)
        }
    }
}
