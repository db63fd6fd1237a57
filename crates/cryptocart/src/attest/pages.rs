//! Pages of the attestor.

use super::desk::Desk;
use crate::service::check_page;
use shop_chain::ethereum::escrow::checksum;
use shop_core::{
    escrow::{Attestation, Hash, Registration},
    kind::Kind,
};
use shop_web::{
    BoxFuture,
    service::{Block, Page, ServiceAnswer, ServicePages, ServiceRequest},
};
use std::sync::Arc;

/// Pages of one attestor.
pub(super) struct AttestPages {
    pub(super) desk: Arc<Desk>,
    pub(super) name: String,
}

impl ServicePages for AttestPages {
    fn answer<'a>(&'a self, request: &'a ServiceRequest) -> BoxFuture<'a, ServiceAnswer> {
        Box::pin(async move {
            match (request.is_post, request.path.as_str()) {
                (false, "/") => ServiceAnswer::Page(200, self.front()),
                (false, "/check") => ServiceAnswer::Page(200, check_page::form("")),
                (true, "/check") => self.check(request),
                (true, "/v1/register") => self.register(request).await,
                (false, path) => match path.strip_prefix("/v1/att/") {
                    Some(id) => self.signed(id),
                    None => ServiceAnswer::Failed(Kind::NotFound),
                },
                (true, _) => ServiceAnswer::Failed(Kind::NotFound),
            }
        })
    }
}

impl AttestPages {
    fn front(&self) -> Page {
        let facts = vec![
            ("Key".to_owned(), checksum(self.desk.account())),
            ("Chain".to_owned(), self.desk.chain_id.to_string()),
            ("Asks".to_owned(), self.desk.carriers.names()),
        ];
        let paragraphs = [
            "This attestor asks carriers for parcels that sellers register, and signs what they say. \
             With enough such signatures, the escrow contract lets the time to dispute begin.",
            "It says that a parcel of this order was delivered. It cannot say what was in it.",
        ];
        let page = Page::new(&*self.name).with(Block::Facts(facts));
        let page = paragraphs.into_iter().fold(page, Page::text);
        page.link("/check", "Check an escrow statement before you pay")
    }

    fn check(&self, request: &ServiceRequest) -> ServiceAnswer {
        let text = request.field("statement");
        let known = check_page::Known {
            attestors: [self.desk.account()].into(),
            ..check_page::Known::default()
        };
        ServiceAnswer::Page(200, check_page::result(&text, &known, self.desk.now()))
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

    fn signed(&self, id: &str) -> ServiceAnswer {
        let Ok(id) = Hash::parse(id) else { return ServiceAnswer::Failed(Kind::NotFound) };
        match self.desk.signed.of(id) {
            Ok(Some(signed)) => json(&signed),
            Ok(None) => ServiceAnswer::Failed(Kind::NotFound),
            Err(_) => ServiceAnswer::Failed(Kind::Bug),
        }
    }
}

fn json(signed: &Attestation) -> ServiceAnswer {
    let json = serde_json::to_string_pretty(signed);
    json.map_or(ServiceAnswer::Failed(Kind::Bug), |json| ServiceAnswer::Json(200, json))
}
