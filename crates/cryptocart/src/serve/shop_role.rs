//! The shop role: pages, database, sealing and the tasks, in a process without a network.

mod chains;
mod paths;

use super::supervisor::{Note, ShopPlan};
use crate::{
    clerk,
    config::{
        plan::{Money, Plan},
        rules,
    },
    digital::{self, CodeLists, Lists},
    error::{CliError, While},
    identity, load, pictures, say,
    shop_dir::ShopDir,
    system::{SystemClock, SystemEntropy},
    tasks::{self, watch::Watcher},
    theme,
    till::{self, ShopTill},
    warnings, words,
};
use shop_core::{catalog::Catalog, kind::Kind, money::AssetId, time::Clock};
use shop_db::{Db, Terms};
use shop_net::{
    isolate::Paths,
    link::{Door, Link, Message},
    shop_side::{Dialer, Event, Reporter, ShopSide, Visit},
    status::Status,
};
use shop_seal::{CookieKey, SealCert, mbox::Mbox};
use shop_web::{Ended, Files, Hosts, ShopParts, ShopWeb, Storefront, StorefrontSource, Till};
use std::{sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use zeroize::Zeroizing;

/// How long open pages may take when the shop closes. The supervisor waits 1.5 seconds for all.
const DRAIN_VISITS: Duration = Duration::from_millis(700);

/// How long tasks may take to finish what they do.
const DRAIN_TASKS: Duration = Duration::from_millis(400);

/// Visitors who may wait while the shop opens.
const MOST_WAITING: usize = 512;

/// The role's settings, and the files it may use from now on.
pub(super) fn prepare(told: &ShopPlan) -> Result<(Plan, Paths), CliError> {
    let plan = Plan::load(&ShopDir::at(&told.dir))?;
    let paths = paths::of(&plan)?;
    Ok((plan, paths))
}

/// Runs the role. `missing` says which protections this system does not give.
pub(super) async fn run(
    link: Link,
    told: ShopPlan,
    plan: Plan,
    missing: Vec<String>,
) -> Result<(), CliError> {
    let mut side = ShopSide::start(link, told.targets.clone());
    let reporter = side.reporter();
    for warning in missing {
        note(&reporter, "isolation", &warning).await;
    }
    pictures::start_through(reporter.clone());
    let opening = OpenShop::open(plan, &told, reporter.clone(), side.dialer());
    let Some((shop, early)) = open_beside(opening, &mut side, &reporter).await? else {
        return Ok(());
    };
    reporter.tell(&Message::Status(Status::Open)).await;
    shop.serve(side, early).await
}

/// What came while the shop opened.
#[derive(Default)]
struct Early {
    visits: Vec<Visit>,
    reload: bool,
}

/// Opens the shop and hears its link meanwhile; nothing, if it was told to stop.
async fn open_beside(
    opening: impl Future<Output = Result<OpenShop, CliError>>,
    side: &mut ShopSide,
    reporter: &Reporter,
) -> Result<Option<(OpenShop, Early)>, CliError> {
    let mut opening = std::pin::pin!(opening);
    let mut early = Early::default();
    loop {
        tokio::select! {
            shop = &mut opening => return Ok(Some((shop?, early))),
            event = side.next() => match event {
                Event::Visit(visit) if early.visits.len() < MOST_WAITING => {
                    early.visits.push(visit);
                }
                Event::Visit(_) | Event::Word(_) => {}
                Event::Reload => early.reload = true,
                Event::Ping => reporter.alive().await,
                Event::Stop => return Ok(None),
            },
        }
    }
}

/// A shop with everything it needs running.
struct OpenShop {
    plan: Plan,
    /// What it was opened with: orders and news of them are sealed to the same key.
    cert: SealCert,
    web: Arc<ShopWeb>,
    till: Arc<ShopTill>,
    lists: Arc<CodeLists>,
    db: Db,
    reporter: Reporter,
    told: ShopPlan,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl OpenShop {
    async fn open(
        plan: Plan,
        told: &ShopPlan,
        reporter: Reporter,
        dialer: Dialer,
    ) -> Result<Self, CliError> {
        let secret = Zeroizing::new(clerk::secret(&plan.dir.cookie_key())?);
        let cert = load::seal_cert(&plan)?;
        let db = Db::open(&plan.dir.database()).doing(|| "opening the database".into())?;
        let lists = CodeLists::new(&secret);
        let db = db.with_clerk(clerk::clerk(&plan, &secret, cert.clone(), &lists));
        let (catalog, codes) = catalog(&plan, &lists)?;
        let slips_of = catalog.clone();
        let assets = till::taken(&plan, &catalog)?;
        let till = Arc::new(ShopTill::new(&plan, &assets, db.clone()));
        let storefront =
            storefront(&plan, told, till.as_ref(), catalog, cert.clone(), &reporter).await?;
        take_up(&db, &lists, codes, &storefront).await?;
        let web = ShopWeb::new(ShopParts {
            storefront,
            hosts: hosts(told),
            db: db.clone(),
            till: till.clone(),
            files: Files::at(&plan.dir.digital()),
            cookie_key: CookieKey::from_bytes(*secret),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        });
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let told = told.clone();
        let shop = Self { plan, cert, web, till, lists, db, reporter, told, tasks, stop };
        shop.start_tasks(&dialer)?;
        shop.look_for_slips(slips_of);
        Ok(shop)
    }

    fn start_tasks(&self, dialer: &Dialer) -> Result<(), CliError> {
        for drawer in self.till.drawers() {
            let (chain, pause) = chains::open(&self.plan, drawer.asset, dialer)?;
            let watcher = Watcher {
                chain,
                ours: drawer.ours.clone(),
                db: self.db.clone(),
                bell: drawer.bell.clone(),
                pause,
            };
            self.tasks.spawn(watcher.run(self.stop.clone()));
        }
        let mbox = Mbox::at(&self.plan.mailbox);
        let (db, stop) = (self.db.clone(), self.stop.clone());
        self.tasks.spawn(tasks::deliver::run(db, mbox, stop));
        let terms =
            Terms { unpaid_hours: self.plan.unpaid_hours, paid_hours: self.plan.paid_hours };
        let demo = self.plan.is_demo();
        self.tasks.spawn(tasks::expire::run(self.db.clone(), terms, demo, self.stop.clone()));
        self.tasks.spawn(tasks::look::run(self.db.clone(), self.stop.clone()));
        if let Money::Ether(ether) = &self.plan.money {
            let (db, source) = (self.db.clone(), ether.source.clone());
            self.tasks.spawn(tasks::pool::run(db, source, self.plan.most_open, self.stop.clone()));
        }
        let (web, folder) = (Arc::clone(&self.web), self.plan.dir.path().to_owned());
        let look = move || tasks::room::free(&folder);
        self.tasks.spawn(tasks::room::run(look, web, self.stop.clone()));
        let (web, levels) = (Arc::clone(&self.web), self.db.levels());
        self.tasks.spawn(tasks::shelves::run(web, levels, self.stop.clone()));
        Ok(())
    }

    /// Serves until told to stop, then lets open pages finish, then closes the database.
    async fn serve(self, mut side: ShopSide, early: Early) -> Result<(), CliError> {
        let router = shop_web::router(self.web.clone());
        let visits = TaskTracker::new();
        let show_in = |visit| {
            visits.spawn(serve_visit(visit, router.clone(), self.reporter.clone()));
        };
        early.visits.into_iter().for_each(show_in);
        // Beside the rest: it may take minutes, and nobody is to wait for it.
        let mut reading = early.reload.then(|| Box::pin(self.reload()));
        let mut read_again = false;
        loop {
            tokio::select! {
                event = side.next() => match event {
                    Event::Visit(visit) => show_in(visit),
                    Event::Reload if reading.is_some() => read_again = true,
                    Event::Reload => reading = Some(Box::pin(self.reload())),
                    Event::Word(_) => {}
                    Event::Ping => self.reporter.alive().await,
                    Event::Stop => break,
                },
                () = end_of(reading.as_mut()) => {
                    reading = std::mem::take(&mut read_again).then(|| Box::pin(self.reload()));
                }
            }
        }
        drop(reading);
        visits.close();
        drop(tokio::time::timeout(DRAIN_VISITS, visits.wait()).await);
        self.stop.cancel();
        self.tasks.close();
        drop(tokio::time::timeout(DRAIN_TASKS, self.tasks.wait()).await);
        self.db.close().await;
        Ok(())
    }

    /// Reads catalogue and pages anew; what is broken is refused and the old ones stay.
    async fn reload(&self) {
        let text = match self.read_again().await {
            Ok(count) => {
                let count = say::many(count, "product", "products");
                format!("the catalogue was read again: {count}")
            }
            Err(error) => {
                let hint = error.do_this().map(|hint| format!("; {hint}")).unwrap_or_default();
                format!("REFUSED, the old catalogue stays: {}{hint}", error.what())
            }
        };
        note(&self.reporter, "catalog", &text).await;
    }

    /// How many products there are now.
    async fn read_again(&self) -> Result<usize, CliError> {
        let cert = load::seal_cert(&self.plan)?;
        is_same_key(&self.cert, &cert)?;
        let (catalog, codes) = catalog(&self.plan, &self.lists)?;
        till::taken(&self.plan, &catalog)?;
        let slips_of = catalog.clone();
        let till = self.till.as_ref();
        let storefront =
            storefront(&self.plan, &self.told, till, catalog, cert, &self.reporter).await?;
        take_up(&self.db, &self.lists, codes, &storefront).await?;
        let count = storefront.catalog().products().len();
        self.web.show(storefront);
        tasks::shelves::show(&self.web, &self.db.levels().borrow());
        self.look_for_slips(slips_of);
        Ok(count)
    }

    /// Says what can be read and is hardly meant. Beside the open shop: every text is read for it, and
    /// nobody has to wait for that.
    fn look_for_slips(&self, catalog: Catalog) {
        let (dir, reporter) = (self.plan.dir.clone(), self.reporter.clone());
        self.tasks.spawn(async move {
            let look = tokio::task::spawn_blocking(move || warnings::all(&dir, &catalog));
            match look.await {
                Ok(Ok(found)) => {
                    for warning in found {
                        note(&reporter, "warning", &warning).await;
                    }
                }
                Ok(Err(error)) => note(&reporter, "warning", error.what()).await,
                Err(_) => {}
            }
        });
    }
}

/// Waits for what runs; for ever, if nothing does.
async fn end_of(running: Option<impl Future<Output = ()>>) {
    match running {
        Some(running) => running.await,
        None => std::future::pending().await,
    }
}

/// A key that was exchanged while the shop is open would open the mails about orders, and the old one
/// the news of their payments.
fn is_same_key(opened: &SealCert, now: &SealCert) -> Result<(), CliError> {
    if opened.fingerprint() == now.fingerprint() {
        return Ok(());
    }
    Err(CliError::misconfigured("the seller key is another than when the shop was opened")
        .hint("end cryptocart serve and begin it again: from then on all mail is sealed to it"))
}

/// What is for sale, with every file and every code there that is handed out.
fn catalog(plan: &Plan, lists: &CodeLists) -> Result<(Catalog, Arc<Lists>), CliError> {
    let catalog = load::catalog(&plan.dir)?;
    digital::look(&plan.dir, &catalog)?;
    let codes = lists.read(&plan.dir, &catalog)?;
    Ok((catalog, codes))
}

/// Takes up the counts and the codes of what is about to be shown; all of it, or none. It comes last:
/// nothing after it can refuse the catalogue.
async fn take_up(
    db: &Db,
    lists: &Arc<CodeLists>,
    codes: Arc<Lists>,
    storefront: &Storefront,
) -> Result<(), CliError> {
    let counts = load::counts(storefront.catalog(), &storefront.rules().discounts);
    let swap = lists.swapping(codes);
    db.recount_from(counts, swap).await.doing(|| "counting the stock".into())
}

async fn serve_visit(visit: Visit, router: shop_web::Routes, reporter: Reporter) {
    let who = shop_web::Visit {
        door: match visit.door {
            Door::Onion => shop_web::Door::Onion,
            Door::Preview => shop_web::Door::Preview,
        },
        circuit: visit.circuit,
    };
    let ended = shop_web::serve_connection(visit.stream, who, router).await;
    // How else a connection ended is nobody's business.
    if matches!(ended, Ok(Ended::Crowding)) && who.door == shop_web::Door::Onion {
        reporter.end_circuit(who.circuit).await;
    }
}

async fn storefront(
    plan: &Plan,
    told: &ShopPlan,
    till: &ShopTill,
    catalog: Catalog,
    cert: SealCert,
    reporter: &Reporter,
) -> Result<Storefront, CliError> {
    let (dir, for_pictures) = (plan.dir.clone(), catalog.clone());
    let ready = tokio::task::spawn_blocking(move || load::pictures(&dir, &for_pictures));
    let ready =
        ready.await.map_err(|_| CliError::new(Kind::Bug, "making the pictures ready failed"))??;
    if ready.made > 0 {
        let text = format!("made {} ready, without metadata", ready.made);
        note(reporter, "pictures", &text).await;
    }
    let today = SystemClock.now().coarse();
    let identity = identity::load(&plan.dir, &cert, told.onion.as_deref(), today);
    for (name, warning) in &identity.warnings {
        note(reporter, "identity", &format!("{name}: {warning}")).await;
    }
    let texts = identity.files.into_iter().map(|file| (file.path.to_owned(), file.text));
    let dir = plan.dir.clone();
    let look = tokio::task::spawn_blocking(move || theme::load(&dir));
    let look = look.await.map_err(|_| CliError::new(Kind::Bug, "reading the theme failed"))?;
    for flaw in &look.flaws {
        note(reporter, "theme", &format!("REFUSED {flaw}")).await;
    }
    Storefront::build(StorefrontSource {
        texts: texts.collect(),
        catalog,
        name: plan.name.clone(),
        tagline: plan.tagline.clone(),
        contact: plan.contact.clone(),
        pages: load::pages(plan)?,
        pictures: ready.pictures,
        offered: offered(till, plan.currency),
        demo: plan.is_demo(),
        seal_cert: cert,
        languages: plan.languages.clone(),
        words: words::load(&plan.dir, &plan.languages)?,
        rules: rules::load(plan)?,
        code_salt: rules::code_salt(&plan.dir)?,
        theme: look.theme,
    })
    .doing(|| "building the storefront".into())
}

/// What can be paid with, the preferred first.
fn offered(till: &ShopTill, preferred: AssetId) -> Vec<AssetId> {
    let mut assets = till.assets();
    assets.sort_by_key(|asset| *asset != preferred);
    assets
}

fn hosts(told: &ShopPlan) -> Hosts {
    let preview = told
        .preview
        .map_or_else(Vec::new, |at| vec![at.to_string(), format!("localhost:{}", at.port())]);
    Hosts { onion: told.onion.clone(), preview }
}

async fn note(reporter: &Reporter, subject: &str, text: &str) {
    let note = Note { subject: subject.to_owned(), text: text.to_owned() };
    if let Ok(word) = serde_json::to_value(note) {
        reporter.tell(&Message::Word(word)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_seal::keygen;

    #[test]
    fn a_key_is_not_exchanged_while_the_shop_is_open() {
        let key = |name| {
            let today = SystemClock.now().coarse();
            let key = keygen::throw_away(name, today, &SystemEntropy).unwrap();
            SealCert::parse(&key.public_armored).unwrap()
        };
        let (old, new) = (key("Old"), key("New"));
        assert!(is_same_key(&old, &old.clone()).is_ok());
        let refused = is_same_key(&old, &new).unwrap_err();
        assert!(refused.do_this().unwrap().contains("begin it again"));
    }
}
