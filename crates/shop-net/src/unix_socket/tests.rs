use std::{
    fs,
    os::unix::{fs::PermissionsExt as _, net::UnixListener as StdListener},
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

struct Rig {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn rig() -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.sock");
    Rig { _folder: folder, path }
}

/// Sends three bytes to whoever listens there, through this socket's end.
async fn answers(socket: &UnixSocket, path: &Path) {
    let mut client = UnixStream::connect(path).await.unwrap();
    client.write_all(b"abc").await.unwrap();
    let mut heard = [0; 3];
    socket.accept().await.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"abc");
}

#[tokio::test]
async fn socket_has_the_mode_that_was_asked_for() {
    for (access, mode) in [(SocketAccess::Owner, 0o600), (SocketAccess::Group, 0o660)] {
        let rig = rig();
        let socket = UnixSocket::bind(&rig.path, access).unwrap();
        assert_eq!(fs::metadata(&rig.path).unwrap().permissions().mode() & 0o777, mode);
        answers(&socket, &rig.path).await;
        drop(socket);
        assert!(!rig.path.exists());
    }
}

#[tokio::test]
async fn socket_of_a_killed_process_is_replaced() {
    let rig = rig();
    drop(StdListener::bind(&rig.path).unwrap());
    assert!(rig.path.exists());
    let socket = UnixSocket::bind(&rig.path, SocketAccess::Owner).unwrap();
    answers(&socket, &rig.path).await;
}

#[tokio::test]
async fn socket_that_answers_is_left_to_its_owner() {
    let rig = rig();
    let first = UnixSocket::bind(&rig.path, SocketAccess::Owner).unwrap();
    let refused = UnixSocket::bind(&rig.path, SocketAccess::Owner).unwrap_err();
    assert!(refused.to_string().contains("another program is listening"), "{refused}");
    let _probe = first.accept().await;
    answers(&first, &rig.path).await;
}

#[tokio::test]
async fn file_that_is_no_socket_stays() {
    let rig = rig();
    fs::write(&rig.path, "the seller's own").unwrap();
    let refused = UnixSocket::bind(&rig.path, SocketAccess::Owner).unwrap_err();
    assert!(refused.to_string().contains("is not a socket"), "{refused}");
    fs::remove_file(&rig.path).unwrap();
    std::os::unix::fs::symlink("/dev/null", &rig.path).unwrap();
    assert!(UnixSocket::bind(&rig.path, SocketAccess::Owner).is_err());
    assert!(rig.path.is_symlink());
}

#[tokio::test]
async fn drop_leaves_the_socket_of_another() {
    let rig = rig();
    let first = UnixSocket::bind(&rig.path, SocketAccess::Owner).unwrap();
    fs::remove_file(&rig.path).unwrap();
    let other = StdListener::bind(&rig.path).unwrap();
    drop(first);
    assert!(rig.path.exists());
    drop(other);
}

#[tokio::test]
async fn two_that_start_at_once_do_not_both_listen() {
    let rig = rig();
    drop(StdListener::bind(&rig.path).unwrap());
    let _other = Folder::open(rig.path.parent().unwrap()).unwrap().lock().unwrap();
    let refused = UnixSocket::bind(&rig.path, SocketAccess::Owner).unwrap_err();
    assert!(matches!(refused, SocketError::InUse(_)));
}

#[tokio::test]
async fn paths_that_cannot_work_are_refused_in_words() {
    let refused = |path: &str| UnixSocket::bind(Path::new(path), SocketAccess::Owner).unwrap_err();
    assert!(matches!(refused("shop.sock"), SocketError::NotAPath(_)));
    assert!(matches!(refused("/"), SocketError::NotAPath(_)));
    let missing = refused("/run/not-there/shop.sock").to_string();
    assert!(missing.ends_with("create it first"), "{missing}");
    let long = refused(&format!("/{}", "x".repeat(107))).to_string();
    assert!(long.contains("has 108 bytes") && long.contains("at most 107"), "{long}");
}
