//! Pages of the arbiter.

use super::{
    cases::{Case, Cases, Entry, NotKept},
    intake::{self, Intake, state_refusal, words_field, words_refusal},
    letter::Letter,
    ruling::{Decision, SignedDecision, share_text},
    side::Side,
    standing,
};
use crate::{attest::Chain, service::check_page, system::System, terminal};
use shop_chain::ethereum::escrow::{checksum, recompute};
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

/// Seconds for which a case is kept after the last moment at which its order can end.
const KEPT: u64 = 60 * 86_400;
/// Longest time in seconds for which a case is kept.
const LONGEST_KEPT: u64 = 730 * 86_400;

impl ServicePages for ArbiterPages {
    fn answer<'a>(&'a self, request: &'a ServiceRequest) -> BoxFuture<'a, ServiceAnswer> {
        Box::pin(async move {
            match (request.is_post, request.path.as_str()) {
                (false, "/") => ServiceAnswer::Page(200, self.front()),
                (false, "/check") => ServiceAnswer::Page(200, check_page::form("")),
                (true, "/check") => ServiceAnswer::Page(200, self.check(request)),
                (false, "/buyer") => ServiceAnswer::Page(200, intake::form(Side::Buyer)),
                (false, "/seller") => ServiceAnswer::Page(200, intake::form(Side::Seller)),
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

    /// Takes a new case, if the chain shows that there is something to rule on.
    async fn open(&self, request: &ServiceRequest, side: Side) -> ServiceAnswer {
        let intake = match Intake::read(request, side, self.account, self.chain_id) {
            Ok(intake) => intake,
            Err(refused) => return not_taken(422, &refused.why, refused.sign),
        };
        let Intake { parsed, proof } = intake;
        let statement = &parsed.statement;
        // Not before it is seen: anybody can make up an order that fits itself, and fill the disk.
        match self.state(statement).await {
            Some(state) => {
                if let Some(why) = state_refusal(&state) {
                    return not_taken(422, why, None);
                }
            }
            None if self.chain.is_none() => return not_taken(503, NO_NODES, None),
            None => return not_taken(503, UNSEEN, None),
        }
        let words = request.field("words");
        let found = self.warnings(&parsed);
        let now = self.now();
        let text = statement.to_text(checksum);
        let letter = Letter {
            id: statement.id,
            side,
            proof,
            at: now.coarse(),
            checked: Some((verdict(&found), &found)),
            statement: Some(&text),
            words: &words,
        };
        let case = Case {
            id: statement.id,
            side,
            proof,
            statement: statement.part_1().to_text(checksum).to_string(),
            entries: vec![Entry { at: now.coarse(), words: words.to_string() }],
        };
        let sealed = letter.seal(&self.cert, &*self.system.entropy).map_err(NotKept::from);
        let until = kept_until(&statement.terms, now);
        let kept = sealed.and_then(|sealed| self.cases.add(&case, &sealed, now.coarse(), until));
        match kept {
            Ok(code) => ServiceAnswer::Page(200, self.taken(&case, &code, statement).await),
            Err(why) => failed(why),
        }
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
                proof: case.proof,
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

/// Said while no node answers.
const UNSEEN: &str = "This service cannot see the chain now, and takes no case about an order that it \
    cannot see. Nothing that you sent was kept. Save your words, and come back in an hour. If the \
    time to object ends before, write to the arbiter in another way that its front page names.";
/// Said by an arbiter that named no node.
const NO_NODES: &str = "This arbiter has not named a node of the chain yet, so it takes no cases. Nothing \
    that you sent was kept.";

/// Returns the page about a case that was not taken.
fn not_taken(status: u16, why: &str, sign: Option<String>) -> ServiceAnswer {
    let page = Page::new("Your case was not taken").warning(why);
    let page = match sign {
        Some(text) => page
            .text("A signature of this text by the wallet of your refund address is a proof, too:")
            .with(Block::Verbatim(text)),
        None => page,
    };
    ServiceAnswer::Page(status, page.text("Go back in your browser: your words are still there."))
}

const fn side_name(side: Side) -> &'static str {
    match side {
        Side::Buyer => "buyer",
        Side::Seller => "seller",
    }
}

/// Returns the time until which a case is kept: the order has ended by then.
///
/// Terms can name any year. A case of such an order is kept for two years, and takes no room for good.
fn kept_until(terms: &Terms, now: UnixTime) -> UnixTime {
    let windows = u64::from(terms.dispute_window) + u64::from(terms.arbiter_window);
    let ended = terms.latest_delivery().plus_seconds(windows).plus_seconds(KEPT);
    ended.min(now.plus_seconds(LONGEST_KEPT))
}

fn code_form() -> Page {
    let form = Form {
        action: "/case".into(),
        button: "Open".into(),
        fields: vec![Field::new(FieldKind::Secret, "code", "Case code")],
    };
    Page::new("Open my case again").with(Block::Form(form)).text(
        "If the code is lost, open the case again with your proof. The one before is closed then; \
             the arbiter has what you wrote.",
    )
}

fn failed(why: NotKept) -> ServiceAnswer {
    match why {
        NotKept::NotFound => {
            let page = Page::new("No case has this code")
                .text("It may be mistyped, or the case was deleted: some weeks after its order ended.")
                .link("/case", "Try again");
            ServiceAnswer::Page(404, page)
        }
        NotKept::Taken => not_taken(
            422,
            "You have a case about this order that cannot be opened again: it was opened too often, \
             or with a signature. Open it with its case code, or sign with your wallet.",
            None,
        ),
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
