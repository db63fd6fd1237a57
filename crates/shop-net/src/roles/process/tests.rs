use super::*;
use std::os::unix::process::ExitStatusExt;

/// Asks often, so that a test is short; how long an answer may take is not what is tested.
const QUICK: Watchdog = Watchdog { every: Duration::from_millis(20), most_unanswered: 3 };

fn keep(
    program: &'static str,
    arguments: &'static [&'static str],
    watchdog: Watchdog,
) -> RoleProcess {
    let start = move || async move {
        let mut command = Command::new(program);
        command.args(arguments);
        Ok(Start { command, plan: serde_json::Value::Null, until: Vec::new() })
    };
    RoleProcess::new(start, watchdog)
}

async fn next_end(keeper: &mut RoleProcess) -> ExitStatus {
    loop {
        if let Event::Ended(status) = keeper.next().await {
            return status;
        }
    }
}

#[tokio::test]
async fn role_that_ends_without_reading_its_plan_is_started_again() {
    let mut keeper = keep("sh", &["-c", "exit 7"], Watchdog::USUAL);
    for _ in 0..2 {
        assert_eq!(next_end(&mut keeper).await.code(), Some(7));
        assert!(keeper.link().is_none());
    }
}

#[tokio::test]
async fn role_that_cannot_be_started_is_tried_again() {
    let mut keeper = keep("/nowhere/cryptocart", &[], Watchdog::USUAL);
    for _ in 0..2 {
        let Event::NotStarted(error) = keeper.next().await else { panic!("nothing to start") };
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn role_that_never_answers_is_killed_and_started_again() {
    let mut keeper = keep("sleep", &["600"], QUICK);
    for _ in 0..2 {
        assert!(matches!(keeper.next().await, Event::Started(_)));
        assert!(matches!(keeper.next().await, Event::Stuck));
        assert_eq!(next_end(&mut keeper).await.signal(), Some(9));
    }
}

/// The child is this test with a word in its environment: a role that answers as roles do.
#[tokio::test]
async fn role_that_answers_is_left_alone() {
    const AS_ROLE: &str = "SHOP_NET_TEST_ROLE";
    if std::env::var_os(AS_ROLE).is_some() {
        let link = Link::from_stdin().unwrap();
        while let Ok((message, _)) = link.recv().await {
            if message == Message::Ping {
                link.send(&Message::Pong, None).await.unwrap();
                link.send(&Message::Reload, None).await.unwrap();
            }
        }
        return;
    }
    let start = || async {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--exact", "roles::process::tests::role_that_answers_is_left_alone"]);
        command.env(AS_ROLE, "yes").stdout(std::process::Stdio::null());
        Ok(Start { command, plan: serde_json::Value::Null, until: Vec::new() })
    };
    // One that is slow to come up has three times the patience here.
    let watchdog = Watchdog { every: Duration::from_millis(500), most_unanswered: 60 };
    let mut keeper = RoleProcess::new(start, watchdog);
    assert!(matches!(keeper.next().await, Event::Started(_)));
    for _ in 0..4 {
        let Event::Said(message, _) = keeper.next().await else { panic!("it ended") };
        assert!(message == Message::Reload);
    }
    keeper.stop(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn stop_ends_pause_before_next_start() {
    let mut keeper = keep("false", &[], Watchdog::USUAL);
    // After the third end the pause is four seconds, and stopping has one.
    for _ in 0..3 {
        next_end(&mut keeper).await;
    }
    let stopped = timeout(Duration::from_secs(1), keeper.stop(Duration::from_secs(600))).await;
    assert!(stopped.is_ok());
}

#[tokio::test]
async fn stop_kills_role_that_does_not_stop() {
    let mut keeper = keep("sleep", &["600"], Watchdog::USUAL);
    let Event::Started(link) = keeper.next().await else { panic!("it starts") };
    keeper.stop(Duration::from_millis(50)).await;
    // Its end of the link closes with the process.
    assert!(matches!(link.recv().await, Err(LinkError::Closed)));
}

/// Its plan names something that is gone.
#[tokio::test]
async fn role_with_an_outdated_plan_is_stopped_and_started_again() {
    let plan = CancellationToken::new();
    // The plan of the first start ends, and that of the second does not.
    let first = std::sync::Mutex::new(Some(plan.clone()));
    let start = move || {
        let first = first.lock().unwrap().take();
        let until = first.into_iter().chain([CancellationToken::new()]).collect();
        async move {
            let mut command = Command::new("sleep");
            command.arg("600");
            Ok(Start { command, plan: serde_json::Value::Null, until })
        }
    };
    let mut keeper = RoleProcess::new(start, Watchdog::USUAL);
    assert!(matches!(keeper.next().await, Event::Started(_)));
    plan.cancel();
    assert!(matches!(keeper.next().await, Event::Outdated));
    assert!(matches!(keeper.next().await, Event::Started(_)));
}

#[tokio::test]
async fn stop_does_not_wait_for_a_start_that_waits() {
    let keeper = RoleProcess::new(std::future::pending::<io::Result<Start>>, Watchdog::USUAL);
    let stopped = timeout(Duration::from_secs(5), keeper.stop(Duration::from_secs(600))).await;
    assert!(stopped.is_ok());
}
