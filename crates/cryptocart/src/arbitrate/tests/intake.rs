//! Cases that are taken, and those that are not.

use super::{
    super::{letter::Letter, proof},
    *,
};

/// The chain shows the terms to everybody, and an attestor knows most of part 2.
#[tokio::test]
async fn strangers_cannot_write_as_either_side() {
    let scene = Scene::new();
    let other = OrderCodeKeys::derive(&OrderCode::random(&Seeded::new(22))).buyer_proof().reveal();
    let part_1 = format!("{}\n{}", spelt(&ours().part_1()), *proof().reveal());
    let both = spelt(&ours());
    let mut unmarked = ours();
    unmarked.goods = Goods::new(Hash([1; 32]), Hash([2; 32]), "CA", "K1A 0B1", "1 shirt").ok();
    unmarked.terms.order = order_commitment(unmarked.goods.as_ref().unwrap());
    unmarked.id = id_of(&unmarked.terms);
    unmarked.vault = vault_of(unmarked.contract, unmarked.id);
    let unmarked = spelt(&unmarked);
    let mark = proof().mark();
    let stranger = signed(40);
    let operator = signed(12);
    let refund_to = signed(15);
    for (path, pasted, proof, why) in [
        ("/buyer", &part_1, "", "Part 2 of the statement is missing"),
        ("/seller", &part_1, &operator, "Part 2 of the statement is missing"),
        ("/buyer", &both, "", "Nothing here shows that you are the buyer"),
        ("/buyer", &both, &mark, "Nothing here shows that you are the buyer"),
        ("/buyer", &both, &other, "belongs to another order"),
        ("/buyer", &both, &stranger, "Nothing here shows that you are the buyer"),
        ("/buyer", &both, &operator, "Nothing here shows that you are the buyer"),
        ("/buyer", &unmarked, &proof().reveal(), "no mark of its buyer"),
        ("/seller", &both, "", "Nothing here shows that you are the seller"),
        ("/seller", &both, &proof().reveal(), "Nothing here shows that you are the seller"),
        ("/seller", &both, &refund_to, "Nothing here shows that you are the seller"),
    ] {
        let fields = [("statement", pasted.as_str()), ("proof", proof), ("words", WORDS)];
        let refused = text(&page(scene.post(path, &fields).await, 422));
        assert!(refused.contains(why), "{why}: {refused}");
    }
    assert!(scene.disk().is_empty(), "nothing of it was kept");
    for (path, proof) in [("/buyer", signed(16)), ("/seller", operator)] {
        let fields = [("statement", both.as_str()), ("proof", &*proof), ("words", WORDS)];
        page(scene.post(path, &fields).await, 200);
    }
}

#[tokio::test]
async fn proof_is_told_to_the_arbiter_and_stays_sealed_otherwise() {
    let scene = Scene::new();
    scene.open("/buyer", WORDS).await;
    let at = UnixTime(START).coarse();
    let told = |side, proof| proof::words(side, proof).to_owned();
    assert!(told(Side::Buyer, Proof::Code).contains("a seller who has changed the shop"));
    assert!(told(Side::Buyer, Proof::Signature).contains("cannot make it"));
    let letter = Letter {
        id: ours().id,
        side: Side::Buyer,
        proof: Proof::Code,
        at,
        checked: None,
        statement: None,
        words: WORDS,
    };
    let text = letter.text();
    assert!(text.contains("side: buyer\nproof: the buyer's code."), "{}", *text);
    assert!(!text.contains("BUYER-"));
}

/// gpg shows a letter as it is: an escape could put another proof above the words.
#[test]
fn words_cannot_overwrite_what_a_letter_says_of_them() {
    let at = UnixTime(START).coarse();
    let words = "a\rproof: a signature\u{1b}[9A\u{1b}[2Kproof: b\u{9b}2J\u{202e}c\n  d\u{7}";
    let id = ours().id;
    let proof = Proof::Code;
    let letter = Letter { id, side: Side::Buyer, proof, at, checked: None, statement: None, words };
    let text = letter.text();
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'));
    let (_, said) = text.split_once("----- words -----\n").unwrap();
    assert!(said.trim_end().lines().all(|line| line.starts_with("| ")), "{said:?}");
    assert!(said.contains("\n|   d\n"), "{said:?}");
}

/// A side that lost its case code opens its case again; the number of cases does not grow.
#[tokio::test]
async fn side_has_one_case_and_opens_it_three_times_at_most() {
    let scene = Scene::new();
    let first = scene.open("/buyer", "first").await;
    let second = scene.open("/buyer", "second").await;
    page(scene.post("/case", &[("code", &first)]).await, 404);
    let shown = text(&page(scene.post("/case", &[("code", &second)]).await, 200));
    assert!(shown.contains("second") && !shown.contains("first"));
    assert_eq!(scene.pages.cases.count().unwrap(), 1);
    scene.open("/buyer", "third").await;
    let both = spelt(&ours());
    let proof = proof().reveal();
    let by_code = [("statement", both.as_str()), ("proof", &**proof), ("words", WORDS)];
    let refused = text(&page(scene.post("/buyer", &by_code).await, 422));
    assert!(refused.contains("opened too often"), "{refused}");
    // Whoever has the code alone cannot take the case from who signs.
    let signature = signed(15);
    let by_key = [("statement", both.as_str()), ("proof", &*signature), ("words", WORDS)];
    page(scene.post("/buyer", &by_key).await, 200);
    page(scene.post("/buyer", &by_code).await, 422);
    assert_eq!(scene.pages.cases.count().unwrap(), 1);
    let letters = scene.disk().iter().filter(|(name, _)| name.starts_with("letters")).count();
    assert_eq!(letters, 4, "the arbiter has all that was said");
    scene.open("/seller", "mine").await;
}

/// Anybody can make up an order that fits itself. While no node answers, it would fill the
/// disk.
#[tokio::test]
async fn case_is_not_taken_while_the_chain_is_not_seen() {
    let mut scene = Scene::new();
    *scene.chain.0.lock().unwrap() = None;
    let proved = format!("{}\n{}", spelt(&ours()), *proof().reveal());
    let fields = [("statement", proved.as_str()), ("words", WORDS)];
    let refused = text(&page(scene.post("/buyer", &fields).await, 503));
    assert!(refused.contains("come back in an hour"), "{refused}");
    scene.pages.chain = None;
    let refused = text(&page(scene.post("/buyer", &fields).await, 503));
    assert!(refused.contains("has not named a node"), "{refused}");
    assert!(scene.disk().is_empty(), "nothing of it was kept");
}

#[tokio::test]
async fn cases_that_the_arbiter_cannot_rule_on_are_refused() {
    let scene = Scene::new();
    let mut changed = ours();
    changed.terms.price += 1;
    let mut elsewhere = ours();
    elsewhere.terms.chain_id = 10;
    elsewhere.id = id_of(&elsewhere.terms);
    elsewhere.vault = vault_of(elsewhere.contract, elsewhere.id);
    let mut unknown = ours();
    unknown.contract = Account([1; 20]);
    unknown.vault = vault_of(unknown.contract, unknown.id);
    for (text_of, words, why) in [
        (spelt(&unknown), WORDS, "in another contract"),
        (spelt(&changed), WORDS, "was changed"),
        (spelt(&statement(Some(key(14).account()))), WORDS, "another arbiter"),
        (spelt(&statement(None)), WORDS, "has no arbiter"),
        (spelt(&elsewhere), WORDS, "is on chain 10"),
        ("hello".to_owned(), WORDS, "cannot be read"),
        (spelt(&ours()), " \n ", "There is nothing"),
        (spelt(&ours()), &"x".repeat(20_001), "too long"),
    ] {
        let answer = scene.post("/buyer", &[("statement", &text_of), ("words", words)]).await;
        let refused = text(&page(answer, 422));
        assert!(refused.contains(why), "{why}: {refused}");
    }
    assert!(scene.disk().is_empty(), "nothing of it was kept");
}

#[tokio::test]
async fn orders_without_anything_to_rule_on_are_refused() {
    let scene = Scene::new();
    let proved = format!("{}\n{}", spelt(&ours()), *proof().reveal());
    let fields = [("statement", proved), ("words", WORDS.to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    for (state, why) in [
        (EscrowState::Open, "has not shipped"),
        (EscrowState::Closed(None), "has ended on the chain"),
    ] {
        *scene.chain.0.lock().unwrap() = Some(state);
        let refused = text(&page(scene.post("/buyer", &fields).await, 422));
        assert!(refused.contains(why), "{refused}");
    }
    assert!(scene.disk().is_empty());
    *scene.chain.0.lock().unwrap() = Some(shipped());
    page(scene.post("/buyer", &fields).await, 200);
}
