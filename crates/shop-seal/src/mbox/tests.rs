mod no_links;

use super::*;
use nix::fcntl::{FcntlArg, fcntl};
use proptest::prelude::*;
use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Command,
};

fn mail(name: &str) -> SealedMail {
    let text = format!(
        "Message-ID: <{name}@localhost>\nFrom: cryptocart@localhost\n\
         Date: Sun, 22 Nov 2026 00:00:00 +0000\n\n--{name}\nFrom here on it is sealed.\n\n--{name}--\n"
    );
    SealedMail { message_id: format!("<{name}@localhost>"), bytes: text.into_bytes() }
}

fn deliver(path: &Path, mail: &SealedMail) -> Delivered {
    Mbox::open(path).deliver(mail).unwrap()
}

fn put(path: &Path, bytes: &[u8]) {
    File::create(path).unwrap().write_all(bytes).unwrap();
}

const FOREIGN: &[u8] = b"From ada@example.org Sat Nov 21 09:00:00 2026\nSubject: hi\n\nhello\n\n";

#[test]
fn messages_arrive_once_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mailorders").join("root");
    assert_eq!(deliver(&path, &mail("a")), Delivered::Now);
    assert_eq!(deliver(&path, &mail("b")), Delivered::Now);
    assert_eq!(deliver(&path, &mail("a")), Delivered::Already);
    assert_eq!(deliver(&path, &mail("b")), Delivered::Already);
    let wanted = [mail("a").bytes, mail("b").bytes];
    assert_eq!(messages(&fs::read(&path).unwrap()), wanted);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert!(!path.with_file_name("root.lock").exists());
}

/// The promise of this module, byte for byte, for a kill at any point of a write.
/// Delivering again leaves the old text and one whole message.
#[test]
fn a_message_cut_off_anywhere_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let entry = entry::entry(&mail("a"));
    for before in [&b""[..], FOREIGN, &entry::entry(&mail("b"))] {
        for cut in 0..=entry.len() {
            put(&path, &[before, &entry[..cut]].concat());
            let whole = entry[..cut]
                .windows(8)
                .any(|window| window == b"\n--a--\n\n" || window[1..] == *b"\n--a--\n");
            let wanted = if whole { Delivered::Already } else { Delivered::Now };
            assert_eq!(deliver(&path, &mail("a")), wanted, "cut at {cut}");
            let text = fs::read(&path).unwrap();
            assert!(text.starts_with(before), "cut at {cut}");
            let found = messages(&text);
            assert_eq!(found.iter().filter(|m| **m == mail("a").bytes).count(), 1, "cut at {cut}");
            let ids = String::from_utf8(text).unwrap().matches("Message-ID: <a@").count();
            assert_eq!(ids, 1, "cut at {cut}");
            assert_eq!(deliver(&path, &mail("a")), Delivered::Already);
        }
    }
}

/// A notice is sealed again after a crash, perhaps on another day.
#[test]
fn message_cut_off_anywhere_and_sealed_again_is_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let first = entry::entry(&mail("a"));
    let text = String::from_utf8(mail("a").bytes).unwrap();
    let same_day = text.replace("it is sealed", "the seal is longer, and another one");
    let next_day = same_day.replace("Sun, 22", "Mon, 23");
    // The first line alone does not say yet whose message it is, where its day is another.
    let line = first.iter().position(|byte| *byte == b'\n').unwrap();
    for (text, from) in [(same_day, 0), (next_day, line + 1)] {
        let again = SealedMail { bytes: text.into_bytes(), ..mail("a") };
        for before in [&b""[..], FOREIGN, &entry::entry(&mail("b"))] {
            for cut in from..=first.len() {
                put(&path, &[before, &first[..cut]].concat());
                deliver(&path, &again);
                let found = messages(&fs::read(&path).unwrap());
                let ours = found.iter().filter(|m| m.starts_with(b"Message-ID: <a@")).count();
                assert_eq!(ours, 1, "cut at {cut}");
                let last = found.last().unwrap();
                assert!(last.ends_with(b"\n--a--\n"), "cut at {cut}");
                assert!(fs::read(&path).unwrap().starts_with(before), "cut at {cut}");
            }
        }
    }
}

/// The same for several at once.
#[test]
fn a_batch_cut_off_anywhere_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let mails = ["a", "b", "c"].map(mail);
    let batch: Vec<u8> = mails.iter().flat_map(entry::entry).collect();
    let whole: Vec<_> = mails.iter().map(|mail| mail.bytes.clone()).collect();
    for before in [&b""[..], FOREIGN] {
        for cut in 0..=batch.len() {
            for zeros in [0, batch.len().saturating_sub(cut + 2)] {
                put(&path, &[before, &batch[..cut], &vec![0; zeros]].concat());
                let mbox = Mbox::open(&path);
                mbox.deliver_all(&mails).unwrap();
                let text = fs::read(&path).unwrap();
                assert!(text.starts_with(before), "cut at {cut}");
                let found = messages(&text);
                for (name, wanted) in ["a", "b", "c"].iter().zip(&whole) {
                    let times = found.iter().filter(|message| *message == wanted).count();
                    assert_eq!(times, 1, "{name}, cut at {cut}, {zeros} zeros");
                    let id = format!("Message-ID: <{name}@");
                    let times = String::from_utf8_lossy(&text).matches(&id).count();
                    assert_eq!(times, 1, "{name}, cut at {cut}, {zeros} zeros");
                }
                let again = mbox.deliver_all(&mails).unwrap();
                assert_eq!(again, [Delivered::Already; 3]);
                assert_eq!(fs::read(&path).unwrap(), text);
            }
        }
    }
}

/// The memory of a file is dropped when somebody else has changed the file.
#[test]
fn a_file_that_others_changed_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let mbox = Mbox::open(&path);
    assert_eq!(mbox.deliver_all(&[mail("a"), mail("b")]).unwrap(), [Delivered::Now; 2]);
    // The seller deletes the first, and another program appends.
    put(&path, &[&entry::entry(&mail("b")), FOREIGN].concat());
    let both = mbox.deliver_all(&[mail("a"), mail("b"), mail("c")]).unwrap();
    assert_eq!(both, [Delivered::Now, Delivered::Already, Delivered::Now]);
    let other = Mbox::open(&path);
    assert_eq!(other.deliver(&mail("d")).unwrap(), Delivered::Now);
    assert_eq!(mbox.deliver(&mail("a")).unwrap(), Delivered::Already);
    assert_eq!(mbox.deliver(&mail("d")).unwrap(), Delivered::Already, "not looked for before");
    assert_eq!(mbox.deliver_all(&[]).unwrap(), []);
    assert_eq!(messages(&fs::read(&path).unwrap()).len(), 5);
}

/// Counted in bytes that are read, not in time.
#[test]
fn a_mailbox_of_any_size_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    put(&path, &FOREIGN.repeat(20_000));
    let mbox = Mbox::open(&path);
    mbox.deliver(&mail("a")).unwrap();
    let read_bytes = || {
        let text = fs::read_to_string("/proc/thread-self/io").unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("rchar: "));
        line.unwrap().parse::<u64>().unwrap()
    };
    let before = read_bytes();
    for n in 0..20 {
        mbox.deliver(&mail(&format!("m{n}"))).unwrap();
    }
    assert!(read_bytes() - before < 20_000, "{}", read_bytes() - before);
    assert_eq!(mbox.deliver(&mail("m7")).unwrap(), Delivered::Already);
}

#[test]
fn zeros_that_a_power_cut_left_are_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let entry = entry::entry(&mail("a"));
    // As many as are missing, and more than the message fills.
    for zeros in [entry.len() - 90, 4 * entry.len()] {
        put(&path, &[FOREIGN, &entry[..90], &vec![0; zeros]].concat());
        assert_eq!(deliver(&path, &mail("a")), Delivered::Now);
        assert_eq!(fs::read(&path).unwrap(), [FOREIGN, &entry].concat());
    }
}

#[test]
fn nothing_but_our_own_half_message_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let ours = entry::entry(&mail("a"));
    let others = entry::entry(&mail("b"));
    let tails: [&[u8]; 8] = [
        b"no mbox at all",
        b"From cryptocart@localhost Sun Nov 22 00:00:00 2026\nMessage-ID: <a@localhost>\n\nmine now",
        b"From cryptocart@localhost Mon",
        b"x\nFrom cryptocart@localhost Sun Nov 22",
        b"x\n\nFrom",
        b"\n",
        &others[..others.len() - 9],
        &[&ours[..80], FOREIGN].concat(),
    ];
    for tail in tails {
        let before = [FOREIGN, tail].concat();
        put(&path, &before);
        assert_eq!(deliver(&path, &mail("a")), Delivered::Now);
        let text = fs::read(&path).unwrap();
        assert!(text.starts_with(&before), "{}", String::from_utf8_lossy(tail));
        assert_eq!(messages(&text).last(), Some(&mail("a").bytes));
        assert!(text.ends_with(&[b"\n\n", ours.as_slice()].concat()));
        assert_eq!(deliver(&path, &mail("a")), Delivered::Already);
    }
}

/// mutt writes a read message back with headers of its own.
#[test]
fn a_message_that_a_mail_program_rewrote_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let text = String::from_utf8(entry::entry(&mail("a"))).unwrap();
    let read =
        text.replace("Message-ID:", "Status: RO\nMessage-Id:").replace("localhost>", "LOCALHOST>");
    put(&path, read.as_bytes());
    assert_eq!(deliver(&path, &mail("a")), Delivered::Already);
    assert_eq!(fs::read(&path).unwrap(), read.as_bytes());
}

/// Somebody may quote an order's id in a mail of their own.
#[test]
fn an_id_in_a_text_is_no_message() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    put(&path, &[FOREIGN, b"Message-ID: <a@localhost>\n\n--a--\n\n"].concat());
    assert_eq!(deliver(&path, &mail("a")), Delivered::Now);
}

#[test]
fn threads_deliver_everything_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let all: Vec<SealedMail> = (0..12).map(|i| mail(&format!("m{i}"))).collect();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let path = &path;
            let all = &all;
            scope.spawn(move || {
                // Each message comes from two threads, in different orders.
                for i in 0..6 {
                    let i = if thread % 2 == 0 { i } else { 5 - i };
                    deliver(path, &all[i + 6 * (thread / 2)]);
                }
            });
        }
    });
    let mut found = messages(&fs::read(&path).unwrap());
    let mut wanted: Vec<Vec<u8>> = all.iter().map(|mail| mail.bytes.clone()).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn links_folders_and_pipes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let refused = |path: &Path| {
        let error = Mbox::open(path).deliver(&mail("a")).unwrap_err();
        assert!(matches!(error, MboxError::NotAFile { .. }), "{path:?}: {error}");
    };
    put(&at("target"), b"precious");
    symlink(at("target"), at("link")).unwrap();
    refused(&at("link"));
    symlink(at("nowhere"), at("dangling")).unwrap();
    refused(&at("dangling"));
    assert!(!at("nowhere").exists());
    fs::create_dir(at("folder")).unwrap();
    refused(&at("folder"));
    symlink(at("folder"), at("folder-link")).unwrap();
    refused(&at("folder-link").join("root"));
    refused(&at("target").join("root"));
    nix::unistd::mkfifo(&at("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    refused(&at("pipe"));
    put(&at("ours-target"), b"precious");
    symlink(at("ours-target"), at(".root.cryptocart")).unwrap();
    refused(&at("root"));
    assert_eq!(fs::read(at("target")).unwrap(), b"precious");
    assert_eq!(fs::read_dir(at("folder")).unwrap().count(), 0);
}

fn impatient(path: &Path) -> Result<Delivered, MboxError> {
    Mbox { patience: 2, ..Mbox::open(path) }.deliver(&mail("a"))
}

#[test]
fn anothers_dotlock_is_respected_and_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let dotlock = folder.path().join("root.lock");
    put(&dotlock, b"");
    let refused = impatient(&path).unwrap_err();
    assert!(matches!(refused, MboxError::Locked { holder: Holder::Dotlock, .. }), "{refused}");
    assert!(refused.to_string().contains("you can remove"), "{refused}");
    assert!(dotlock.exists());
    assert_eq!(fs::read(&path).unwrap(), b"");
    fs::remove_file(&dotlock).unwrap();
    assert_eq!(impatient(&path).unwrap(), Delivered::Now);
}

#[test]
fn tried_lock_makes_nothing_and_finds_the_holder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mailorders/root");
    Mbox::open(&path).try_lock().unwrap();
    assert!(!path.parent().unwrap().exists(), "nothing was delivered yet");
    deliver(&path, &mail("a"));
    Mbox::open(&path).try_lock().unwrap();
    let dotlock = path.with_file_name("root.lock");
    assert!(!dotlock.exists());
    put(&dotlock, b"");
    let refused = Mbox::open(&path).try_lock().unwrap_err();
    assert!(matches!(refused, MboxError::Locked { holder: Holder::Dotlock, .. }), "{refused}");
}

#[test]
fn a_dotlock_of_a_killed_delivery_is_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    deliver(&path, &mail("b"));
    fs::hard_link(folder.path().join(".root.cryptocart"), folder.path().join("root.lock")).unwrap();
    assert_eq!(impatient(&path).unwrap(), Delivered::Now);
    assert!(!folder.path().join("root.lock").exists());
}

/// By another process with the old kind of lock, as mutt takes it.
#[test]
fn anothers_fcntl_lock_is_respected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    put(&path, b"");
    let script = "import fcntl, sys\nf = open(sys.argv[1], 'r+')\nfcntl.lockf(f, fcntl.LOCK_EX)\n\
                  print('locked', flush=True)\nsys.stdin.read()";
    let mut other = Command::new("python3")
        .args(["-c", script])
        .arg(&path)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("this test needs the Debian package python3-minimal");
    other.stdout.as_mut().unwrap().read_exact(&mut [0; 7]).unwrap();
    let refused = impatient(&path);
    drop(other.stdin.take());
    other.wait().unwrap();
    let refused = refused.unwrap_err();
    assert!(matches!(refused, MboxError::Locked { holder: Holder::Program, .. }), "{refused}");
    assert!(!refused.to_string().contains("root.lock"), "there is none to remove: {refused}");
    assert_eq!(impatient(&path).unwrap(), Delivered::Now);
}

/// The other way round: while we write, mutt's kinds of lock are not free.
#[test]
fn a_delivery_holds_both_locks_and_gives_them_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let Ok(locked) = Locked::open(&path, 1, lock::hard_link) else { panic!("nobody else is here") };
    assert!(folder.path().join("root.lock").exists());
    let probe = fs::OpenOptions::new().write(true).open(&path).unwrap();
    let lock = nix::libc::flock {
        l_type: nix::libc::F_WRLCK as i16,
        l_whence: 0,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    assert!(fcntl(&probe, FcntlArg::F_SETLK(&lock)).is_err());
    drop(locked);
    assert!(fcntl(&probe, FcntlArg::F_SETLK(&lock)).is_ok());
    assert!(!folder.path().join("root.lock").exists());
}

/// Some tools write a new file and rename it. The lock on the old one then says nothing.
#[test]
fn a_delivery_is_alone_even_when_the_file_is_exchanged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    let Ok(locked) = Locked::open(&path, 1, lock::hard_link) else { panic!("nobody else is here") };
    put(&folder.path().join("new"), FOREIGN);
    fs::rename(folder.path().join("new"), &path).unwrap();
    assert!(matches!(impatient(&path), Err(MboxError::Locked { .. })));
    drop(locked);
    assert_eq!(impatient(&path).unwrap(), Delivered::Now);
}

proptest! {
    #[test]
    fn whatever_is_in_the_file_stays(
        lines in prop::collection::vec("(From |From cryptocart@localhost |Message-ID: <a@localhost>|--a--|\0)?[a-z]{0,3}", 0..12),
        ended in any::<bool>()
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root");
        let before = lines.join("\n") + if ended { "\n" } else { "" };
        put(&path, before.as_bytes());
        let delivered = deliver(&path, &mail("a"));
        let text = fs::read(&path).unwrap();
        // All but a beginning of our own entry, and zeros.
        let entry = String::from_utf8(entry::entry(&mail("a"))).unwrap();
        let kept = String::from_utf8(text).unwrap();
        let gone = |kept: &str| {
            let gone = before.strip_prefix(kept).map(|gone| gone.trim_end_matches('\0'));
            gone.is_some_and(|gone| entry.starts_with(gone))
        };
        match delivered {
            Delivered::Already => prop_assert_eq!(&kept, &before),
            Delivered::Now => {
                let kept = kept.strip_suffix(&entry).expect("it was written last");
                prop_assert!(
                    kept.starts_with(&before) || gone(kept),
                    "{:?} became {:?}", before, kept
                );
            }
        }
        prop_assert_eq!(deliver(&path, &mail("a")), Delivered::Already);
    }
}
