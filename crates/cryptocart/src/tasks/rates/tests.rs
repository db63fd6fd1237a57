use super::*;
use crate::{
    config::plan::tests::rates as plan,
    health::{Change, Health},
};
use shop_core::{
    money::{AssetId, Currency},
    time::{Clock as _, SetClock, UnixTime},
};
use shop_rates::{
    Code, Pair, Source,
    fake::{FakeSource, Fault},
};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

const NOW: u64 = 1_795_348_800;

/// A shop's rates, and two sources of our own that the task asks.
struct Stand {
    clock: Arc<SetClock>,
    board: Arc<RateBoard>,
    monitor: Arc<Monitor>,
    sources: [Arc<FakeSource>; 2],
    stop: CancellationToken,
    tasks: TaskTracker,
}

fn cad() -> Currency {
    Currency::parse("CAD").unwrap()
}

fn pair() -> Pair {
    Pair::new(Code::ETH, Code::parse("CAD").unwrap())
}

impl Stand {
    fn new() -> Self {
        let clock = Arc::new(SetClock::new(UnixTime(NOW)));
        let system = System::with_clock(Arc::clone(&clock));
        let sources = [Source::KRAKEN, Source::COINGECKO];
        let toml = "[rates]\nsources = [{ kind = \"kraken\" }, { kind = \"coingecko\" }]";
        let board = RateBoard::new(plan(toml));
        let monitor = Monitor::new(Health::new(12), Arc::<SetClock>::clone(&clock));
        let servers = sources.map(|source| FakeSource::new(source, Arc::<SetClock>::clone(&clock)));
        for server in &servers {
            server.set(pair(), "4000");
        }
        let askers = sources.iter().zip(&servers);
        let askers = askers.map(|(source, server)| Asker::at(*source, server.server())).collect();
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let task = RatesTask {
            board: Arc::clone(&board),
            askers,
            monitor: Arc::clone(&monitor),
            opened: system.clock.uptime(),
            system,
            reported: Mutex::default(),
        };
        tasks.spawn(task.run(stop.clone()));
        Self { clock, board, monitor, sources: servers, stop, tasks }
    }

    fn want(&self) {
        self.board.want(vec![(AssetId::ETH, cad())], self.clock.now());
    }

    /// Lets this many seconds pass, on the clock of the shop too.
    async fn pass(&self, seconds: u64) {
        for _ in 0..seconds / 10 {
            self.clock.advance(10);
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
    }

    fn price(&self) -> Option<String> {
        let rates = self.board.rates();
        rates.rate(cad(), AssetId::ETH).map(|rate| rate.price().to_string())
    }

    fn requests(&self) -> usize {
        self.sources.iter().map(|source| source.requests().len()).sum()
    }

    async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_before_a_price_needs_it() {
    let stand = Stand::new();
    stand.pass(7_200).await;
    assert_eq!(stand.requests(), 0);
    stand.want();
    stand.pass(60).await;
    assert_eq!((stand.requests(), stand.price()), (2, Some("4000".into())));
    stand.end().await;
}

#[tokio::test(start_paused = true)]
async fn sources_are_asked_every_ten_minutes_or_so() {
    let stand = Stand::new();
    stand.want();
    stand.pass(6 * 3_600).await;
    // A period is 480 to 720 seconds.
    assert!((60..=92).contains(&stand.requests()), "{}", stand.requests());
    stand.sources[0].set(pair(), "4010");
    stand.pass(800).await;
    assert_eq!(stand.price(), Some("4005".into()));
    stand.end().await;
}

#[tokio::test(start_paused = true)]
async fn rate_of_silent_sources_ends_by_the_shops_clock() {
    let stand = Stand::new();
    stand.want();
    stand.pass(60).await;
    assert!(stand.price().is_some());
    for source in &stand.sources {
        (0..200).for_each(|_| source.fail_next(Fault::Blocked));
    }
    stand.pass(3_000).await;
    assert!(stand.price().is_some(), "what was told is not old yet");
    stand.pass(1_500).await;
    assert_eq!(stand.price(), None);
    let missing = stand.board.missing();
    assert!(missing[0].why.contains("refuses visitors by Tor"), "{}", missing[0]);
    stand.end().await;
}

#[tokio::test(start_paused = true)]
async fn clock_that_jumps_ends_the_rate_within_a_minute() {
    let stand = Stand::new();
    stand.want();
    stand.pass(60).await;
    stand.clock.set(UnixTime(NOW + 10 * 3_600));
    for source in &stand.sources {
        (0..200).for_each(|_| source.fail_next(Fault::Silent));
    }
    stand.pass(70).await;
    assert_eq!(stand.price(), None);
    stand.end().await;
}

#[tokio::test(start_paused = true)]
async fn source_that_asks_for_quiet_is_left_alone() {
    let stand = Stand::new();
    for source in &stand.sources {
        (0..50).for_each(|_| source.fail_next(Fault::Throttled));
    }
    stand.want();
    let began = Instant::now();
    stand.pass(3_600).await;
    assert!(began.elapsed() >= Duration::from_secs(3_600));
    // 30, 60, 120, .. seconds and more: never a question in each of its thirty seconds.
    assert!((6..=20).contains(&stand.requests()), "{}", stand.requests());
    stand.end().await;
}

#[tokio::test(start_paused = true)]
async fn seller_is_mailed_after_hours_without_a_rate_and_at_its_end() {
    let stand = Stand::new();
    stand.sources[1].set(pair(), "4400");
    stand.want();
    let mut changes = Vec::new();
    for _ in 0..5 * 60 {
        stand.pass(60).await;
        changes.extend(stand.monitor.news().0);
    }
    assert_eq!(stand.price(), None);
    let mails: Vec<&Change> =
        changes.iter().filter(|change| matches!(change, Change::NoRate { .. })).collect();
    let [Change::NoRate { chain, why, .. }] = mails[..] else { panic!("{changes:?}") };
    assert_eq!(*chain, AssetId::ETH.chain());
    assert!(why.contains("ETH in CAD: the sources differ too much"), "{why}");
    stand.sources[1].set(pair(), "4040");
    stand.pass(1_000).await;
    assert_eq!(stand.price(), Some("4020".into()));
    let after = stand.monitor.news().0;
    let works = |change: &Change| {
        matches!(change, Change::Works { part: Part::Rates(_), mailed: true, .. })
    };
    assert!(after.iter().any(works), "{after:?}");
    stand.end().await;
}

/// Requests follow from prices alone: what a minute brings does not change them.
#[tokio::test(start_paused = true)]
async fn requests_are_the_same_each_time() {
    let stand = Stand::new();
    stand.want();
    stand.pass(7_200).await;
    for source in &stand.sources {
        let requests = source.requests();
        assert!(requests.len() > 5 && requests.iter().all(|it| *it == requests[0]));
    }
    stand.end().await;
}
