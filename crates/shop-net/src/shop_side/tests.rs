use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::roles::introduce;

/// A shop side, the supervisor's end of its link, and a tor role's end of theirs.
async fn joined(targets: Vec<Target>) -> (ShopSide, Link, Link) {
    let (supervisor, shop) = Link::pair().unwrap();
    let side = ShopSide::start(Link::from_fd(shop).unwrap(), targets);
    let (to_tor, tor) = Link::pair().unwrap();
    introduce(&supervisor, &to_tor).await.unwrap();
    let (_, fd) = Link::from_fd(tor).unwrap().recv().await.unwrap();
    (side, supervisor, Link::from_fd(fd.unwrap()).unwrap())
}

fn targets() -> Vec<Target> {
    vec![
        Target::through_tor("far", "far.example", 80, false).unwrap(),
        Target::on_loopback("near", "127.0.0.1", 80, false).unwrap(),
    ]
}

/// Sends a visit and waits until the shop side has it.
/// Messages that were sent before are then in force.
async fn settle(side: &mut ShopSide, tor: &Link) -> UnixStream {
    let (ours, theirs) = pair::new().unwrap();
    tor.send(&Message::Visit { door: Ingress::Onion, circuit: 3 }, Some(theirs)).await.unwrap();
    let Event::Visit(visit) = side.next().await else { panic!("the visit comes") };
    assert_eq!((visit.door, visit.circuit), (Ingress::Onion, 3));
    drop(visit);
    ours
}

#[tokio::test]
async fn each_purpose_is_dialled_through_its_own_door() {
    let (mut side, supervisor, tor) = joined(targets()).await;
    settle(&mut side, &tor).await;
    for (purpose, door) in [("far", &tor), ("near", &supervisor)] {
        let mut ours = side.dialer().dial(purpose).await.unwrap();
        let (message, fd) = door.recv().await.unwrap();
        assert!(message == Message::Dial { purpose: purpose.into() });
        let mut far = pair::from_fd(fd.unwrap()).unwrap();
        far.write_all(b"here").await.unwrap();
        drop(far);
        let mut heard = String::new();
        ours.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "here");
    }
}

#[tokio::test]
async fn what_is_not_on_the_list_is_not_dialled() {
    let (side, _supervisor, _tor) = joined(targets()).await;
    let refused = side.dialer().dial("elsewhere").await.map(drop).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::NotFound);
}

#[tokio::test]
async fn dials_fail_without_a_tor_role_until_its_successor_comes() {
    let (mut side, supervisor, tor) = joined(targets()).await;
    settle(&mut side, &tor).await;
    drop(tor);
    let refused = side.dialer().dial("far").await.map(drop).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::NotConnected);

    let (to_tor, tor) = Link::pair().unwrap();
    introduce(&supervisor, &to_tor).await.unwrap();
    let (_, fd) = Link::from_fd(tor).unwrap().recv().await.unwrap();
    let tor = Link::from_fd(fd.unwrap()).unwrap();
    settle(&mut side, &tor).await;
    let _stream = side.dialer().dial("far").await.unwrap();
    assert!(tor.recv().await.unwrap().0 == Message::Dial { purpose: "far".into() });
    side.reporter().end_circuit(Ingress::Onion, 9).await;
    assert!(tor.recv().await.unwrap().0 == Message::EndCircuit { circuit: 9 });
}

#[tokio::test]
async fn the_tor_role_cannot_pass_for_the_supervisor_or_the_preview() {
    let (mut side, _supervisor, tor) = joined(targets()).await;
    for message in [Message::Stop, Message::Reload, Message::Word(1.into())] {
        tor.send(&message, None).await.unwrap();
    }
    let (_ours, theirs) = pair::new().unwrap();
    tor.send(&Message::Visit { door: Ingress::Preview, circuit: 1 }, Some(theirs)).await.unwrap();
    let Event::Visit(visit) = side.next().await else { panic!("only visits come from there") };
    assert_eq!(visit.door, Ingress::Onion);
}

#[tokio::test]
async fn shop_side_says_stop_for_ever_once_the_supervisor_is_gone() {
    let (mut side, supervisor, _tor) = joined(targets()).await;
    drop(supervisor);
    for _ in 0..3 {
        assert!(matches!(side.next().await, Event::Stop));
    }
}

#[tokio::test]
async fn question_is_answered_on_its_own_stream() {
    let (mut side, supervisor, _tor) = joined(Vec::new()).await;
    let mut answer = supervisor.ask("status".into()).await.unwrap();
    let Event::Ask(question, mut stream) = side.next().await else { panic!("the question comes") };
    assert_eq!(question, "status");
    stream.write_all(b"well").await.unwrap();
    drop(stream);
    let mut heard = String::new();
    answer.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "well");
}

#[tokio::test]
async fn file_is_passed_on_or_its_refusal_is_noticed() {
    const PATIENCE: Duration = Duration::from_secs(30);
    let (mut side, supervisor, tor) = joined(Vec::new()).await;
    settle(&mut side, &tor).await;
    let path = Path::new("../keys/seller.asc");
    for given in [true, false] {
        let stream = side.reporter().open_file(path).await.unwrap();
        let (message, end) = supervisor.recv().await.unwrap();
        assert!(message == Message::OpenFile { path: path.to_owned() });
        let end = end.unwrap();
        if given {
            let (reader, mut writer) = std::io::pipe().unwrap();
            std::io::Write::write_all(&mut writer, b"a key").unwrap();
            pass_file(&end, File::from(OwnedFd::from(reader)));
        }
        drop(end);
        let file = wait_for_file(&stream, PATIENCE);
        let kind = file.as_ref().map(drop).map_err(io::Error::kind);
        assert_eq!(kind, if given { Ok(()) } else { Err(io::ErrorKind::PermissionDenied) });
        if let Ok(file) = file {
            assert_eq!(io::read_to_string(file).unwrap(), "a key");
        }
    }
}
