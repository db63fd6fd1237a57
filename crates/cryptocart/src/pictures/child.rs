//! This side of a child that makes pictures.
//!
//! It is started when it is first needed, replaced when it has ended, and not waited for longer than
//! a picture may take.

use super::{
    making::Task,
    process::{Process, reason},
    role::{self, COMES_UP},
    wire::Frame,
};
use crate::error::CliError;
use shop_core::kind::Kind;
use std::io::Read;

/// Most bytes that may come before a child says that it is there.
const NOISE: usize = 4096;

/// Reason why there is no picture.
#[derive(Debug)]
pub(super) enum Failure {
    /// Fault of this picture; others can be made.
    Refused(CliError),
    /// Fault that keeps all pictures from being made.
    Stop(CliError),
}

impl Failure {
    pub(super) fn into_error(self) -> CliError {
        match self {
            Self::Refused(error) | Self::Stop(error) => error,
        }
    }
}

/// Returns the refusal of this picture, with the reason.
pub(super) fn refused(name: &str, why: &str) -> Failure {
    Failure::Refused(
        CliError::misconfigured(format!("the picture {name} cannot be used: {why}")).hint(
            "use a JPEG, PNG, WebP or GIF of at most 10 MiB and 20 megapixels: make it smaller or \
             save it again, or remove its name from catalog.json",
        ),
    )
}

/// A child that may not have been started yet.
#[derive(Default)]
pub(super) struct Child(Option<Running>);

struct Running {
    process: Process,
    asked: u64,
}

impl Child {
    /// Asks for so many pictures to be made of one.
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
        running.asked += 1;
        let question = Frame { number: task as u8, parts: vec![picture] };
        let answer = match running.process.ask(&question) {
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
        made.map_err(|_| refused(name, "the picture process could not convert it"))
    }
}

#[cfg(test)]
impl Child {
    /// Returns the id of the process, if it was started.
    pub(super) fn id(&self) -> Option<u32> {
        self.0.as_ref().and_then(|running| running.process.id())
    }
}

impl Running {
    fn start() -> Result<Self, CliError> {
        let mut process = Process::start()?;
        if comes_up(process.output()) {
            return Ok(Self { process, asked: 0 });
        }
        let why = process.why_it_ended();
        Err(CliError::new(Kind::Bug, format!("the picture process: {why}")))
    }
}

fn comes_up(output: &mut impl Read) -> bool {
    let mut heard = Vec::new();
    let mut byte = [0];
    while heard.len() < NOISE && output.read_exact(&mut byte).is_ok() {
        heard.extend(byte);
        if heard.ends_with(COMES_UP) {
            return true;
        }
    }
    false
}
