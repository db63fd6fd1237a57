//! This side of a child that makes pictures: started when it is first needed, replaced when it has
//! ended, and not waited for longer than a picture may take.

use super::{
    making::Task,
    role::{self, COMES_UP},
    wire::{self, Frame},
};
use crate::error::{CliError, WhileIo};
#[cfg(not(test))]
use crate::serve::Role;
use nix::sys::signal::Signal;
use shop_core::{kind::Kind, text};
use std::{
    io::Read,
    os::unix::process::ExitStatusExt,
    process::{self, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    time::Duration,
};

/// How long an answer is waited for. The child's own limit counts seconds of a processor, of which
/// it may have a part.
const PATIENCE: Duration = Duration::from_secs(300);
/// How much may come before a child says that it is there.
const NOISE: usize = 4096;
/// Longest reason that is shown.
const LONGEST_REASON: usize = 200;

/// Why there is no picture.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is this picture's fault; others can be made.
    Refused(CliError),
    /// Nothing can be made.
    Stop(CliError),
}

impl Failure {
    pub(super) fn into_error(self) -> CliError {
        match self {
            Self::Refused(error) | Self::Stop(error) => error,
        }
    }
}

/// This picture is refused, because.
pub(super) fn refused(name: &str, why: &str) -> Failure {
    Failure::Refused(
        CliError::misconfigured(format!("the picture {name} cannot be used: {why}")).hint(
            "use a JPEG, PNG, WebP or GIF of at most 10 MiB and 20 megapixels: make it smaller or \
             save it anew, or take its name out of catalog.json",
        ),
    )
}

/// A child that may not have been started yet.
#[derive(Default)]
pub(super) struct Child(Option<Running>);

struct Running {
    process: process::Child,
    questions: Sender<Frame>,
    answers: Receiver<Frame>,
    asked: u64,
}

impl Child {
    /// Has so many things made of a picture.
    pub(super) fn ask<const N: usize>(
        &mut self,
        name: &str,
        task: Task,
        picture: Vec<u8>,
    ) -> Result<[Vec<u8>; N], Failure> {
        if self.0.as_ref().is_some_and(|running| running.asked >= role::BATCH) {
            self.0 = None;
        }
        let running = match &mut self.0 {
            Some(running) => running,
            none => none.insert(Running::start().map_err(Failure::Stop)?),
        };
        let question = Frame { number: task as u8, parts: vec![picture] };
        let answer = match running.ask(question) {
            Ok(answer) => answer,
            Err(why) => {
                self.0 = None;
                return Err(refused(name, &why));
            }
        };
        if answer.number != role::MADE {
            return Err(refused(name, &reason(&answer.parts)));
        }
        let made = <[Vec<u8>; N]>::try_from(answer.parts);
        made.map_err(|_| refused(name, "the process that reads it made no picture of it"))
    }
}

#[cfg(test)]
impl Child {
    /// The process, if it was started.
    pub(super) fn id(&self) -> Option<u32> {
        self.0.as_ref().map(|running| running.process.id())
    }
}

/// What the child says, as far as it is fit to be shown.
fn reason(parts: &[Vec<u8>]) -> String {
    let said = parts.first().map(|part| String::from_utf8_lossy(part)).unwrap_or_default();
    text::line(&said).chars().take(LONGEST_REASON).collect()
}

impl Running {
    fn start() -> Result<Self, CliError> {
        let mut process = program()?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .doing_io(|| "starting the process that reads pictures".into())?;
        let (questions, asked) = channel();
        let (said, answers) = channel();
        if let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) {
            // It ends with the child, or when nobody asks any more.
            std::thread::spawn(move || talk(input, output, &asked, &said));
        }
        let mut running = Self { process, questions, answers, asked: 0 };
        match running.answers.recv_timeout(PATIENCE) {
            Ok(_) => Ok(running),
            Err(_) => {
                let why = running.end();
                Err(CliError::new(Kind::Bug, format!("the process that reads pictures: {why}")))
            }
        }
    }

    /// Its answer, or why there is none and never will be.
    fn ask(&mut self, question: Frame) -> Result<Frame, String> {
        self.asked += 1;
        // If it has ended, nothing is answered either.
        drop(self.questions.send(question));
        match self.answers.recv_timeout(PATIENCE) {
            Ok(answer) => Ok(answer),
            Err(RecvTimeoutError::Disconnected) => Err(self.end()),
            Err(RecvTimeoutError::Timeout) => {
                drop(self.process.kill());
                Err(TOO_LONG.into())
            }
        }
    }

    /// Why it has ended.
    fn end(&mut self) -> String {
        // One that has ended already keeps its own reason.
        drop(self.process.kill());
        let signal = self.process.wait().ok().and_then(|status| status.signal());
        match signal.and_then(|number| Signal::try_from(number).ok()) {
            Some(Signal::SIGXCPU) => TOO_LONG.into(),
            Some(signal) => format!(
                "it ended the process that reads it ({signal}): it is damaged, or needs more \
                 memory than a picture may take"
            ),
            None => "the process that reads it has ended".into(),
        }
    }
}

const TOO_LONG: &str = "reading it takes longer than a picture may";

impl Drop for Running {
    fn drop(&mut self) {
        // It keeps nothing: there is nothing to let it finish.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Carries questions and answers. The first answer is empty: the child is there.
fn talk(
    mut input: ChildStdin,
    mut output: ChildStdout,
    asked: &Receiver<Frame>,
    said: &Sender<Frame>,
) {
    if !comes_up(&mut output) || said.send(Frame { number: 0, parts: Vec::new() }).is_err() {
        return;
    }
    for question in asked {
        let answer = wire::write(&mut input, &question).and_then(|()| wire::read(&mut output));
        match answer {
            Ok(Some(answer)) => {
                if said.send(answer).is_err() {
                    return;
                }
            }
            _ => return,
        }
    }
}

fn comes_up(output: &mut impl Read) -> bool {
    let (mut heard, mut byte) = (Vec::new(), [0]);
    while heard.len() < NOISE && output.read_exact(&mut byte).is_ok() {
        heard.extend(byte);
        if heard.ends_with(COMES_UP) {
            return true;
        }
    }
    false
}

#[cfg(not(test))]
fn program() -> Result<Command, CliError> {
    let program = std::env::current_exe().doing_io(|| "finding this program".into())?;
    let mut command = Command::new(program);
    command.args(["role", Role::Pictures.word()]).env_clear();
    Ok(command)
}

/// A test is this program with other arguments.
#[cfg(test)]
fn program() -> Result<Command, CliError> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "pictures::tests::a_child_that_makes_pictures", "--nocapture"]);
    command.env(super::tests::AS_CHILD, "yes");
    Ok(command)
}
