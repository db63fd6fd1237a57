//! Small shop for tests and for looking at: all is real but till, clock and chance.

#[path = "escrow_desk.rs"]
pub(crate) mod escrow_desk;

use escrow_desk::{FakeDesk, SECRET};
use shop_core::{
    bill::PriceRules,
    catalog::Catalog,
    entropy::Seeded,
    escrow::Statement,
    money::{Amount, AssetId, ExchangeRates},
    naming::{self, Name},
    order::OrderId,
    order_status::Debt,
    pay_to::{Matching, Offer, PayTo},
    time::{Clock, CoarseTime, SetClock, UnixTime},
    view::{BlockAt, BlockHash, ChainUpdate, Confirmations, Height, Transfer, TransferId},
};
use shop_db::{Db, OrderSummary};
use shop_seal::{CodeSalt, CookieKey, SealCert, keygen};
use shop_web::{
    BoxFuture, ContentPage, EncodedImage, EscrowDesk, Files, Glossary, Hosts, Language, Languages,
    OfferError, PageText, PaymentTerms, Payments, Picture, Pictures, RefundTo, RefundToError,
    Routes, ShopParts, ShopWeb, Storefront, StorefrontSource, Theme, router,
};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};

pub(crate) const ONION: &str = "shopshopshopshopshopshopshopshopshopshopshopshopshopshop.onion";
pub(crate) const PREVIEW: &str = "127.0.0.1:8080";
pub(crate) const CLEAR: &str = "shop.example";
/// 2026-11-22 12:34:56 UTC.
pub(crate) const START: UnixTime = UnixTime(1_795_350_896);

pub(crate) const CATALOG: &str = r##"{
  "wallets": {
    "eth": {"currency": "ETH", "name": "Ether", "address": "0x1"},
    "btc": {"currency": "BTC", "name": "Bitcoin", "address": "bc1"}
  },
  "products": {
    "tee": {
      "name": "Plain Tee", "description": "Soft & **plain**.\n\n# Care\n\nWash <b>cold</b>.",
      "images": ["tee.jpg", "tee-back.jpg"], "options": ["S", "M", "L"],
      "categories": ["Shirts", "Men's"], "quantity": 12,
      "prices": [{"price": 51990000, "wallet": "->wallets.eth"},
                 {"price": 2000000, "wallet": "->wallets.btc"}]
    },
    "mug": {
      "name": "Mug \"Ohm\"", "description": "Holds tea.", "images": ["mug.jpg"],
      "categories": ["Kitchen"], "quantity": 3,
      "prices": [{"price": 20000000, "wallet": "->wallets.eth"},
                 {"price": 900000, "wallet": "->wallets.btc"}]
    },
    "print": {
      "name": "Print", "description": "", "categories": ["Kitchen"], "quantity": 0,
      "prices": [{"price": 5000000, "wallet": "->wallets.eth"},
                 {"price": 200000, "wallet": "->wallets.btc"}]
    }
  }
}"##;

/// Payments of a test shop.
pub(crate) struct FakeTill {
    pub(crate) pool: AtomicBool,
    pub(crate) exhausted: AtomicBool,
    /// True if the chain was not read yet.
    pub(crate) unread: AtomicBool,
    pub(crate) demo: bool,
    pub(crate) nudges: AtomicU32,
    pub(crate) most_open: AtomicU32,
    /// The number of the next offer.
    pub(crate) next: AtomicU64,
    /// The number of the first offer there is not.
    pub(crate) end: AtomicU64,
    /// Offers of escrow; none until a test says so.
    pub(crate) desk: FakeDesk,
    /// Exchange rates; none until a test says so.
    pub(crate) rates: Mutex<ExchangeRates>,
}

impl Payments for FakeTill {
    fn assets(&self) -> Vec<AssetId> {
        vec![AssetId::ETH, AssetId::BTC]
    }

    fn rates(&self) -> ExchangeRates {
        self.rates.lock().expect("no test panicked").clone()
    }

    fn offer<'a>(&'a self, total: Amount) -> BoxFuture<'a, Result<Offer, OfferError>> {
        Box::pin(async move {
            if self.unread.load(Ordering::SeqCst) {
                return Err(OfferError::ChainUnread);
            }
            if self.exhausted.load(Ordering::SeqCst) {
                return Err(OfferError::Exhausted);
            }
            let next = self.next.fetch_add(1, Ordering::SeqCst);
            if next >= self.end.load(Ordering::SeqCst) {
                return Err(OfferError::Exhausted);
            }
            Ok(if self.pool.load(Ordering::SeqCst) {
                let text = format!("demo-{next}");
                let pay_to =
                    PayTo::new(total.asset(), &text).map_err(|_| OfferError::Unavailable)?;
                Offer { pay_to, due: total, matching: Matching::PayTo }
            } else {
                let text = "0x52908400098527886E0F7030069857D2E4169EE7";
                let pay_to =
                    PayTo::new(total.asset(), text).map_err(|_| OfferError::Unavailable)?;
                let name = naming::names(total, next.saturating_sub(1)).next();
                let Name { due, naming } = name.ok_or(OfferError::Exhausted)?;
                Offer { pay_to, due, matching: Matching::Amount { naming } }
            })
        })
    }

    fn terms(&self, asset: AssetId) -> PaymentTerms {
        let most_open = self.most_open.load(Ordering::SeqCst);
        let ignore_below = Amount::new(asset, 20_000_000_000_000);
        PaymentTerms { needs: Confirmations(12), offer_hours: 24, most_open, ignore_below }
    }

    fn payment_uri(&self, pay_to: &PayTo, due: Amount) -> Option<String> {
        Some(format!("ethereum:{}@1?value={}", pay_to.as_str(), due.units()))
    }

    /// Reads ids that begin with `0x`, in lower case.
    fn txid(&self, _: &PayTo, text: &str) -> Option<String> {
        let spelled = text.trim().to_ascii_lowercase();
        spelled.starts_with("0x").then_some(spelled)
    }

    fn chain_id(&self, asset: AssetId) -> Option<u64> {
        (asset == AssetId::ETH && !self.demo).then_some(1)
    }

    fn nudge(&self, _: AssetId) {
        self.nudges.fetch_add(1, Ordering::SeqCst);
    }

    /// Reads lower case letters and digits, with a capital `X` as the checksum.
    fn refund_to(&self, asset: AssetId, text: &str) -> Result<RefundTo, RefundToError> {
        let plain = text.trim_end_matches('X');
        if plain.contains(|c: char| c.is_ascii_uppercase()) {
            return Err(RefundToError::Checksum);
        }
        let pay_to = PayTo::new(asset, plain).map_err(|_| RefundToError::NotAnAddress)?;
        Ok(RefundTo { pay_to, checked: plain != text })
    }

    fn releases(&self, _: &Statement, typed: &str) -> bool {
        typed == SECRET
    }

    fn escrow(&self) -> Option<&dyn EscrowDesk> {
        let is_off = self.desk.is_off.load(Ordering::SeqCst);
        (!is_off).then_some(&self.desk as &dyn EscrowDesk)
    }

    fn demo_hint(&self, order: OrderId) -> Option<String> {
        self.demo.then(|| format!("cryptocart demo pay {order}"))
    }
}

pub(crate) struct TestShop {
    pub(crate) web: Arc<ShopWeb>,
    pub(crate) router: Routes,
    pub(crate) db: Db,
    pub(crate) payments: Arc<FakeTill>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) secret: String,
    pub(crate) public: String,
    /// Every path that is the same for everyone.
    pub(crate) paths: Vec<String>,
}

/// Parts of a test shop that a test may choose.
pub(crate) struct Wanted {
    pub(crate) catalog: String,
    pub(crate) tagline: String,
    pub(crate) pictures: Pictures,
    pub(crate) pages: Vec<ContentPage>,
    pub(crate) texts: Vec<(String, String)>,
    pub(crate) demo: bool,
    pub(crate) db: Db,
    pub(crate) hosts: Hosts,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) languages: Languages,
    pub(crate) words: Glossary,
    pub(crate) rules: PriceRules,
    pub(crate) theme: Theme,
    pub(crate) files: Files,
}

impl Default for Wanted {
    fn default() -> Self {
        let page = |slug: &str, title: &str, markdown: &str| ContentPage {
            slug: slug.into(),
            text: PageText { title: title.into(), markdown: markdown.into() },
            translations: Vec::new(),
        };
        let mut policy = page("policy", "Policy", "# Returns\n\nWithin a week.");
        let text = PageText {
            title: "Retours".into(),
            markdown: "# Retours\n\nEn une semaine : [produits](/product), [clé](/pgp.txt).".into(),
        };
        policy.translations.push((Language::CanadianFrench, text));
        Self {
            catalog: CATALOG.into(),
            tagline: "Things that last".into(),
            pictures: placeholders(&["tee.jpg", "tee-back.jpg", "mug.jpg"]),
            pages: vec![policy, page("about", "About us", "We make [things](/product).")],
            texts: Vec::new(),
            demo: false,
            db: Db::in_memory().expect("memory"),
            hosts: Hosts {
                onion: Some(ONION.into()),
                preview: vec![PREVIEW.into()],
                clear: Some(CLEAR.into()),
            },
            clock: Arc::new(SetClock::new(START)),
            languages: all_languages(),
            words: Glossary::default(),
            rules: PriceRules::default(),
            theme: Theme::default(),
            files: Files::at(Path::new("nowhere")),
        }
    }
}

/// Returns an English shop that can be read in every language there is.
pub(crate) fn all_languages() -> Languages {
    Languages::new(Language::English, &Language::ALL)
}

impl TestShop {
    pub(crate) fn new() -> Self {
        Self::with(Wanted::default())
    }

    pub(crate) fn with(wanted: Wanted) -> Self {
        let Wanted {
            catalog,
            tagline,
            pictures,
            pages,
            texts,
            demo,
            db,
            hosts,
            clock,
            languages,
            words,
            rules,
            theme,
            files,
        } = wanted;
        let entropy = Arc::new(Seeded::new(42));
        let key = keygen::throw_away("Seller", clock.now().coarse(), &*entropy).expect("a key");
        let cert = SealCert::parse(&key.public_armored).expect("a certificate");
        let source = source(&catalog, pictures, cert);
        let source = StorefrontSource {
            tagline,
            pages,
            texts,
            demo,
            languages,
            words,
            rules,
            theme,
            ..source
        };
        let storefront = Storefront::build(source).expect("a storefront");
        let mut paths: Vec<String> = storefront.paths().collect();
        paths.sort();
        let payments = Arc::new(FakeTill {
            pool: AtomicBool::new(false),
            exhausted: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            demo,
            nudges: AtomicU32::new(0),
            most_open: AtomicU32::new(50),
            next: AtomicU64::new(101),
            end: AtomicU64::new(u64::MAX),
            desk: FakeDesk::new(),
            rates: Mutex::default(),
        });
        let web = ShopWeb::new(ShopParts {
            storefront,
            hosts,
            db: db.clone(),
            payments: payments.clone(),
            files,
            cookie_key: CookieKey::from_bytes([7; 32]),
            clock: clock.clone(),
            entropy,
        });
        let router = router(web.clone());
        Self {
            web,
            router,
            db,
            payments,
            clock,
            secret: key.secret_armored.to_string(),
            public: key.public_armored,
            paths,
        }
    }

    /// Answers a claim of this order: so much came to its pay-to, in this block.
    pub(crate) async fn answers(&self, order: &OrderSummary, txid: &str, amount: Amount, at: u64) {
        let time = self.clock.now().coarse();
        let hash = BlockHash([u8::try_from(at % 251).expect("small"); 32]);
        let came = Transfer {
            id: TransferId(txid.to_owned()),
            pay_to: order.pay_to.clone(),
            amount,
            block: Some(BlockAt { height: Height(at), hash, time }),
        };
        let judged = self.db.judge_claim(order.id, txid, Ok(vec![came]), time).await;
        judged.expect("judging a claim");
    }

    /// Lets the chain grow to `tip`, with these transfers in blocks.
    pub(crate) async fn chain(&self, tip: u64, mined: &[(&str, u64, Amount, PayTo)]) {
        let block = |height: u64| BlockAt {
            height: Height(height),
            hash: BlockHash([u8::try_from(height % 251).expect("small"); 32]),
            time: self.clock.now().coarse(),
        };
        let known = self.db.chain(AssetId::ETH.chain()).await.expect("the chain");
        let from = known.last().map_or(100, |last| last.height.0 + 1);
        let mined = mined
            .iter()
            .map(|(id, height, amount, pay_to)| Transfer {
                id: TransferId((*id).to_owned()),
                pay_to: pay_to.clone(),
                amount: *amount,
                block: Some(block(*height)),
            })
            .collect();
        let advance = ChainUpdate {
            blocks: (from..=tip).map(block).collect(),
            mined,
            ..ChainUpdate::default()
        };
        let now: CoarseTime = self.clock.now().coarse();
        self.db.apply_update(AssetId::ETH.chain(), advance, now).await.expect("advancing");
    }
}

/// Returns true if the seller owes the buyer of an order on the list all that was paid.
pub(crate) fn owes_payment(order: &OrderSummary) -> bool {
    matches!(order.status(START.coarse()).debt, Debt::Payment(_))
}

pub(crate) fn source(catalog: &str, pictures: Pictures, seal_cert: SealCert) -> StorefrontSource {
    StorefrontSource {
        catalog: Catalog::from_json(catalog).expect("the catalogue"),
        name: "Fox & Fern".into(),
        tagline: String::new(),
        contact: Some("the seller at the market".into()),
        pages: Vec::new(),
        texts: Vec::new(),
        pictures,
        offered: vec![AssetId::ETH, AssetId::BTC],
        demo: false,
        seal_cert,
        languages: all_languages(),
        words: Glossary::default(),
        rules: PriceRules::default(),
        code_salt: SALT,
        theme: Theme::default(),
    }
}

/// Salt that a test shop's discount codes are hashed with.
pub(crate) const SALT: CodeSalt = CodeSalt([3; 16]);

/// Returns plain pictures, each of one colour.
pub(crate) fn placeholders(names: &[&str]) -> Pictures {
    let mut pictures = Pictures::new();
    for (i, name) in names.iter().enumerate() {
        let shade = u8::try_from(40 * (i % 6)).expect("small");
        let encoded = |side: u32| {
            let image =
                image::RgbImage::from_pixel(side, side, image::Rgb([200, 180 - shade / 2, shade]));
            encode(&image)
        };
        pictures.insert(*name, Picture { thumb: encoded(240), full: encoded(640) });
    }
    pictures
}

pub(crate) fn encode(image: &image::RgbImage) -> EncodedImage {
    let (width, height) = image.dimensions();
    let bytes = webp::Encoder::from_rgb(image, width, height).encode(50.0).to_vec();
    EncodedImage::new(bytes, "image/webp", (width, height))
}
