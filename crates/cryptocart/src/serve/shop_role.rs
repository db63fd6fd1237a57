//! The shop role: pages, database, sealing and the tasks, in a process without a network.

mod answers;
mod chains;
mod numbers;
mod opening;
mod paths;
mod pictures;
mod reload;
mod storefront;
mod watching;

use super::{
    shop_word::{NewOrders, ShopWord},
    supervisor::ShopPlan,
};
use crate::{
    address_numbers,
    config::{
        Config,
        plan::{Plan, STOP_AFTER_HOURS},
    },
    content::{self, PictureWork},
    data_loss,
    digital::{CodeLists, Lists},
    error::{CliError, Context},
    health::Health,
    identity, load,
    payments::ShopPayments,
    rates::{self, RateBoard, asker},
    sealer,
    seller_key::{LetterSealer, SellerKey},
    shop_dir::ShopDir,
    system::System,
    tasks::{
        self, WakeSignal,
        compare::Differences,
        deliver::NoticeWriter,
        health::{ChainMail, Monitor},
    },
    view_accounts,
};
use arc_swap::ArcSwap;
use shop_chain::ChainWatcher;
use shop_core::{order_status::RetentionPolicy, seller_mail::SellerMail};
use shop_db::Db;
use shop_net::{
    isolate::Paths,
    link::{Ingress, Link, Message},
    shop_side::{ClientConnection, Dialer, Event, Reporter, ShopSide},
    status::Status,
};
use shop_seal::{CookieKey, mbox::Mbox};
use shop_web::{Ended, Files, Hosts, Payments as _, ShopParts, ShopWeb, Storefront};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zeroize::Zeroizing;

/// Longest time open pages may take when the shop closes.
/// The supervisor waits 1.5 seconds for all.
const DRAIN_VISITS: Duration = Duration::from_millis(700);

/// Longest time tasks may take to finish what they do.
const DRAIN_TASKS: Duration = Duration::from_millis(400);

/// Interval at which an open shop checks if the seller's key lapses soon.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The role's settings as they are written and as they are meant, and the files it may use from now
/// on.
/// The view keys are taken out of what it was told: they are wiped once the accounts are open.
pub(super) fn prepare(told: &mut ShopPlan) -> Result<(Config, Plan, Paths), CliError> {
    let dir = ShopDir::new(&told.dir);
    let config = Config::load(&dir)?;
    let mut plan = Plan::load(&dir)?;
    view_accounts::open(&mut plan, &std::mem::take(&mut told.view_keys))?;
    let paths = paths::of(&config, &plan)?;
    Ok((config, plan, paths))
}

/// Runs the role. `missing` says which protections this system does not give.
pub(super) async fn run(
    link: Link,
    told: ShopPlan,
    (config, plan): (Config, Plan),
    missing: Vec<String>,
    system: &System,
) -> Result<(), CliError> {
    let mut side = ShopSide::start(link, told.targets.clone());
    let reporter = side.reporter();
    for warning in &missing {
        note(&reporter, "isolation", &format!("WARNING: {warning}")).await;
    }
    crate::pictures::start_through(reporter.clone());
    crate::files::open_through(reporter.clone());
    let dialer = side.dialer();
    let to = reporter.clone();
    let opening = OpenShop::open(plan, config, told, missing, to, dialer, system.clone());
    let Some((shop, early)) = opening::beside(opening, &mut side, &reporter).await? else {
        return Ok(());
    };
    shop.serve(side, early).await
}

/// A shop with everything it needs running.
struct OpenShop {
    plan: Plan,
    /// The settings it was opened with.
    config: Config,
    /// The seller's key: orders and news of them are sealed to the same one.
    key: SellerKey,
    /// Tells the catalogue that is shown from the one on the disk.
    shown: Mutex<Option<u64>>,
    /// One at a time reads everything again.
    reloading: tokio::sync::Mutex<()>,
    /// Cancelled when no more pictures need be made: all are shown, or the shop stops.
    pictures_wanted: CancellationToken,
    monitor: Arc<Monitor>,
    chains: Vec<Arc<dyn ChainWatcher>>,
    web: Arc<ShopWeb>,
    payments: Arc<ShopPayments>,
    lists: Arc<CodeLists>,
    db: Db,
    /// The exchange rates of the moment.
    rates: Arc<RateBoard>,
    dialer: Dialer,
    reporter: Reporter,
    /// Rung when money came to an address that belongs to no order.
    unmatched: Arc<WakeSignal>,
    told: ShopPlan,
    /// Protections that this system does not give.
    missing: Vec<String>,
    /// Differences between the seller's own nodes and others.
    differences: Arc<Differences>,
    /// Time and randomness.
    system: System,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl OpenShop {
    async fn open(
        plan: Plan,
        config: Config,
        told: ShopPlan,
        missing: Vec<String>,
        reporter: Reporter,
        dialer: Dialer,
        system: System,
    ) -> Result<Arc<Self>, CliError> {
        let secret = Zeroizing::new(sealer::secret(&plan.dir.cookie_key(), &*system.entropy)?);
        let lists = CodeLists::new(&secret);
        let digest = reload::catalog_digest(&plan.dir);
        let content =
            storefront::load(&plan, &told, &lists, system.hour(), PictureWork::MakeNone).await?;
        let key: SellerKey = Arc::new(ArcSwap::from_pointee(content.seal_cert.clone()));
        let db = Db::open(&plan.dir.database()).context(|| "opening the database".into())?;
        data_loss::prove(&plan.dir, &db, &secret).await?;
        let db = db.with_sealer(sealer::sealer(&secret, &lists, &system));
        let db = db.with_notices(Arc::clone(&system.entropy));
        let begun = db.begin_chains(crate::chains::networks(&plan)).await;
        begun.map_err(crate::chains::refused)?;
        for flaw in storefront::ignored(&content) {
            note(&reporter, "theme", &flaw).await;
        }
        storefront::tell(&content, &reporter).await;
        let slips_of = content.catalog.clone();
        let payments =
            Arc::new(ShopPayments::new(&plan, &content.assets, db.clone(), system.clone()));
        let db = db.with_policies(payments.policies());
        let codes = Arc::clone(&content.handed_out.codes);
        let lacks_pictures = !content.pictures.is_complete || content.theme.lacks_logo;
        let source = storefront::source(content, &plan, &payments);
        let unready = lacks_pictures.then(|| source.clone());
        let storefront = content::build(source)?;
        take_up(&db, &lists, codes, &storefront).await?;
        let web = ShopWeb::new(ShopParts {
            storefront,
            hosts: hosts(&told),
            db: db.clone(),
            payments: payments.clone(),
            files: Files::at(&plan.dir.digital()),
            cookie_key: CookieKey::from_bytes(*secret),
            clock: Arc::clone(&system.clock),
            entropy: Arc::clone(&system.entropy),
        });
        let tasks = TaskTracker::new();
        let stop = CancellationToken::new();
        let monitor = Monitor::new(health(&plan, &payments, &db).await?, Arc::clone(&system.clock));
        let board = Arc::clone(payments.rate_board());
        board.want(rates::needed(&plan, &slips_of, &payments.assets()), system.clock.now());
        let mut shop = Self {
            plan,
            config,
            key,
            shown: Mutex::new(digest),
            reloading: tokio::sync::Mutex::default(),
            pictures_wanted: stop.child_token(),
            monitor,
            chains: Vec::new(),
            web,
            payments,
            lists,
            db,
            rates: board,
            dialer,
            reporter,
            unmatched: Arc::default(),
            told,
            missing,
            differences: Arc::default(),
            system,
            tasks,
            stop,
        };
        shop.start_tasks().await?;
        let shop = Arc::new(shop);
        shop.look_for_slips(slips_of);
        if address_numbers::all(&shop.plan).next().is_some() {
            shop.tasks.spawn(Arc::clone(&shop).follow_numbers());
        }
        if let Some(source) = unready {
            shop.tasks.spawn(Arc::clone(&shop).make_pictures(source));
        }
        Ok(shop)
    }

    async fn start_tasks(&mut self) -> Result<(), CliError> {
        let dialer = self.dialer.clone();
        self.watch_chains(&dialer).await?;
        // In a demo nobody is asked: what is paid there has no price.
        if !self.plan.is_demo() {
            let task = tasks::rates::RatesTask {
                board: Arc::clone(&self.rates),
                askers: asker::all(&self.plan.rates, &dialer)?,
                monitor: Arc::clone(&self.monitor),
                opened: self.system.clock.uptime(),
                system: self.system.clone(),
                reported: Mutex::default(),
            };
            self.tasks.spawn(task.run(self.stop.clone()));
        }
        let mbox = Mbox::open(&self.plan.mailbox);
        let deliver = tasks::deliver::Deliver {
            db: self.db.clone(),
            mbox,
            monitor: Arc::clone(&self.monitor),
            writer: self.notice_writer(),
        };
        self.tasks.spawn(deliver.run(self.stop.clone()));
        self.tasks.spawn(self.tell_health());
        self.tasks.spawn(self.tell_lapsing_key());
        if self.told.tells_orders {
            self.tasks.spawn(self.tell_new_orders());
        }
        let terms = RetentionPolicy {
            unpaid_hours: self.plan.unpaid_hours,
            paid_hours: self.plan.paid_hours,
        };
        let demo = self.plan.is_demo();
        let clock = Arc::clone(&self.system.clock);
        let stop = self.stop.clone();
        self.tasks.spawn(tasks::retention::run(self.db.clone(), terms, demo, clock, stop));
        self.tasks.spawn(tasks::db_changes::run(self.db.clone(), self.stop.clone()));
        let db = self.db.clone();
        let payments = Arc::clone(&self.payments);
        let pools = move || payments.pools();
        let monitor = Arc::clone(&self.monitor);
        let stop = self.stop.clone();
        let clock = Arc::clone(&self.system.clock);
        let most_open = self.plan.most_open;
        self.tasks.spawn(tasks::pool::run(db, pools, most_open, monitor, clock, stop));
        let web = Arc::clone(&self.web);
        let folder = self.plan.dir.path().to_owned();
        let look = move || tasks::disk_space::free(&folder);
        self.tasks.spawn(tasks::disk_space::run(
            look,
            web,
            Arc::clone(&self.monitor),
            self.stop.clone(),
        ));
        let web = Arc::clone(&self.web);
        let levels = self.db.availabilities();
        self.tasks.spawn(tasks::stock_levels::run(web, levels, self.stop.clone()));
        Ok(())
    }

    fn notice_writer(&self) -> NoticeWriter {
        let letters = SellerMail { shop: self.plan.name.clone(), demo: self.plan.is_demo() };
        let codes = self.payments.chains().iter().map(|chain| (chain.chain, chain.codes()));
        let codes = codes.collect();
        let terms = self.plan.all_terms().to_vec();
        NoticeWriter {
            orders: letters.clone(),
            chains: ChainMail { letters, terms, codes },
            sealer: LetterSealer::new(&self.plan, &self.key, self.system.clone()),
        }
    }

    /// Tells what works and what does not.
    fn tell_health(&self) -> impl Future<Output = ()> + Send + use<> {
        let reporter = self.reporter.clone();
        let tell = move |subject: &'static str, text: String| {
            let reporter = reporter.clone();
            async move { note(&reporter, subject, &text).await }
        };
        let web = Arc::clone(&self.web);
        let show = move |unseen| web.show_unseen(unseen);
        let monitor = Arc::clone(&self.monitor);
        tasks::health::run(monitor, self.db.clone(), show, tell, self.stop.clone())
    }

    /// Tells the supervisor the numbers of new orders.
    fn tell_new_orders(&self) -> impl Future<Output = ()> + Send + use<> {
        let reporter = self.reporter.clone();
        let tell = move |latest, count| {
            let reporter = reporter.clone();
            async move { tell(&reporter, ShopWord::NewOrders(NewOrders { latest, count })).await }
        };
        tasks::new_orders::run(self.db.placed_orders(), tell, self.stop.clone())
    }

    /// Tells every day what to do about a seller's key that lapses soon.
    fn tell_lapsing_key(&self) -> impl Future<Output = ()> + Send + use<> {
        let key = Arc::clone(&self.key);
        let reporter = self.reporter.clone();
        let stop = self.stop.clone();
        let system = self.system.clone();
        async move {
            let mut day = tokio::time::interval_at(Instant::now() + DAY, DAY);
            while stop.run_until_cancelled(day.tick()).await.is_some() {
                let lapses = identity::cert_lapses(&key.load(), system.hour());
                if let Some(what) = lapses {
                    note(&reporter, "key", &what).await;
                }
            }
        }
    }

    /// Serves until told to stop, then lets open pages finish, then closes the database. It says that the
    /// shop is open once its chains were read, or do not answer.
    async fn serve(
        self: Arc<Self>,
        mut side: ShopSide,
        early: opening::Early,
    ) -> Result<(), CliError> {
        let router = shop_web::router(self.web.clone());
        let visits = TaskTracker::new();
        let show_in = |visit| {
            visits.spawn(serve_visit(visit, router.clone(), self.reporter.clone()));
        };
        // Beside the rest: it may take minutes, and nobody is to wait for it. What came of it is told on
        // the terminal.
        let reload = || {
            let shop = Arc::clone(&self);
            opening::waiting(&visits, async move { drop(shop.reload().await) });
        };
        let answer = |question, stream| {
            opening::waiting(&visits, answers::answer(Arc::clone(&self), question, stream));
        };
        early.visits.into_iter().for_each(show_in);
        early.questions.into_iter().for_each(|(question, stream)| answer(question, stream));
        if early.reload {
            reload();
        }
        let payments = Arc::clone(&self.payments);
        let mut first_reading = std::pin::pin!(watching::first_reading(payments));
        let mut opened = false;
        loop {
            let event = tokio::select! {
                () = &mut first_reading, if !opened => {
                    opened = true;
                    self.reporter.tell(&Message::Status(Status::Open)).await;
                    self.tell_what_is_unread();
                    continue;
                }
                event = side.next() => event,
            };
            match event {
                Event::Visit(visit) => show_in(visit),
                Event::Reload => reload(),
                Event::Ask(question, stream) => answer(question, stream),
                Event::Word(_) => {}
                Event::Ping => self.reporter.alive().await,
                Event::Stop => break,
            }
        }
        visits.close();
        drop(tokio::time::timeout(DRAIN_VISITS, visits.wait()).await);
        self.stop.cancel();
        self.tasks.close();
        drop(tokio::time::timeout(DRAIN_TASKS, self.tasks.wait()).await);
        self.db.clone().close().await;
        Ok(())
    }
}

/// Takes up the counts and the codes of what is about to be shown; all of it, or none.
/// It comes last: nothing after it can refuse the catalogue.
async fn take_up(
    db: &Db,
    lists: &Arc<CodeLists>,
    codes: Arc<Lists>,
    storefront: &Storefront,
) -> Result<(), CliError> {
    let counts = load::counts(storefront.catalog(), &storefront.rules().discounts);
    let swap = lists.swapping(codes);
    db.recount_from(counts, swap).await.context(|| "reading the stock".into())
}

async fn serve_visit(visit: ClientConnection, router: shop_web::Routes, reporter: Reporter) {
    let who = shop_web::ClientInfo {
        door: match visit.door {
            Ingress::Onion => shop_web::Ingress::Onion,
            Ingress::Preview => shop_web::Ingress::Preview,
            Ingress::Clear => shop_web::Ingress::Clear,
        },
        circuit: visit.circuit,
    };
    let ended = shop_web::serve_connection(visit.stream, who, router).await;
    // How else a connection ended is nobody's business.
    if matches!(ended, Ok(Ended::Crowding)) {
        reporter.end_circuit(visit.door, visit.circuit).await;
    }
}

/// Returns what is known of the chains from before the shop was opened.
async fn health(plan: &Plan, payments: &ShopPayments, db: &Db) -> Result<Health, CliError> {
    let mut health = Health::new(STOP_AFTER_HOURS);
    for terms in plan.all_terms() {
        health.stop_after(terms.chain, terms.stop_after_hours);
    }
    for chain in payments.chains() {
        let known = db.chain(chain.chain).await.context(|| "reading the blocks".into())?;
        if let Some(block) = known.last() {
            health.was_read(chain.chain, block.height, block.time);
        }
    }
    Ok(health)
}

fn hosts(told: &ShopPlan) -> Hosts {
    let preview = told
        .preview
        .map_or_else(Vec::new, |at| vec![at.to_string(), format!("localhost:{}", at.port())]);
    Hosts { onion: told.onion.clone(), preview, clear: told.clear_web.clone() }
}

async fn note(reporter: &Reporter, subject: &str, text: &str) {
    tell(reporter, ShopWord::Note { subject: subject.to_owned(), text: text.to_owned() }).await;
}

async fn tell(reporter: &Reporter, word: ShopWord) {
    if let Ok(word) = serde_json::to_value(word) {
        reporter.tell(&Message::Word(word)).await;
    }
}
