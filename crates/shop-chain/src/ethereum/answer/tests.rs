use super::*;
use proptest::prelude::*;

#[derive(Default, Debug, PartialEq)]
struct Seen(Vec<String>);

impl Parts for Seen {
    fn begin(&mut self) {}
    fn item(&mut self, json: &[u8]) -> Result<(), NodeError> {
        self.0.push(format!("item {}", String::from_utf8_lossy(json)));
        Ok(())
    }
    fn log(&mut self, json: &[u8]) -> Result<(), NodeError> {
        self.0.push(format!("log {}", String::from_utf8_lossy(json)));
        Ok(())
    }
}

/// Feeds the text in pieces of this size.
fn split(text: &str, size: usize) -> Result<(String, Vec<String>), NodeError> {
    let mut seen = Seen::default();
    let mut splitter = Splitter::default();
    for piece in text.as_bytes().chunks(size) {
        splitter.feed(piece, &mut seen)?;
    }
    Ok((String::from_utf8(splitter.finish()?).expect("text"), seen.0))
}

#[test]
fn receipts_are_handed_on_log_by_log() {
    let text = r#" {"id": 7, "result": [
        {"logs": [{"data": "0x, ]}\" "}, {"topics": ["a", "b"]}], "status": "0x1"},
        {"status": "0x0", "logs": []} ]} "#;
    for size in [1, 2, 3, 7, 1000] {
        let wanted = [
            r#"log {"data":"0x, ]}\" "}"#,
            r#"log {"topics":["a","b"]}"#,
            r#"item {"logs":[],"status":"0x1"}"#,
            r#"item {"status":"0x0","logs":[]}"#,
        ];
        let (top, seen) = split(text, size).expect("it is well formed");
        assert_eq!(
            (top.as_str(), seen),
            (r#"{"id":7,"result":[]}"#, wanted.map(String::from).to_vec())
        );
    }
}

#[test]
fn transactions_and_ids_are_items_and_other_lists_are_not() {
    let block = r#"{"result":{"uncles":["u"],"transactions":[{"to":null,"accessList":[{"logs":[1]}]},"0xid",5],"n":"0x1"}}"#;
    let (top, seen) = split(block, 4).expect("it is well formed");
    assert_eq!(top, r#"{"result":{"uncles":["u"],"transactions":[],"n":"0x1"}}"#);
    assert_eq!(
        seen,
        [r#"item {"to":null,"accessList":[{"logs":[1]}]}"#, r#"item "0xid""#, "item 5"]
    );
    let single = r#"{"result":{"logs":[{"a":1},{"b":2}],"status":"0x1"}}"#;
    let (top, seen) = split(single, 1).expect("it is well formed");
    assert_eq!(top, r#"{"result":{"logs":[],"status":"0x1"}}"#);
    assert_eq!(seen, [r#"log {"a":1}"#, r#"log {"b":2}"#]);
}

#[test]
fn lists_under_other_names_stay_in_the_answer() {
    for text in
        [r#"{"error":[1,2]}"#, r#"{"x":{"logs":[1,2]}}"#, r#"{"re\u0073ult":[1,2]}"#, "[1,2]"]
    {
        assert_eq!(split(text, 3), Ok((text.into(), vec![])), "{text}");
    }
}

#[test]
fn what_is_no_answer_is_refused() {
    let html = "<!DOCTYPE html><html>";
    for text in [html, "{]", "[}", "{", "\"", "}", &"[".repeat(90_000)] {
        assert_eq!(split(text, 5), Err(NodeError::Malformed), "{text:.20}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300), size in 1usize..9) {
        let mut splitter = Splitter::default();
        for piece in bytes.chunks(size) {
            if splitter.feed(piece, &mut NoParts).is_err() {
                return Ok(());
            }
        }
        let _ = splitter.finish();
    }
}
