use super::*;
use proptest::prelude::*;

fn letter(subject: &str, body: &str, relay: Option<(&str, &str)>) -> Letter {
    let relay = relay.map(|(subject, body)| Relay {
        to: "ada@example.org".into(),
        from: "shop@example.org".into(),
        subject: subject.into(),
        body: body.into(),
    });
    Letter { subject: subject.into(), body: body.into(), relay, json: None }
}

proptest! {
    #[test]
    fn letters_read_back(
        subject in any::<String>(), body in "(?s).{0,3000}",
        relay in prop::option::of((".{0,90}", "(?s).{0,2000}")), fill in 0usize..300,
        json in prop::option::of("[a-zé{}\": ]{0,1200}[}\"]")
    ) {
        let relay = relay.as_ref().map(|(subject, body)| (subject.as_str(), body.as_str()));
        let json = json.map(|json| text::block(&json));
        let mut letter = letter(&subject, &body, relay);
        letter.json.clone_from(&json);
        let bytes = inside(&letter, "border", fill);
        let back = read_letter(&bytes).expect("we wrote it");
        prop_assert_eq!(&back.subject, &text::line(&subject));
        prop_assert_eq!(&back.body, &text::block(&body));
        prop_assert_eq!(back.relay.is_some(), relay.is_some());
        prop_assert_eq!(&back.json, &json);
        if let (Some(back), Some((subject, body))) = (&back.relay, relay) {
            prop_assert_eq!(&back.subject, &text::line(subject));
            prop_assert_eq!(&back.body, &text::block(body));
            prop_assert_eq!(&back.to, "ada@example.org");
        }
    }

    #[test]
    fn the_filler_is_exact_and_lines_are_lawful(fill in 0usize..3_000, body in "[a-zé ]{0,2000}") {
        let letter = letter("s", &body, None);
        let bytes = inside(&letter, "border", fill);
        prop_assert_eq!(bytes.len(), inside(&letter, "border", 0).len() + fill);
        let text = std::str::from_utf8(&bytes).unwrap();
        prop_assert!(text.lines().all(|line| line.len() <= LONGEST_LINE));
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(read_letter(&bytes).is_none());
    }

    #[test]
    fn any_cut_is_answered(at in any::<prop::sample::Index>()) {
        let bytes = inside(&letter("s", "b", Some(("r", "q"))), "border", 9);
        prop_assert!(read_letter(&bytes[..at.index(bytes.len())]).is_none());
    }
}

#[test]
fn headers_cannot_be_added_and_controls_are_gone() {
    let mut sly = letter("a\r\nBcc: all@example.org", "x\u{1b}[2J", Some(("r\nBcc: b@c", "y")));
    if let Some(relay) = &mut sly.relay {
        relay.to = "a@b\r\nBcc: c@d".into();
    }
    let bytes = inside(&sly, "border", 0);
    let text = std::str::from_utf8(&bytes).unwrap();
    assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
    assert!(!text.contains(['\r', '\u{1b}']));
}

#[test]
fn foreign_subjects_are_encoded_words_of_lawful_length() {
    let value = words(&"Größe ✓ ".repeat(20));
    assert!(value.is_ascii() && value.lines().all(|line| line.len() <= 75));
    assert_eq!(words("New order K7Q2-9FXD"), "New order K7Q2-9FXD");
    assert_ne!(words("=?utf-8?B?eA==?="), "=?utf-8?B?eA==?=");
}
