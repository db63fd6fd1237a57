use proptest::prelude::*;
use tokio::io::AsyncWriteExt as _;

use super::*;

/// Reads the line before these bytes, and returns what is left behind it.
fn split(bytes: &[u8]) -> Result<(ProxySource, Vec<u8>), ProxyLineError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut left = bytes;
    let source = runtime.block_on(read(&mut left, PATIENCE))?;
    Ok((source, left.to_vec()))
}

#[test]
fn line_gives_its_source_and_leaves_what_is_behind_it() {
    let behind = b"GET / HTTP/1.1\r\n";
    for (line, source) in [
        ("PROXY TCP4 192.0.2.7 127.0.0.1 50000 80\r\n", "192.0.2.7"),
        ("PROXY TCP6 2001:db8::7 ::1 65535 0\r\n", "2001:db8::7"),
    ] {
        let (found, left) = split(&[line.as_bytes(), behind].concat()).unwrap();
        assert!(found == ProxySource::Address(source.parse().unwrap()), "{line}");
        assert_eq!(left, behind);
    }
}

#[test]
fn unknown_source_is_taken_whatever_follows_the_word() {
    for line in ["PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 anything at all\r\n"] {
        let (found, left) = split(line.as_bytes()).unwrap();
        assert!(found == ProxySource::Unknown);
        assert!(left.is_empty());
    }
}

#[test]
fn circuit_number_is_read_from_the_address_of_c_tor() {
    let number = |line: &str| split(line.as_bytes()).unwrap().0.circuit();
    let line = |address| format!("PROXY TCP6 {address} ::1 53 80\r\n");
    assert_eq!(number(&line("fc00:dead:beef:4dad::0:35")), Some(53));
    assert_eq!(number(&line("fc00:dead:beef:4dad::1:ffff")), Some(0x1_ffff));
    assert_eq!(number(&line("fc00:dead:beef:4dad::ffff:ffff")), Some(u32::MAX));
    assert_eq!(number(&line("fc00:dead:beef:4dad:1::35")), None);
    assert_eq!(number(&line("2001:db8::35")), None);
    assert_eq!(number("PROXY TCP4 192.0.2.7 127.0.0.1 53 80\r\n"), None);
    assert_eq!(number("PROXY UNKNOWN\r\n"), None);
}

#[test]
fn malformed_lines_are_refused() {
    for line in [
        "GET / HTTP/1.1\r\n",
        "\r\n",
        "PROXY\r\n",
        "PROXY \r\n",
        "proxy TCP4 192.0.2.7 127.0.0.1 1 80\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 1 80\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 1\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 1 80 \r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 1 80 90\r\n",
        "PROXY TCP4  192.0.2.7 127.0.0.1 1 80\r\n",
        "PROXY TCP4 192.0.2.7 ::1 1 80\r\n",
        "PROXY TCP4 ::1 127.0.0.1 1 80\r\n",
        "PROXY TCP6 192.0.2.7 ::1 1 80\r\n",
        "PROXY TCP6 fe80::1%eth0 ::1 1 80\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 +1 80\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 01 80\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 1 65536\r\n",
        "PROXY TCP4 192.0.2.7 127.0.0.1 1 -80\r\n",
        "PROXY UNKNOWNX\r\n",
        "PROXY UDP4 192.0.2.7 127.0.0.1 1 80\r\n",
    ] {
        assert!(matches!(split(line.as_bytes()), Err(ProxyLineError::Malformed)), "{line:?}");
    }
    assert!(matches!(split(b"PROXY \xff\r\n"), Err(ProxyLineError::Malformed)));
}

#[test]
fn line_has_at_most_107_bytes() {
    let line = |filler: usize| format!("PROXY UNKNOWN {}\r\n", "x".repeat(filler));
    let longest = line(107 - "PROXY UNKNOWN \r\n".len());
    assert_eq!(longest.len(), 107);
    assert!(split(longest.as_bytes()).is_ok());
    let longer = line(108 - "PROXY UNKNOWN \r\n".len());
    assert!(matches!(split(longer.as_bytes()), Err(ProxyLineError::TooLong)));
    let endless = [b"PROXY UNKNOWN ".as_slice(), &[b'x'; 100_000]].concat();
    assert!(matches!(split(&endless), Err(ProxyLineError::TooLong)));
}

#[test]
fn stream_that_ends_within_its_line_is_refused() {
    for cut in ["", "PRO", "PROXY TCP4 192.0.2.7 127.0.0.1 1 80\r"] {
        assert!(matches!(split(cut.as_bytes()), Err(ProxyLineError::Ended(_))), "{cut:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn line_that_does_not_come_is_waited_for_so_long_and_no_longer() {
    let (mut near, mut far) = tokio::io::duplex(64);
    near.write_all(b"PROXY TC").await.unwrap();
    assert!(matches!(read(&mut far, PATIENCE).await, Err(ProxyLineError::Late)));
}

/// T-PRIV: a visitor's address must not be printed by accident.
#[test]
fn debug_of_a_source_shows_no_address() {
    let source = ProxySource::Address("192.0.2.7".parse().unwrap());
    assert_eq!(format!("{source:?}"), "Address");
}

proptest! {
    #[test]
    fn any_bytes_are_refused_or_split_at_a_line_end(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok((_, left)) = split(&bytes) {
            let line = &bytes[..bytes.len() - left.len()];
            prop_assert!(line.starts_with(b"PROXY ") && line.ends_with(b"\r\n"));
            prop_assert!(line.len() <= MAX_LINE);
        }
    }

    #[test]
    fn written_lines_are_read_back(source: IpAddr, ports: (u16, u16), behind: Vec<u8>) {
        let (family, own) = if source.is_ipv4() { ("TCP4", "127.0.0.1") } else { ("TCP6", "::1") };
        let line = format!("PROXY {family} {source} {own} {} {}\r\n", ports.0, ports.1);
        let (found, left) = split(&[line.as_bytes(), &behind].concat()).unwrap();
        prop_assert!(found == ProxySource::Address(source));
        prop_assert_eq!(left, behind);
    }

    #[test]
    fn every_circuit_number_is_read_back(number: u32) {
        let line = format!(
            "PROXY TCP6 fc00:dead:beef:4dad::{:x}:{:x} ::1 {} 80\r\n",
            number >> 16, number & 0xffff, number & 0xffff,
        );
        prop_assert_eq!(split(line.as_bytes()).unwrap().0.circuit(), Some(number));
    }
}
