use std::{fs::symlink_metadata, os::unix::fs::PermissionsExt as _};

use tokio::io::AsyncWriteExt as _;

use super::*;

/// Sends a line to whoever listens in `folder`, and returns the line that comes back.
async fn say(folder: &Path, line: &str) -> String {
    let mut stream = connect(folder).await.unwrap();
    stream.write_all(line.as_bytes()).await.unwrap();
    String::from_utf8(read_line(stream, 100).await.unwrap()).unwrap()
}

/// Answers one client with the line it sent.
async fn echo(socket: &ControlSocket) {
    let mut stream = socket.accept().await;
    let mut line = read_line(&mut stream, 100).await.unwrap();
    line.push(b'\n');
    stream.write_all(&line).await.unwrap();
}

#[tokio::test]
async fn client_and_shop_of_one_user_exchange_lines() {
    let folder = tempfile::tempdir().unwrap();
    let socket = ControlSocket::bind(folder.path()).unwrap();
    let (said, ()) = tokio::join!(say(folder.path(), "status\n"), echo(&socket));
    assert_eq!(said, "status");
}

#[tokio::test]
async fn socket_file_is_private_and_removed_with_the_shop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    let socket = ControlSocket::bind(folder.path()).unwrap();
    assert_eq!(symlink_metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    drop(socket);
    assert!(!path.exists());
    assert!(matches!(connect(folder.path()).await, Err(ConnectError::NobodyThere)));
}

#[tokio::test]
async fn folder_longer_than_a_socket_path_works() {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("x".repeat(200)).join("y".repeat(200));
    std::fs::create_dir_all(&long).unwrap();
    let socket = ControlSocket::bind(&long).unwrap();
    let (said, ()) = tokio::join!(say(&long, "hello\n"), echo(&socket));
    assert_eq!(said, "hello");
}

#[tokio::test]
async fn renamed_folder_is_still_answered_and_cleaned() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old");
    let new = folder.path().join("new");
    std::fs::create_dir(&old).unwrap();
    let socket = ControlSocket::bind(&old).unwrap();
    std::fs::rename(&old, &new).unwrap();
    let (said, ()) = tokio::join!(say(&new, "hello\n"), echo(&socket));
    assert_eq!(said, "hello");
    drop(socket);
    assert!(!new.join(NAME).exists());
}

/// `kill -9` leaves the file: nobody answers there, and the next shop takes its place.
#[tokio::test]
async fn socket_of_a_killed_shop_answers_nobody_and_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    drop(std::os::unix::net::UnixListener::bind(folder.path().join(NAME)).unwrap());
    assert!(matches!(connect(folder.path()).await, Err(ConnectError::NobodyThere)));
    let socket = ControlSocket::bind(folder.path()).unwrap();
    let (said, ()) = tokio::join!(say(folder.path(), "hello\n"), echo(&socket));
    assert_eq!(said, "hello");
}

#[tokio::test]
async fn file_that_is_no_socket_is_not_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    std::fs::write(&path, "the seller's own").unwrap();
    let refused = ControlSocket::bind(folder.path()).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "the seller's own");
}

#[tokio::test]
async fn line_is_bounded_and_must_end() {
    assert_eq!(read_line(&b"abc\n"[..], 4).await.unwrap(), b"abc");
    let too_long = read_line(&b"abcde\n"[..], 4).await.unwrap_err();
    assert_eq!(too_long.kind(), io::ErrorKind::InvalidData);
    let endless = read_line(tokio::io::repeat(b'x'), 1000).await.unwrap_err();
    assert_eq!(endless.kind(), io::ErrorKind::InvalidData);
    for cut in [&b""[..], b"abc"] {
        let error = read_line(cut, 100).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
