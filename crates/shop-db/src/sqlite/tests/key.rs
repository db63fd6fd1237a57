//! The key that a shop's records are sealed with.

use super::*;
use crate::suite::sample::{RecordingMail, tee, tees};

/// A database of an earlier build recorded no key: what its orders took tells which it was.
#[tokio::test]
async fn file_without_a_key_takes_the_one_that_opens_its_holds() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&file_of(&folder)).unwrap();
    let db = db.with_sealer(RecordingMail::default().sealer());
    db.recount(vec![(tee(), 9)]).await.unwrap();
    for n in 1..=3 {
        db.place(tees(n, 1)).await.unwrap();
    }
    let last = tees(3, 1).id;
    assert!(!db.is_own_key([1; 32], |_, _| false).await.unwrap(), "it opens nothing");
    assert!(db.is_own_key([2; 32], move |order, _| order == last).await.unwrap());
    // From now on that one alone.
    assert!(!db.is_own_key([1; 32], |_, _| true).await.unwrap());
    assert!(db.is_own_key([2; 32], |_, _| false).await.unwrap());
    let recorded = Db::contents(&file_of(&folder)).unwrap();
    assert_eq!(recorded, Contents::Shop { codes_given: false, key_proof: Some([2; 32]) });
    db.adopt_key([3; 32]).await.unwrap();
    assert!(db.is_own_key([3; 32], |_, _| false).await.unwrap());
}

#[tokio::test]
async fn file_with_nothing_sealed_takes_any_key() {
    let db = Db::in_memory().unwrap();
    db.place(pooled(1)).await.unwrap();
    assert!(db.is_own_key([1; 32], |_, _| false).await.unwrap());
    assert!(!db.is_own_key([2; 32], |_, _| true).await.unwrap());
}
