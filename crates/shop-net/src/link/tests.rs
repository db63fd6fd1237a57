use std::{
    io::{IoSlice, Read as _, Write as _},
    os::unix::net::UnixStream,
    time::Duration,
};

use super::*;

fn visit() -> Message {
    Message::Visit { door: Ingress::Onion, circuit: u64::MAX }
}

/// Sends bytes as no `Link` would.
fn raw(to: &Link, bytes: &[u8], fds: &[BorrowedFd<'_>]) {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() {
        assert!(control.push(SendAncillaryMessage::ScmRights(fds)));
    }
    sendmsg(&to.socket, &[IoSlice::new(bytes)], &mut control, SendFlags::NOSIGNAL).unwrap();
}

#[tokio::test]
async fn a_stream_crosses_a_link_and_still_works() {
    let (a, b) = Link::pair().unwrap();
    let b = Link::from_fd(b).unwrap();
    let (mut near, far) = UnixStream::pair().unwrap();
    a.send(&visit(), Some(far.into())).await.unwrap();
    let (message, fd) = b.recv().await.unwrap();
    assert!(message == visit());
    let mut passed = UnixStream::from(fd.unwrap());
    near.write_all(b"hello").unwrap();
    let mut heard = [0; 5];
    passed.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"hello");
}

#[tokio::test]
async fn received_descriptor_is_not_inherited_by_child_processes() {
    let (a, b) = Link::pair().unwrap();
    let b = Link::from_fd(b).unwrap();
    let (_near, far) = UnixStream::pair().unwrap();
    a.send(&visit(), Some(far.into())).await.unwrap();
    let (_, fd) = b.recv().await.unwrap();
    let flags = rustix::io::fcntl_getfd(fd.unwrap()).unwrap();
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
}

#[tokio::test]
async fn every_message_comes_back_as_it_was() {
    let (a, b) = Link::pair().unwrap();
    let b = Link::from_fd(b).unwrap();
    let all = [
        Message::Plan(serde_json::json!({"a": [1, 2, {"b": null}]})),
        visit(),
        Message::Dial { purpose: "ethereum-rpc-1".into() },
        Message::Door,
        Message::EndCircuit { circuit: 7 },
        Message::Status(Status::Bootstrap { percent: 40, what: "asking".into() }),
        Message::Reload,
        Message::Stop,
        Message::Ping,
        Message::Pong,
        Message::Pictures,
        Message::Word(serde_json::Value::Null),
    ];
    for message in &all {
        a.send(message, None).await.unwrap();
        assert!(b.recv().await.unwrap().0 == *message);
    }
}

#[tokio::test]
async fn invalid_message_is_refused_and_the_next_one_is_read() {
    let (theirs, ours) = Link::pair().unwrap();
    let ours = Link::from_fd(ours).unwrap();
    let deep = "[".repeat(50_000);
    let hostile: [&[u8]; 7] = [
        b"\0",
        b"{",
        b"null",
        b"{\"visit\":{}}",
        b"{\"visit\":{\"door\":\"onion\",\"circuit\":-1}}",
        b"\xff\xfe",
        deep.as_bytes(),
    ];
    for bytes in hostile {
        raw(&theirs, bytes, &[]);
        assert!(matches!(ours.recv().await, Err(LinkError::NotAMessage)));
    }
    theirs.send(&Message::Stop, None).await.unwrap();
    assert!(ours.recv().await.unwrap().0 == Message::Stop);
}

#[tokio::test]
async fn a_message_too_long_is_refused_on_both_sides() {
    let (theirs, ours) = Link::pair().unwrap();
    let ours = Link::from_fd(ours).unwrap();
    let long = Message::Dial { purpose: "x".repeat(MAX_MESSAGE) };
    assert!(matches!(theirs.send(&long, None).await, Err(LinkError::TooLong)));
    raw(&theirs, &serde_json::to_vec(&long).unwrap(), &[]);
    assert!(matches!(ours.recv().await, Err(LinkError::TooLong)));
    theirs.send(&Message::Stop, None).await.unwrap();
    assert!(ours.recv().await.unwrap().0 == Message::Stop);
}

#[tokio::test]
async fn descriptors_nobody_asked_for_are_closed() {
    let (theirs, ours) = Link::pair().unwrap();
    let ours = Link::from_fd(ours).unwrap();
    for count in [2, 5, 8] {
        let (mut near, far) = UnixStream::pair().unwrap();
        raw(&theirs, b"\"stop\"", &vec![far.as_fd(); count]);
        drop(far);
        let refused = ours.recv().await;
        assert!(matches!(refused, Err(LinkError::TooManyFds | LinkError::TooLong)));
        // The far end is open nowhere any more, or this would wait for ever.
        near.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        assert_eq!(near.read(&mut [0]).unwrap(), 0);
    }
}

#[tokio::test]
async fn a_role_that_is_gone_is_noticed_by_reader_and_writer() {
    let (a, b) = Link::pair().unwrap();
    drop(b);
    assert!(matches!(a.recv().await, Err(LinkError::Closed)));
    assert!(matches!(a.send(&Message::Stop, None).await, Err(LinkError::Closed)));
}

/// The role has left messages of ours unread, which must not lose its own.
#[tokio::test]
async fn last_messages_of_an_ended_role_are_received() {
    let (ours, theirs) = Link::pair().unwrap();
    let theirs = Link::from_fd(theirs).unwrap();
    ours.send(&Message::Door, None).await.unwrap();
    theirs.send(&Message::Word("why I end".into()), None).await.unwrap();
    drop(theirs);
    assert!(ours.recv().await.unwrap().0 == Message::Word("why I end".into()));
    assert!(matches!(ours.recv().await, Err(LinkError::Closed)));
}

#[tokio::test]
async fn only_a_seqpacket_socket_becomes_a_link() {
    let (stream, _other) = UnixStream::pair().unwrap();
    assert!(Link::from_fd(stream.into()).is_err());
    let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    assert!(Link::from_fd(tcp.into()).is_err());
    assert!(Link::from_fd(std::fs::File::open("/dev/null").unwrap().into()).is_err());
}

#[test]
fn a_printed_message_says_nothing_of_its_content() {
    let plan = Message::Plan(serde_json::json!({"key": "canary"}));
    assert_eq!(format!("{plan:?}"), "Plan");
    assert_eq!(format!("{:?}", visit()), "Visit");
}

#[tokio::test]
async fn plan_is_read_before_there_is_a_runtime_and_nothing_else_is() {
    let plan = |value: &str| Message::Plan(serde_json::json!({ "dir": value }));
    for (message, is_plan) in [
        (plan("shop"), true),
        (Message::Plan(serde_json::Value::Null), false),
        (Message::Stop, false),
    ] {
        let (supervisor, role) = Link::pair().unwrap();
        supervisor.send(&message, None).await.unwrap();
        let read = plan_from::<std::collections::BTreeMap<String, String>>(role.as_fd());
        assert_eq!(read.is_ok_and(|plan| plan["dir"] == "shop"), is_plan, "{message:?}");
        drop(supervisor);
        let read = plan_from::<serde_json::Value>(role.as_fd());
        assert!(matches!(read, Err(LinkError::Closed)));
    }
}
