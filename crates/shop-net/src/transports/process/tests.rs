use super::*;

/// A transport that gets ready and works until its input is closed.
const GOOD: &str =
    "echo VERSION 1; echo CMETHOD obfs4 socks5 127.0.0.1:4711; echo CMETHODS DONE; cat >/dev/null";

fn shell(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

fn keep(script: &'static str) -> TransportProcess {
    TransportProcess::new(vec!["obfs4".into()], move || Ok(shell(script)))
}

async fn failure(transport: &mut TransportProcess) -> String {
    match transport.next().await {
        TransportEvent::Failed(error) => error.to_string(),
        TransportEvent::Ready => panic!("it is not ready"),
    }
}

async fn try_script(script: &str) -> Result<(), TransportError> {
    try_out(vec!["obfs4".into()], shell(script)).await
}

#[tokio::test]
async fn transport_that_ends_is_started_again_and_its_port_withdrawn() {
    // It says which process it is, by its port, and ends by itself when its input is closed.
    let script = "echo VERSION 1; echo CMETHOD obfs4 socks5 127.0.0.1:$(($$ % 60000 + 1)); \
                  echo CMETHODS DONE; exec cat";
    let mut transport = keep(script);
    let mut running = transport.running();
    let first = Running::wait(&mut running).await.unwrap();
    assert!(matches!(transport.next().await, TransportEvent::Ready));
    let process = process_of(&first);
    nix::sys::signal::kill(process, Signal::SIGKILL).unwrap();
    first.ended.cancelled().await;
    assert!(failure(&mut transport).await.contains("has ended (signal: 9"));
    let second = Running::wait(&mut running).await.unwrap();
    assert!(!second.ended.is_cancelled());
    assert_ne!(first.addresses, second.addresses);
    transport.stop_until(std::future::pending()).await;
    second.ended.cancelled().await;
}

/// Finds a child of this process by the port it told.
fn process_of(running: &Running) -> Pid {
    let port = u32::from(running.addresses[0].address.port());
    let own = std::process::id();
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let mut ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_it = |id: &u32| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        id % 60_000 + 1 == port && status.contains(&format!("PPid:\t{own}\n"))
    };
    Pid::from_raw(i32::try_from(ids.find(is_it).unwrap()).unwrap())
}

#[tokio::test]
async fn good_transport_is_found_good() {
    try_script(GOOD).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn silent_transport_is_noticed_and_ended() {
    let error = try_script("exec sleep 600").await.unwrap_err();
    assert!(matches!(error, TransportError::Silent), "{error}");
}

#[tokio::test]
async fn bad_transports_are_named_by_their_fault() {
    for (script, wanted) in [
        ("exit 3", "has ended (exit status: 3)"),
        ("exec yes", "says too much"),
        ("exec cat /dev/zero", "says too much"),
        ("echo Usage: obfs4; exit 1", "has ended (exit status: 1)"),
        ("printf 'VERSION \\377\\n'; exec sleep 600", "is it the right program"),
        ("echo ENV-ERROR no state folder; exec sleep 600", "cannot work: no state folder"),
    ] {
        let error = try_script(script).await.unwrap_err().to_string();
        assert!(error.contains(wanted), "{script}: {error}");
    }
    let error = try_out(vec!["obfs4".into()], Command::new("/nowhere/obfs4")).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot be started: No such file"), "{error}");
}

#[tokio::test]
async fn transport_that_talks_while_it_works_is_not_held_up() {
    let script = "echo VERSION 1; echo CMETHOD obfs4 socks5 127.0.0.1:4711; echo CMETHODS DONE; \
                  head -c 1000000 /dev/zero; exit 7";
    let mut transport = keep(script);
    assert!(matches!(transport.next().await, TransportEvent::Ready));
    assert!(failure(&mut transport).await.contains("exit status: 7"));
}

#[tokio::test]
async fn transport_that_does_not_end_is_killed_with_what_it_started() {
    let script = "trap '' TERM; sleep 600 & echo VERSION 1; \
                  echo CMETHOD obfs4 socks5 127.0.0.1:$!; echo CMETHODS DONE; wait; wait";
    let mut process = Process::spawn(shell(script)).unwrap();
    let group = process.group.unwrap();
    // A number of a process may be larger than a port.
    drop(process.addresses(vec!["obfs4".into()]).await);
    process.end().await;
    let gone = || nix::sys::signal::killpg(group, None).is_err();
    for _ in 0..500 {
        if gone() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    assert!(gone(), "something of the group lives on");
}
