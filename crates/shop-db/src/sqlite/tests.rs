use self::counts::{counted_anew, kept_counts};
use super::*;
use crate::{
    Contents, Db, DbError, NewOrder, OpenError, PlaceError,
    suite::sample::{EXPIRES, HOUR, RecordingMail, at, block, blocks, payment, pooled},
};
use rusqlite::Connection;
use shop_core::{
    kind::{HasKind, Kind},
    order::OrderId,
    order_status::RetentionPolicy,
};
use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use tokio::task::JoinSet;

mod any_path;
mod changed_rows;
mod counts;
mod crash;
mod full_disk;
mod key;
mod naming;
mod plans;
mod records;
mod reloading;
mod selling;
mod snapshot;
mod statuses;

mod memory {
    crate::suite!((crate::Db::sqlite_in_memory().unwrap(), ()));
}

mod file {
    crate::suite!(super::in_a_folder());
}

/// Opens a database in a folder of its own, which lives as long as what is returned.
fn in_a_folder() -> (Db, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Db::open(&folder.path().join("shop.db")).unwrap(), folder)
}

fn file_of(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("shop.db")
}

/// Opens a database with a limit of pages, in a folder of its own.
fn of_pages(most_pages: u32) -> (Db, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let opened = Engine::open_within(&file_of(&folder), most_pages).unwrap();
    (Db::from_engine(opened), folder)
}

const AT_ONCE: RetentionPolicy = RetentionPolicy { unpaid_hours: 0, paid_hours: 0 };

#[tokio::test]
async fn orders_placed_at_once_share_a_commit_and_each_is_on_the_disk() {
    let (db, folder) = in_a_folder();
    let before = db.commits();
    let answers = place_together(&db, 64).await;
    assert!(answers.iter().all(|(_, answer)| answer.is_ok()));
    assert_eq!(db.commits() - before, 2, "the holder's, and one for all 64");
    drop(db);
    let db = Db::open(&file_of(&folder)).unwrap();
    assert_eq!(db.orders().await.unwrap().len(), 64);
}

#[tokio::test]
async fn what_is_in_a_file_is_seen_without_making_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = file_of(&folder);
    let contents = || Db::contents(&path).unwrap();
    assert!(contents() == Contents::Nothing && !path.exists());
    fs::File::create(&path).unwrap();
    assert_eq!(contents(), Contents::Nothing);
    let db = Db::open(&path).unwrap();
    assert_eq!(contents(), Contents::Shop { key_proof: None }, "while it is open");
    assert!(db.is_own_key([2; 32]).await.unwrap());
    assert_eq!(contents(), Contents::Shop { key_proof: Some([2; 32]) });
    db.close().await;
    assert_eq!(contents(), Contents::Shop { key_proof: Some([2; 32]) });
    let mut other = fs::File::create(&path).unwrap();
    io::Write::write_all(&mut other, b"no database, but long enough to have been one").unwrap();
    assert!(matches!(Db::contents(&path), Err(OpenError::Damaged)));
}

/// Holds the writer in a job of its own until the sender is dropped.
/// Requests made meanwhile are one batch.
async fn held_up(db: &Db) -> (std::sync::mpsc::Sender<()>, JoinSet<()>) {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (tell, reservation_status) = tokio::sync::oneshot::channel();
    let holder = db.clone();
    let mut begun = JoinSet::new();
    begun.spawn(async move {
        let hold = move |_: &Connection| {
            tell.send(()).unwrap();
            // Nothing is ever sent: it ends when the sender is dropped.
            let _ended = held.recv();
            Ok::<(), DbError>(())
        };
        holder.engine().write(hold).await.unwrap();
    });
    reservation_status.await.unwrap();
    (release, begun)
}

/// Waits until so many jobs wait behind it.
async fn queued(db: &Db, many: usize) {
    while db.engine().queued() < many {
        tokio::task::yield_now().await;
    }
}

/// Places orders that wait together.
async fn place_together(db: &Db, many: u64) -> Vec<(OrderId, Result<(), PlaceError>)> {
    let (release, held) = held_up(db).await;
    let mut tasks = JoinSet::new();
    for n in 0..many {
        let db = db.clone();
        let order = NewOrder { most_open: 999, ..pooled(n) };
        tasks.spawn(async move { (order.id, db.place(order).await) });
    }
    queued(db, usize::try_from(many).unwrap()).await;
    drop(release);
    held.join_all().await;
    tasks.join_all().await
}

#[tokio::test]
async fn a_refused_job_leaves_its_neighbours_in_the_batch_alone() {
    let (db, _folder) = in_a_folder();
    let mut tasks = JoinSet::new();
    for n in 0..40 {
        let db = db.clone();
        // Each pay-to is wanted by two orders.
        let order = NewOrder { invoice: pooled(n / 2).invoice, ..pooled(n) };
        tasks.spawn(async move { db.place(order).await });
    }
    let answers = tasks.join_all().await;
    let placed = answers.iter().filter(|answer| answer.is_ok()).count();
    let taken = answers.iter().filter(|answer| **answer == Err(PlaceError::PayToTaken)).count();
    assert_eq!((placed, taken), (20, 20));
    assert_eq!(db.orders().await.unwrap().len(), 20);
    assert_eq!(db.outbox(99).await.unwrap().len(), 20);
}

/// No half order is stored: each order that was placed has its mail.
#[tokio::test]
async fn full_database_refuses_orders_until_a_purge() {
    let (db, _folder) = of_pages(100);
    let mut placed = 0;
    let refused = loop {
        match db.place(NewOrder { most_open: 999, ..pooled(placed) }).await {
            Ok(()) => placed += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(refused, PlaceError::Db(DbError::NoRoom));
    assert_eq!(refused.kind(), Kind::Unavailable);
    assert!(placed > 5);
    assert_eq!(db.orders().await.unwrap().len() as u64, placed);
    let mails = db.outbox(99).await.unwrap();
    assert_eq!(mails.len() as u64, placed, "no half order");
    for mail in mails {
        db.delivered(vec![mail.id]).await.unwrap();
    }
    assert_eq!(db.purge(at(EXPIRES + 1), AT_ONCE).await.unwrap().orders as u64, placed);
    db.place(pooled(500)).await.unwrap();
}

#[tokio::test]
async fn in_a_batch_that_finds_no_room_nobody_is_told_what_is_not_so() {
    let mut refusals = Vec::new();
    // Where there is no room in the middle of an order, it depends on the statement whether SQLite takes
    // the others of the batch back as well.
    for most_pages in 100..108 {
        let (db, _folder) = of_pages(most_pages);
        let answers = place_together(&db, 120).await;
        let mut told: Vec<_> =
            answers.iter().filter(|(_, answer)| answer.is_ok()).map(|(id, _)| *id).collect();
        let orders = db.orders().await.unwrap();
        let mut stored: Vec<_> = orders.into_iter().map(|order| order.id).collect();
        told.sort();
        stored.sort();
        assert_eq!(told, stored);
        assert_eq!(kept_counts(&db).await, counted_anew(&db).await);
        refusals.extend(answers.into_iter().filter_map(|(_, answer)| answer.err()));
    }
    for wanted in [DbError::NoRoom, DbError::Undone] {
        assert!(refusals.contains(&PlaceError::Db(wanted)), "{wanted:?}");
    }
}

#[tokio::test]
async fn a_shop_keeps_20_000_orders_and_no_more() {
    let db = Db::sqlite_in_memory().unwrap();
    let fill = |conn: &Connection| {
        conn.execute_batch(
            "insert into chains (number, name, followed) values (1, 'ethereum', 1);
             with recursive n (i) as (values (1) union all select i + 1 from n where i < 19999)
             insert into orders (id, lookup, placed, asset, pay_to, needs, expires, invoice,
                 inbox_key, chain, digital, open, paid, underpaid)
             select i, randomblob(32), 1, 'ETH', i, 1, 1, '', zeroblob(32), 1, 0, 0, 0, 0 from n",
        )?;
        Ok::<(), DbError>(())
    };
    db.engine().write(fill).await.unwrap();
    db.place(pooled(1)).await.unwrap();
    assert_eq!(db.place(pooled(2)).await, Err(PlaceError::Full));
}

#[tokio::test]
async fn what_orders_take_is_in_no_file_unsealed() {
    let (db, folder) = in_a_folder();
    let db = db.with_sealer(RecordingMail::default().sealer());
    let key = shop_core::stock::StockKey::product("canary-of-the-stock");
    db.recount(vec![(key.clone(), 9)]).await.unwrap();
    let mut order = pooled(1);
    order.reserved_items.add(key, 1, false);
    let hold = serde_json::to_vec(&order.reserved_items).unwrap();
    db.place(order).await.unwrap();
    assert!(is_in_files(folder.path(), b"canary-of-the-stock"), "its key is open");
    assert!(!is_in_files(folder.path(), &hold));
    assert!(!is_in_files(folder.path(), &hold[..40]));
}

#[tokio::test]
async fn what_was_purged_is_in_no_file() {
    let (db, folder) = in_a_folder();
    let canary = b"canary-of-shop-db-".repeat(40);
    let mut order = pooled(1);
    order.buyer_copy = canary.clone();
    order.mail.bytes = canary.clone();
    db.place(order.clone()).await.unwrap();
    let claim = "ca9a11".repeat(6);
    db.claim(&order.lookup, &claim).await.unwrap();
    let txid = "transfer-canary";
    let paid = blocks(1..=3, vec![payment(txid, &order, Some(block(1)))]);
    db.apply_update(shop_core::money::AssetId::ETH.chain(), paid, at(HOUR)).await.unwrap();
    // Something that stays, so that pages are shared.
    db.place(NewOrder { placed: at(9 * HOUR), ..pooled(2) }).await.unwrap();
    let id = order.id.to_string();
    let traces = [&canary[..36], claim.as_bytes(), txid.as_bytes(), id.as_bytes(), &order.lookup];
    for trace in traces {
        assert!(is_in_files(folder.path(), trace), "it was written");
    }
    let first = db.outbox(1).await.unwrap().remove(0);
    db.delivered(vec![first.id]).await.unwrap();
    let late = crate::suite::sample::block_at(0, 4, 3 * HOUR);
    let later = shop_core::view::ChainUpdate { blocks: vec![late], ..blocks(4..=4, vec![]) };
    db.apply_update(shop_core::money::AssetId::ETH.chain(), later, at(HOUR)).await.unwrap();
    // The names of transfers are kept until no order could claim them: not before the second purge.
    let purged = db.purge(at(3 * HOUR), AT_ONCE).await.unwrap();
    assert!(purged.orders == 1 && purged.log_emptied);
    for trace in traces {
        assert!(!is_in_files(folder.path(), trace), "{}", String::from_utf8_lossy(trace));
    }
    assert!(db.order(&pooled(2).lookup).await.unwrap().is_some());
}

fn is_in_files(folder: &Path, needle: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

#[tokio::test]
async fn every_file_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state").join("shop.db");
    let db = Db::open(&path).unwrap();
    db.place(pooled(1)).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let state = path.parent().unwrap();
    assert_eq!(mode(state), 0o700);
    let modes: Vec<_> =
        fs::read_dir(state).unwrap().map(|entry| mode(&entry.unwrap().path())).collect();
    assert!(modes.len() > 1 && modes.iter().all(|mode| *mode == 0o600));
    drop(db);
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let _db = Db::open(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[tokio::test]
async fn the_connection_that_writes_is_set_as_promised() {
    let (db, _folder) = in_a_folder();
    let settings = |conn: &Connection| {
        let number = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let journal: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        let numbers = [
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
            ("trusted_schema", 0),
            ("cell_size_check", 1),
            ("temp_store", 2),
            ("page_size", 4096),
            ("wal_autocheckpoint", 4000),
            ("max_page_count", i64::from(connection::MOST_PAGES)),
        ];
        for (name, wanted) in numbers {
            assert_eq!(number(name)?, wanted, "{name}");
        }
        Ok::<String, DbError>(journal)
    };
    assert_eq!(db.engine().write(settings).await.unwrap(), "wal");
    let change = |conn: &Connection| Ok(conn.execute("delete from orders", [])?);
    assert!(matches!(db.engine().read(change).await, Err(DbError::Engine(_))), "readers read");
}

#[tokio::test]
async fn a_closed_database_is_one_file_and_opens_again() {
    let (db, folder) = in_a_folder();
    db.place(pooled(1)).await.unwrap();
    assert_eq!(db.orders().await.unwrap().len(), 1);
    db.close().await;
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no log is left");
    let db = Db::open(&file_of(&folder)).unwrap();
    assert_eq!(db.orders().await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_programs_may_open_one_database() {
    let (db, folder) = in_a_folder();
    let other = Db::open(&file_of(&folder)).unwrap();
    db.place(pooled(1)).await.unwrap();
    assert_eq!(other.orders().await.unwrap().len(), 1);
    other.place(pooled(2)).await.unwrap();
    assert_eq!(db.orders().await.unwrap().len(), 2);
}

/// Versions before ours were never released, and 0 is that of a file with nothing in it.
#[tokio::test]
async fn database_of_another_version_is_refused_and_not_touched() {
    let (db, folder) = in_a_folder();
    db.place(pooled(1)).await.unwrap();
    db.close().await;
    let path = file_of(&folder);
    for version in [0, 1, 13, 99] {
        let conn = Connection::open(&path).unwrap();
        conn.pragma_update(None, "user_version", version).unwrap();
        conn.close().unwrap();
        let before = fs::read(&path).unwrap();
        let refusals = [
            Db::open(&path).err(),
            Db::contents(&path).err(),
            Db::identity_in(&path).err(),
            Db::orders_in(&path).err(),
        ];
        for error in refusals.map(Option::unwrap) {
            assert!(matches!(error, OpenError::OtherVersion { found, .. } if found == version));
            assert_eq!(error.kind(), Kind::Misconfigured);
            let said = error.to_string();
            assert!(said.contains(&format!("schema version {version},")), "{said}");
            assert!(said.contains("open the shop with the cryptocart that made it"), "{said}");
        }
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[test]
fn another_programs_database_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let conn = Connection::open(file_of(&folder)).unwrap();
    conn.execute_batch("create table theirs (a)").unwrap();
    drop(conn);
    let error = Db::open(&file_of(&folder)).unwrap_err();
    assert!(matches!(error, OpenError::NotOurs));
    let conn = Connection::open(file_of(&folder)).unwrap();
    let tables: i64 =
        conn.query_row("select count(*) from sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy("Cargo.toml", file_of(&folder)).unwrap();
    let error = Db::open(&file_of(&folder)).unwrap_err();
    assert!(matches!(error, OpenError::Damaged), "{error:?}");
    assert_eq!(error.kind(), Kind::Unavailable);
    let error = Db::open(folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::File { .. }), "{error:?}");
    assert_eq!(error.kind(), Kind::Misconfigured);
}

#[tokio::test]
async fn damage_is_an_error_wherever_it_is_and_never_a_panic() {
    let (db, folder) = in_a_folder();
    for n in 0..20 {
        db.place(pooled(n)).await.unwrap();
    }
    db.close().await;
    let whole = fs::read(file_of(&folder)).unwrap();
    let mut refused = 0;
    for page in 0..whole.len() / 4096 {
        let mut bytes = whole.clone();
        let noise = bytes[page * 4096..].iter_mut().take(64);
        noise.for_each(|byte| *byte ^= 0x5a);
        let mut file = File::create(file_of(&folder)).unwrap();
        io::Write::write_all(&mut file, &bytes).unwrap();
        let Ok(db) = Db::open(&file_of(&folder)) else {
            refused += 1;
            continue;
        };
        // Noise inside a sealed blob is the seal's to notice.
        let _read = db.orders().await;
        let _read = db.outbox(99).await;
        let _written = db.place(pooled(99)).await;
        db.close().await;
    }
    assert!(refused > 10, "{refused}");
}

#[tokio::test]
async fn many_old_orders_do_not_make_a_block_slow() {
    let db = Db::sqlite_in_memory().unwrap();
    let invoice = codec::write_invoice(&pooled(0).invoice).unwrap();
    let fill = move |conn: &Connection| {
        conn.execute("insert into chains (number, name, followed) values (1, 'ethereum', 1)", [])?;
        conn.prepare(
            "with recursive n (i) as (values (1) union all select i + 1 from n where i < 19000)
             insert into orders (id, lookup, placed, asset, pay_to, needs, expires, invoice,
                 inbox_key, chain, digital, open, paid, underpaid)
             select i, randomblob(32), 1, 'ETH', i, 3, 1, ?1, zeroblob(32), 1, 0, 0,
                 i % 2 = 0, 0 from n",
        )?
        .execute([invoice])?;
        Ok::<(), DbError>(())
    };
    db.engine().write(fill).await.unwrap();
    // Counted in rows SQLite looks at, not in time.
    for sql in plans::of_each_block() {
        let plan = plans::plan(&db, &sql).await;
        assert!(plan.iter().all(|step| !step.starts_with("SCAN")), "{sql}: {plan:?}");
    }
    let judged = db
        .apply_update(shop_core::money::AssetId::ETH.chain(), blocks(1..=3, vec![]), at(HOUR))
        .await;
    assert_eq!(judged.unwrap().judged, 0);
}
