//! Intake of a case: the form, and what is checked before anything of it is kept.

use super::{
    proof::{self, Proof},
    ruling::is_forged,
    side::Side,
};
use shop_chain::ethereum::escrow::{PINNED, case_text, checksum};
use shop_core::escrow::{Account, EscrowState, ParsedStatement, Statement};
use shop_web::service::{Block, Field, FieldKind, Form, Page, ServiceRequest};

/// Most bytes of what a side writes at once.
pub(super) const LONGEST_WORDS: usize = 20_000;

/// Case that a side wants to open, checked as far as its text goes.
pub(super) struct Intake {
    pub(super) parsed: ParsedStatement,
    pub(super) proof: Proof,
}

/// Reason why a case is not taken.
pub(super) struct Refused {
    pub(super) why: String,
    /// Text to sign, where a signature would prove the side.
    pub(super) sign: Option<String>,
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Self { why, sign: None }
    }
}

impl Intake {
    /// Checks what was sent; nothing of it is kept, and no node is asked.
    pub(super) fn read(
        request: &ServiceRequest,
        side: Side,
        account: Account,
        chain_id: u64,
    ) -> Result<Self, Refused> {
        let text = request.field("statement");
        let parsed = Statement::parse_any(&text)
            .map_err(|error| format!("The statement cannot be read: {error}."))?;
        let statement = &parsed.statement;
        if let Some(why) = refusal(statement, account, chain_id) {
            return Err(why.into());
        }
        if let Some(why) = words_refusal(&request.field("words")) {
            return Err(why.to_owned().into());
        }
        let proof = proof::find(side, statement, &request.field("proof"), &text);
        let proof = proof.map_err(|why| Refused {
            why: why.to_owned(),
            sign: (side == Side::Buyer).then(|| case_text(statement.id)),
        })?;
        Ok(Self { parsed, proof })
    }
}

/// Says why this arbiter does not take a case about an order.
fn refusal(statement: &Statement, account: Account, chain_id: u64) -> Option<String> {
    if is_forged(statement) {
        return Some("The statement was changed: its values do not fit each other.".to_owned());
    }
    if statement.contract != PINNED.contract {
        return Some("The order is in another contract than the one known here.".to_owned());
    }
    match statement.terms.arbiter {
        Some(arbiter) if arbiter == account => {}
        Some(arbiter) => {
            let arbiter = checksum(arbiter);
            return Some(format!("The order has another arbiter, {arbiter}: go there."));
        }
        None => return Some("The order has no arbiter: nobody can rule on it.".to_owned()),
    }
    (statement.terms.chain_id != chain_id).then(|| {
        format!(
            "The order is on chain {}, and this arbiter rules on chain {chain_id}.",
            statement.terms.chain_id
        )
    })
}

/// Says why there is nothing to rule on in a state. It keeps out orders that cost nobody
/// anything.
pub(super) const fn state_refusal(state: &EscrowState) -> Option<&'static str> {
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
pub(super) fn form(side: Side) -> Page {
    let statement = Field::new(FieldKind::Long, "statement", "Escrow statement").hint(match side {
        Side::Buyer => {
            "The whole file that you saved: both parts, and your proof below them. The arbiter needs \
             to see what was ordered, and where it went."
        }
        Side::Seller => "All that `cryptocart escrow case ORDER` prints at home.",
    });
    let proof = Field::new(FieldKind::Secret, "proof", "Your proof").hint(match side {
        Side::Buyer => {
            "Only if it is not in the text above: the code that begins with BUYER-, or a signature by \
             the wallet of your refund address. Never your order code, and never a release secret."
        }
        Side::Seller => "Only if it is not in the text above: the signature of your operator key.",
    });
    let (path, title) = match side {
        Side::Buyer => ("/buyer", "A case as the buyer"),
        Side::Seller => ("/seller", "A case as the seller"),
    };
    let form = Form {
        action: path.into(),
        button: "Send to the arbiter".into(),
        fields: vec![statement, proof, words_field()],
    };
    Page::new(title)
        .text(
            "The arbiter reads both sides. Write what was agreed, what happened and when, and what \
             you ask for. Paste messages and tracking pages as text. Leave out what does not matter: \
             names and addresses are not needed.",
        )
        .with(Block::Form(form))
}

/// Returns the field for what a side says.
pub(super) fn words_field() -> Field {
    Field::new(FieldKind::Long, "words", "What you want to say")
        .hint("At most 20,000 characters. You can add more later.")
}

/// Says why words are not taken.
pub(super) fn words_refusal(words: &str) -> Option<&'static str> {
    if words.trim().is_empty() {
        return Some("There is nothing in what you want to say: write what happened.");
    }
    let is_long = words.len() > LONGEST_WORDS;
    is_long.then_some("That is too long: send 20,000 characters now, and the rest afterwards.")
}
