//! The key that a shop's records are sealed with.

use super::*;

#[tokio::test]
async fn first_key_is_the_databases_until_another_is_adopted() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&file_of(&folder)).unwrap();
    db.place(pooled(1)).await.unwrap();
    assert!(db.is_own_key([2; 32]).await.unwrap());
    assert!(!db.is_own_key([1; 32]).await.unwrap());
    assert!(db.is_own_key([2; 32]).await.unwrap());
    let recorded = Db::contents(&file_of(&folder)).unwrap();
    assert_eq!(recorded, Contents::Shop { key_proof: Some([2; 32]) });
    db.adopt_key([3; 32]).await.unwrap();
    assert!(db.is_own_key([3; 32]).await.unwrap());
    assert!(!db.is_own_key([2; 32]).await.unwrap());
}
