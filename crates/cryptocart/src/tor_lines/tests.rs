use super::*;

const ONION: &str = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";

fn at(percent: u8) -> Status {
    Status::Bootstrap { percent, what: "downloading".into() }
}

fn waits(reason: &str) -> Status {
    Status::Waiting { reason: reason.into() }
}

fn known() -> TorLines {
    let mut tor = TorLines::default();
    let rows = tor.hear(&Status::Address { onion: ONION.parse().unwrap() }, Instant::now());
    assert!(rows[0].text.contains(ONION) && !rows[0].is_progress);
    tor
}

/// Returns the texts of the rows that are written, each report at its second.
fn heard(tor: &mut TorLines, begin: Instant, reports: &[(u64, Status)]) -> Vec<String> {
    let hear =
        |(second, status): &(u64, Status)| tor.hear(status, begin + Duration::from_secs(*second));
    reports.iter().flat_map(hear).map(|row| row.text).collect()
}

#[tokio::test(start_paused = true)]
async fn whole_start_is_told_in_a_few_rows() {
    let mut tor = known();
    let mut reports = vec![(0, Status::Started)];
    reports.extend((1..=100).map(|percent| (u64::from(percent), at(percent))));
    reports.extend([
        (101, Status::Announcing),
        (102, Status::Announcing),
        (160, Status::Reachable),
    ]);
    let rows = heard(&mut tor, Instant::now(), &reports);
    assert_eq!(
        rows,
        [
            "0 %: starting Tor",
            "25 %: downloading",
            "50 %: downloading",
            "75 %: downloading",
            "100 %: downloading",
            "100 %: announcing the address, which takes about a minute",
            &format!("http://{ONION}"),
            "is reachable: try it in Tor Browser",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn terminal_keeps_address_and_trouble_alone() {
    let mut tor = known();
    let now = Instant::now();
    assert!(tor.hear(&Status::Started, now).iter().all(|row| row.is_progress));
    assert_eq!(tor.progress().as_deref(), Some("0 %: starting Tor"));
    assert!(tor.hear(&at(45), now).iter().all(|row| row.is_progress));
    assert_eq!(tor.progress().as_deref(), Some("45 %: downloading"));
    let rows = tor.hear(&waits("this machine seems to be offline"), now);
    assert!(!rows[0].is_progress);
    assert_eq!(tor.progress().as_deref(), Some("45 %: waiting; trying again"));
    assert!(tor.hear(&Status::Announcing, now).iter().all(|row| row.is_progress));
    assert!(tor.hear(&Status::Reachable, now).iter().all(|row| !row.is_progress));
    assert_eq!(tor.progress(), None);
}

#[tokio::test(start_paused = true)]
async fn reason_that_comes_again_is_told_once_an_hour() {
    let mut tor = known();
    let hour = REMINDER.as_secs();
    let reports: Vec<_> = (0..=hour).flat_map(|s| [(s, at(10)), (s, waits("offline"))]).collect();
    let rows = heard(&mut tor, Instant::now(), &reports);
    assert_eq!(
        rows,
        [
            "10 %: downloading",
            "waiting: offline (will keep trying)",
            "waiting: offline (will keep trying)",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn recovery_is_told_if_trouble_was() {
    let mut tor = known();
    let begin = Instant::now();
    let said = |tor: &mut TorLines, second, status| heard(tor, begin, &[(second, status)]).len();
    assert_eq!(said(&mut tor, 0, Status::Reachable), 2);
    assert_eq!(said(&mut tor, 1, Status::Reachable), 0);
    assert_eq!(said(&mut tor, 2, waits("announce again")), 1);
    assert_eq!(said(&mut tor, 3, Status::Reachable), 2);
    assert_eq!(said(&mut tor, 4, waits("announce again")), 0);
    assert_eq!(said(&mut tor, 5, Status::Reachable), 0);
}

#[tokio::test(start_paused = true)]
async fn role_that_keeps_ending_tells_no_progress_each_time() {
    let mut tor = known();
    let begin = Instant::now();
    let start = [(0, Status::Started), (1, at(30))];
    assert_eq!(heard(&mut tor, begin, &start).len(), 2);
    tor.ended(true);
    assert_eq!(tor.progress(), None);
    assert_eq!(heard(&mut tor, begin, &start).len(), 2);
    tor.ended(false);
    assert_eq!(heard(&mut tor, begin, &start).len(), 0);
}
