//! Pages of the attestor.

use super::{
    desk::Desk,
    extensions::Extensions,
    keeper::{Keeper, NotKept},
};
use crate::{error::CliError, service::check_page};
use serde::Serialize;
use shop_chain::ethereum::escrow::checksum;
use shop_core::{
    escrow::{Hash, Registration},
    kind::Kind,
};
use shop_web::{
    BoxFuture,
    service::{Block, Field, FieldKind, Form, Page, ServiceAnswer, ServicePages, ServiceRequest},
};
use std::sync::Arc;

/// Pages of one attestor.
pub(super) struct AttestPages {
    pub(super) desk: Arc<Desk>,
    pub(super) keeper: Option<Arc<Keeper>>,
    pub(super) extensions: Extensions,
    pub(super) name: String,
}

impl ServicePages for AttestPages {
    fn answer<'a>(&'a self, request: &'a ServiceRequest) -> BoxFuture<'a, ServiceAnswer> {
        Box::pin(async move {
            match (request.is_post, request.path.as_str()) {
                (false, "/") => ServiceAnswer::Page(200, self.front()),
                (false, "/check") => ServiceAnswer::Page(200, check_page::form("")),
                (true, "/check") => self.check(request),
                (false, "/keep") if self.keeper.is_some() => ServiceAnswer::Page(200, keep_form()),
                (true, "/keep") => self.keep(request).await,
                (true, "/v1/register") => self.register(request).await,
                (false, path) => match path.rsplit_once('/') {
                    Some(("/v1/att", id)) => published(id, |id| self.desk.signed.of(id)),
                    Some(("/v1/ext", id)) => published(id, |id| self.extensions.of(id)),
                    _ => ServiceAnswer::Failed(Kind::NotFound),
                },
                (true, _) => ServiceAnswer::Failed(Kind::NotFound),
            }
        })
    }
}

impl AttestPages {
    fn front(&self) -> Page {
        let mut facts = vec![
            ("Key".to_owned(), checksum(self.desk.account())),
            ("Chain".to_owned(), self.desk.chain_id.to_string()),
            ("Asks".to_owned(), self.desk.carriers.names()),
        ];
        if let Some(keeper) = &self.keeper {
            facts.push(("Sends what is due, with".to_owned(), checksum(keeper.account())));
        }
        let paragraphs = [
            "This attestor asks carriers for parcels that sellers register, and signs what they say. \
             With enough such signatures, the escrow contract lets the time to dispute begin.",
            "It says that a parcel of this order was delivered. It cannot say what was in it.",
        ];
        let page = Page::new(&*self.name).with(Block::Facts(facts));
        let page = paragraphs.into_iter().fold(page, Page::text);
        let page = page.link("/check", "Check an escrow statement before you pay");
        if self.keeper.is_none() {
            return page;
        }
        page.link("/keep", "Have this attestor send what is due of your order")
    }

    fn check(&self, request: &ServiceRequest) -> ServiceAnswer {
        let text = request.field("statement");
        let known = check_page::Known {
            attestors: [self.desk.account()].into(),
            ..check_page::Known::default()
        };
        ServiceAnswer::Page(200, check_page::result(&text, &known, self.desk.now()))
    }

    /// Takes the statement of an order that the keeper is to look after.
    async fn keep(&self, request: &ServiceRequest) -> ServiceAnswer {
        let Some(keeper) = &self.keeper else { return ServiceAnswer::Failed(Kind::NotFound) };
        let text = request.field("statement");
        let (status, page) = match keeper.accept(&text).await {
            Ok(()) => (
                200,
                Page::new("This attestor looks after the order").with(Block::Good(KEPT.into())),
            ),
            Err(why) => {
                if let NotKept::Ours(error) = &why {
                    // It names a folder of this machine, and nothing of the order.
                    tracing::error!("a statement could not be kept: {error}");
                }
                (422, Page::new("Not taken").warning(why.to_string()).link("/keep", "Try again"))
            }
        };
        ServiceAnswer::Page(status, page)
    }

    async fn register(&self, request: &ServiceRequest) -> ServiceAnswer {
        if request.body().len() > Registration::LONGEST {
            return ServiceAnswer::Failed(Kind::BadInput);
        }
        let Ok(registration) = serde_json::from_slice::<Registration>(request.body()) else {
            return ServiceAnswer::Failed(Kind::BadInput);
        };
        match self.desk.register(registration).await {
            Ok(answer) => {
                let status = if answer.accepted { 200 } else { 409 };
                match serde_json::to_string(&answer) {
                    Ok(json) => ServiceAnswer::Json(status, json),
                    Err(_) => ServiceAnswer::Failed(Kind::Bug),
                }
            }
            Err(kind) => ServiceAnswer::Failed(kind),
        }
    }
}

/// Words for whoever brought a statement.
const KEPT: &str = "When a deadline has passed and nobody else acts, it sends the transaction that is \
                    due: your refund, for example. The tip of the order pays for it, so it may wait \
                    until fees are low. Nobody has to do it, so look yourself, too.";

fn keep_form() -> Page {
    let field = Field::new(FieldKind::Long, "statement", "Escrow statement")
        .hint("Part 1, as the shop gave it to you. Leave out part 2: it is for the arbiter alone.");
    let form = Form { action: "/keep".into(), button: "Bring it".into(), fields: vec![field] };
    Page::new("Have what is due sent")
        .text(
            "If a deadline passes and nobody acts, somebody has to send a transaction before the \
             contract pays. This attestor can do it for the tip that is in the order. It needs the \
             statement for that, of an order that is paid and that names this attestor.",
        )
        .with(Block::Form(form))
        .text("The statement is kept sealed until the order has ended.")
}

/// Answers with what was signed of an order, if something was.
fn published<T: Serialize>(
    id: &str,
    of: impl FnOnce(Hash) -> Result<Option<T>, CliError>,
) -> ServiceAnswer {
    let Ok(id) = Hash::parse(id) else { return ServiceAnswer::Failed(Kind::NotFound) };
    match of(id).map(|signed| signed.map(|signed| serde_json::to_string_pretty(&signed))) {
        Ok(Some(Ok(json))) => ServiceAnswer::Json(200, json),
        Ok(None) => ServiceAnswer::Failed(Kind::NotFound),
        Ok(Some(Err(_))) | Err(_) => ServiceAnswer::Failed(Kind::Bug),
    }
}
