//! The child's side: a process that makes pictures.
//!
//! It takes pictures from its standard input and gives what it makes of them to its standard output.
//!
//! The process is there for a decoder that a picture breaks.
//! It may do nothing but compute, read its input and write its output, and takes little memory and
//! time.

use super::{
    making::{self, Task},
    wire::{self, Frame},
};
use crate::error::{CliError, IoContext};
use nix::sys::resource::{Resource, UsageWho, getrusage, setrlimit};
use shop_net::isolate;
use std::io::{self, Read, Write};

/// First words of the process. Whatever else may come before is not its own.
pub(super) const COMES_UP: &[u8] = b"\0pictures\0";
/// The answer's number where something was made; its parts are what was made.
pub(super) const MADE: u8 = 0;
/// The answer's number where nothing was; its part says why.
pub(super) const REFUSED: u8 = 1;
/// The number of a last message about the process itself; its part says why it has ended.
pub(super) const ENDED: u8 = 2;
/// Number of these processes at once for one shop: each takes half a gigabyte at worst.
pub(crate) const MOST_AT_ONCE: usize = 4;
/// Number of pictures a child makes before another takes its place.
/// One that a picture has taken over could spoil the rest.
pub(super) const BATCH: u64 = 64;

/// Limits of a child.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Address space: a picture of 20 megapixels, turned and scaled, takes 450 MB.
    pub(super) memory: u64,
    /// Seconds of a processor for one picture: twenty times what the slowest takes.
    pub(super) seconds: u64,
}

pub(super) const LIMITS: Limits = Limits { memory: 768 * 1024 * 1024, seconds: 30 };

/// Runs the child, until nobody asks any more.
pub(crate) fn run() -> Result<(), CliError> {
    match isolate::empty_network() {
        // Where the system has no namespaces for this user, the rest still holds.
        Err(error) if !error.harmless() => {
            return Err(CliError::misconfigured(format!("removing network access: {error}")));
        }
        _ => {}
    }
    isolate::harden().io_context(|| "starting".into())?;
    serve(io::stdin().lock(), io::stdout().lock(), LIMITS, making::make)
        .io_context(|| "converting pictures".into())
}

/// Answers what comes with what `make` makes.
pub(super) fn serve(
    mut input: impl Read,
    mut output: impl Write,
    limits: Limits,
    make: impl Fn(Task, &[u8]) -> Result<Vec<Vec<u8>>, String>,
) -> io::Result<()> {
    for (resource, most) in [
        (Resource::RLIMIT_AS, limits.memory),
        (Resource::RLIMIT_FSIZE, 0),
        // Input, output and errors are open already.
        (Resource::RLIMIT_NOFILE, 3),
        (Resource::RLIMIT_NPROC, 0),
    ] {
        setrlimit(resource, most, most)?;
    }
    // What is missing is known from the shop role: it is the same kernel. The limits hold on any.
    let _ = isolate::confine(isolate::Confinement::Pictures, &isolate::Paths::default());
    output.write_all(COMES_UP)?;
    output.flush()?;
    while let Some(asked) = wire::read(&mut input)? {
        let Frame { number, parts } = asked;
        let (Some(task), [picture]) = (Task::from_number(number), parts.as_slice()) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        time_for_one(limits.seconds)?;
        let answer = match make(task, picture) {
            Ok(parts) => Frame { number: MADE, parts },
            Err(why) => Frame { number: REFUSED, parts: vec![why.into_bytes()] },
        };
        wire::write(&mut output, &answer)?;
    }
    Ok(())
}

/// Limits the process to so many seconds of a processor from now on.
/// Over all it gets no more than a whole batch may take.
fn time_for_one(seconds: u64) -> io::Result<()> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let used = usage.user_time().tv_sec() + usage.system_time().tv_sec();
    let used = u64::try_from(used).unwrap_or(0);
    let most = seconds.saturating_mul(BATCH);
    setrlimit(Resource::RLIMIT_CPU, used.saturating_add(seconds).min(most), most)?;
    Ok(())
}
