//! Pages of a service that is not a shop: an attestor's, an arbiter's.
//!
//! It has the same checks, limits and headers as a shop, and no storefront. Whoever implements
//! [`ServicePages`] gets a request that has passed them, and returns blocks of words; nobody but
//! the template here writes HTML.

mod page;
mod request;
mod site;

pub use page::{Block, Field, FieldKind, Form, Page};
pub use request::ServiceRequest;
pub use site::{ServiceAnswer, ServicePages, ServiceSite};
