//! Transports: the command that starts one, and the role that becomes it.

use crate::{
    config::plan::TransportProgram,
    error::{CliError, IoContext},
    files,
    program::{self, Role},
};
use nix::sys::{
    prctl,
    resource::{Resource, setrlimit},
    signal::Signal,
};
use shop_core::kind::Kind;
use shop_net::{
    isolate::{self, Confinement, Paths},
    transports::{self, TransportError},
};
use std::{
    ffi::OsString,
    fs, io,
    os::{fd::RawFd, unix::process::CommandExt as _},
    path::Path,
    process::Command,
};

/// Most memory of a transport, in bytes: what it writes to, not what it reserves.
const MOST_MEMORY: u64 = 512 << 20;

/// Most bytes of a file that it writes.
const LARGEST_FILE: u64 = 16 << 20;

/// Most descriptors it has open at once.
const MOST_DESCRIPTORS: u64 = 1_024;

/// Returns the command that starts a transport's program, with its folder below `folder`.
/// The command becomes the program; its environment has what the program needs and no more.
pub(crate) fn command(
    program: &TransportProgram,
    folder: &Path,
) -> Result<tokio::process::Command, CliError> {
    let name = program.names.first().map_or("", String::as_str);
    let state = std::path::absolute(folder.join(name));
    let state = state.io_context(|| format!("finding the folder {}", folder.display()))?;
    files::private_folder(&state)?;
    let mut command = program::command(Role::Transport);
    command.arg("--dir").arg(&state).arg("--").arg(&program.program).args(&program.arguments);
    command.env_clear().envs(transports::environment(&program.names, &state)).current_dir("/");
    Ok(command.into())
}

/// Starts a transport to see if it gets ready, and ends it. Its folder is thrown away.
pub(crate) async fn try_out(program: &TransportProgram) -> Result<String, CliError> {
    check(program)?;
    let names = program.names.join(", ");
    let folder = tempfile::tempdir().io_context(|| "creating a folder to try it in".into())?;
    let command = command(program, folder.path())?;
    match transports::try_out(program.names.clone(), command).await {
        Ok(()) => Ok(format!("the transport {names} gets ready")),
        Err(error) => Err(failure(program, &error)),
    }
}

/// Returns a transport's failure, and what to do.
fn failure(program: &TransportProgram, error: &TransportError) -> CliError {
    use shop_core::kind::HasKind as _;
    let names = program.names.join(", ");
    let path = program.program.display();
    CliError::new(error.kind(), format!("the transport {names} {error}"))
        .hint(format!("look at {path}, and at transports under [tor] in shop.toml (docs/tor.md)"))
}

/// Checks that a transport's program can be started at all.
fn check(program: &TransportProgram) -> Result<(), CliError> {
    Err(match fault(&program.program) {
        None => return Ok(()),
        Some(fault) => CliError::new(Kind::NotFound, format!("the transport's program {fault}"))
            .hint("install it (apt install obfs4proxy), or correct transports under [tor]"),
    })
}

/// Returns why a file is no program, in words that follow "the program".
fn fault(program: &Path) -> Option<String> {
    let path = program.display();
    let metadata = match fs::metadata(program) {
        Ok(metadata) => metadata,
        Err(error) => return Some(format!("{path} cannot be found: {error}")),
    };
    if !metadata.is_file() {
        return Some(format!("{path} is not a file"));
    }
    if nix::unistd::access(program, nix::unistd::AccessFlags::X_OK).is_err() {
        return Some(format!("{path} is not executable by this user"));
    }
    // A transport may start no program, and its interpreter would be one.
    let mut start = [0; 2];
    let read = fs::File::open(program).and_then(|mut file| {
        use std::io::Read as _;
        file.read_exact(&mut start)
    });
    (read.is_ok() && &start == b"#!")
        .then(|| format!("{path} is a script, which may start nothing"))
}

/// Runs the role: gives up what no transport needs, and becomes the program.
/// If that fails, the reason is said as a transport would say it.
pub(crate) fn run(state: &Path, words: &[OsString]) -> Result<(), CliError> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(CliError::input("roles are started by cryptocart serve, not by hand"));
    };
    let program = Path::new(program);
    let reason = match fault(program) {
        Some(fault) => format!("the program {fault}"),
        None => match give_up(program, state) {
            Ok(()) => Command::new(program).args(arguments).exec().to_string(),
            Err(error) => error.to_string(),
        },
    };
    crate::terminal::raw(&transports::refusal(&reason));
    Err(CliError::new(Kind::Misconfigured, reason))
}

fn give_up(program: &Path, state: &Path) -> io::Result<()> {
    // It also ends with the supervisor if it does not look at its input.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    close_others()?;
    nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o077));
    isolate::harden()?;
    for (resource, most) in [
        (Resource::RLIMIT_DATA, MOST_MEMORY),
        (Resource::RLIMIT_FSIZE, LARGEST_FILE),
        (Resource::RLIMIT_NOFILE, MOST_DESCRIPTORS),
    ] {
        setrlimit(resource, most, most)?;
    }
    let paths = Paths {
        write: vec![state.to_owned()],
        program: Some(program.to_owned()),
        ..Paths::default()
    };
    // The shop role has said what is missing: it is the same kernel.
    let _ = isolate::confine(Confinement::Transport, &paths);
    Ok(())
}

/// Closes every descriptor but input, output and errors.
/// Those of this program close themselves; whoever started it may have left others open.
fn close_others() -> io::Result<()> {
    let open: Vec<RawFd> = fs::read_dir("/proc/self/fd")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|descriptor| *descriptor > 2)
        .collect();
    for descriptor in open {
        // The one of the listing is closed already.
        let _ = nix::unistd::close(descriptor);
    }
    Ok(())
}
