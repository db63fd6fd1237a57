use super::*;
use bitcoin::p2p::message::{NetworkMessage, RawNetworkMessage};
use proptest::prelude::*;

const MAGIC: Magic = Magic::REGTEST;

/// Reads a message from these bytes, which are all there is.
async fn read_all(bytes: &[u8]) -> Result<Message, NodeError> {
    let (mut ours, mut theirs) = tokio::io::duplex(1 << 22);
    theirs.write_all(bytes).await.unwrap();
    drop(theirs);
    read(&mut ours, MAGIC).await
}

/// Reads what the library reads of a message of ours.
fn by_library(bytes: &[u8]) -> NetworkMessage {
    let message: RawNetworkMessage = deserialize(bytes).unwrap();
    assert_eq!(*message.magic(), MAGIC);
    message.into_payload()
}

#[test]
fn questions_are_what_the_library_reads() {
    let hash = BlockHash::from_byte_array([7; 32]);
    let NetworkMessage::GetHeaders(asked) =
        by_library(&Question::Headers(vec![hash]).encode(MAGIC))
    else {
        panic!("another message");
    };
    assert_eq!((asked.locator_hashes, asked.stop_hash), (vec![hash], BlockHash::all_zeros()));
    let question = Question::FilterHashes { from: 9, stop: hash };
    let wanted = GetCFHeaders { filter_type: 0, start_height: 9, stop_hash: hash };
    assert_eq!(by_library(&question.encode(MAGIC)), NetworkMessage::GetCFHeaders(wanted));
    let question = Question::Filters { from: 9, stop: hash };
    let wanted = GetCFilters { filter_type: 0, start_height: 9, stop_hash: hash };
    assert_eq!(by_library(&question.encode(MAGIC)), NetworkMessage::GetCFilters(wanted));
    let wanted = vec![bitcoin::p2p::message_blockdata::Inventory::WitnessBlock(hash)];
    let question = Question::Block(hash).encode(MAGIC);
    assert_eq!(by_library(&question), NetworkMessage::GetData(wanted));
    assert_eq!(by_library(&ping(MAGIC, 5)), NetworkMessage::Ping(5));
    assert_eq!(by_library(&pong(MAGIC, 5)), NetworkMessage::Pong(5));
    assert_eq!(by_library(&verack(MAGIC)), NetworkMessage::Verack);
}

#[test]
fn greeting_says_nothing_of_the_shop() {
    let NetworkMessage::Version(greeting) = by_library(&greeting(MAGIC)) else {
        panic!("another message");
    };
    assert_eq!((greeting.user_agent.as_str(), greeting.timestamp, greeting.nonce), ("", 0, 0));
    assert_eq!((greeting.services, greeting.start_height), (ServiceFlags::NONE, 0));
    assert!(!greeting.relay);
}

#[tokio::test]
async fn message_with_another_checksum_or_magic_is_refused() {
    let good = ping(MAGIC, 5);
    assert!(matches!(read_all(&good).await, Ok(Message::Ping(5))));
    for place in [0, 20, 24] {
        let mut bad = good.clone();
        bad[place] ^= 1;
        assert!(matches!(read_all(&bad).await, Err(NodeError::Malformed)), "byte {place}");
    }
    let cut = &good[..good.len() - 1];
    assert!(matches!(read_all(cut).await, Err(NodeError::Disconnected)));
}

/// Its length is refused before anything of it is read.
#[tokio::test]
async fn message_longer_than_its_kind_can_be_is_refused() {
    for (command, most) in
        [("ping", 8), ("verack", 0), ("cfilter", LARGEST_FILTER), ("inv", LARGEST)]
    {
        let mut frame = message(MAGIC, command, &[]);
        frame[16..20].copy_from_slice(&u32::try_from(most + 1).unwrap().to_le_bytes());
        assert!(matches!(read_all(&frame).await, Err(NodeError::TooLarge)), "{command}");
    }
}

#[tokio::test]
async fn message_that_nobody_asked_for_is_skipped() {
    let mut bytes = message(MAGIC, "inv", &[7; 9_000]);
    bytes.extend(ping(MAGIC, 5));
    let (mut ours, mut theirs) = tokio::io::duplex(1 << 16);
    theirs.write_all(&bytes).await.unwrap();
    assert!(matches!(read(&mut ours, MAGIC).await, Ok(Message::Other)));
    assert!(matches!(read(&mut ours, MAGIC).await, Ok(Message::Ping(5))));
}

proptest! {
    /// Whatever comes in a right frame, it is read or refused.
    #[test]
    fn payload_of_any_bytes_is_read_or_refused(payload in proptest::collection::vec(any::<u8>(), 0..400)) {
        for command in ["version", "ping", "headers", "cfheaders", "cfilter", "block"] {
            let _ = parse(command, &payload);
        }
    }

    /// As many as there are, and no byte is left over.
    #[test]
    fn headers_are_read_as_the_library_writes_them(count in 0usize..40, cut in 1usize..80) {
        let header = bitcoin::blockdata::constants::genesis_block(bitcoin::Network::Regtest).header;
        let raw = RawNetworkMessage::new(MAGIC, NetworkMessage::Headers(vec![header; count]));
        let bytes = serialize(&raw);
        let payload = &bytes[24..];
        prop_assert_eq!(headers(payload), Some(vec![header; count]));
        let shorter = &payload[..payload.len().saturating_sub(cut)];
        prop_assert_eq!(headers(shorter), None);
    }
}
