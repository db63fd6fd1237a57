use proptest::prelude::*;

use super::*;

fn obfs4() -> Handshake {
    Handshake::new(vec!["obfs4".into()])
}

/// Says all lines, and returns what came of the last.
fn say(
    handshake: &mut Handshake,
    lines: &[&str],
) -> Result<Option<Vec<TransportAddress>>, TransportError> {
    let mut last = Ok(None);
    for line in lines {
        last = handshake.take(line);
        if last.is_err() {
            break;
        }
    }
    last
}

#[test]
fn ports_are_known_when_the_transport_is_done() {
    let mut handshake = obfs4();
    let lines =
        ["VERSION 1", "LOG SEVERITY=debug MESSAGE=x", "CMETHOD obfs4 socks5 127.0.0.1:4711"];
    assert!(say(&mut handshake, &lines).unwrap().is_none());
    let found = handshake.take("CMETHODS DONE").unwrap().unwrap();
    let address = ([127, 0, 0, 1], 4711).into();
    assert_eq!(found, [TransportAddress { name: "obfs4".into(), address }]);
}

#[test]
fn several_transports_of_one_program_are_all_waited_for() {
    let mut handshake = Handshake::new(vec!["obfs4".into(), "meek_lite".into()]);
    let lines = [
        "VERSION 1",
        "CMETHOD obfs4 socks5 127.0.0.1:1",
        "CMETHOD other socks4 192.0.2.1:1",
        "CMETHOD meek_lite socks5 [::1]:2",
        "CMETHODS DONE",
    ];
    assert_eq!(say(&mut handshake, &lines).unwrap().unwrap().len(), 2);
    let mut handshake = Handshake::new(vec!["obfs4".into(), "meek_lite".into()]);
    let lines = ["VERSION 1", "CMETHOD obfs4 socks5 127.0.0.1:1", "CMETHODS DONE"];
    assert!(matches!(say(&mut handshake, &lines), Err(TransportError::NotOffered)));
}

#[test]
fn each_fault_is_named() {
    for (lines, wanted) in [
        (vec!["VERSION 2"], "another version"),
        (vec!["VERSION-ERROR no-version"], "another version"),
        (vec!["ENV-ERROR no TOR_PT_STATE_LOCATION"], "no TOR_PT_STATE_LOCATION"),
        (vec!["CMETHOD obfs4 socks5 127.0.0.1:1"], "no answer of a transport"),
        (vec!["CMETHODS DONE"], "no answer of a transport"),
        (vec!["VERSION 1", "CMETHODS DONE"], "is not offered"),
        (vec!["VERSION 1", "CMETHOD-ERROR obfs4 out of luck"], "out of luck"),
        (vec!["VERSION 1", "CMETHOD obfs4 socks4 127.0.0.1:1"], "speaks socks4"),
        (vec!["VERSION 1", "CMETHOD obfs4 \u{1b}[2J 127.0.0.1:1"], "speaks another protocol"),
        (vec!["VERSION 1", "CMETHOD obfs4 socks5 192.0.2.1:1"], "does not listen on 127.0.0.1"),
        (vec!["VERSION 1", "CMETHOD obfs4 socks5 127.0.0.1:0"], "does not listen on 127.0.0.1"),
        (vec!["VERSION 1", "CMETHOD obfs4"], "no answer of a transport"),
    ] {
        let error = say(&mut obfs4(), &lines).unwrap_err().to_string();
        assert!(error.contains(wanted), "{lines:?}: {error}");
    }
}

#[test]
fn port_that_is_told_twice_is_refused() {
    let line = "CMETHOD obfs4 socks5 127.0.0.1:1";
    let said = say(&mut obfs4(), &["VERSION 1", line, line]);
    assert!(matches!(said, Err(TransportError::Malformed)));
}

#[test]
fn program_that_talks_without_end_is_left() {
    let mut handshake = obfs4();
    let error = (0..=MOST_LINES).find_map(|_| handshake.take("y").err());
    assert!(matches!(error, Some(TransportError::TooMuch)));
}

proptest! {
    /// Lines of any kind, and lines that are nearly right.
    #[test]
    fn whatever_is_said_only_wanted_loopback_ports_come_out(
        lines in prop::collection::vec(
            prop_oneof![
                any::<String>(),
                "(VERSION|CMETHOD|CMETHODS|CMETHOD-ERROR|ENV-ERROR)( [ -~]{0,12}){0,4}",
                "CMETHOD (obfs4|x) socks[45] (127\\.0\\.0\\.1|192\\.0\\.2\\.1|\\[::1\\]):[0-9]{1,5}",
                Just("VERSION 1".to_owned()),
                Just("CMETHODS DONE".to_owned()),
            ],
            0..12,
        ),
    ) {
        let mut handshake = obfs4();
        for line in lines {
            match handshake.take(&line) {
                Ok(None) => {}
                Ok(Some(found)) => {
                    prop_assert_eq!(found.len(), 1);
                    prop_assert_eq!(&found[0].name, "obfs4");
                    prop_assert!(found[0].address.ip().is_loopback());
                    prop_assert!(found[0].address.port() > 0);
                    break;
                }
                Err(error) => {
                    let words = error.to_string();
                    prop_assert!(words.chars().all(|letter| matches!(letter, ' '..='~')));
                    prop_assert!(words.len() < 200);
                    break;
                }
            }
        }
    }
}
