//! The system calls a role may make.
//!
//! Everything that is not listed is answered with `ENOSYS`, as by a kernel that does not have it:
//! the libraries below us know that answer and use an older call (`clone` for `clone3`, say), and
//! an intruder learns nothing by it. No role is killed over a call: a new release of a library
//! that tries something more must not close a shop.

mod transport;

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::confinement::Confinement;

/// Memory, threads, signals, clocks and open descriptors, which any role needs.
/// A clock is read without a call on most machines, but not on all: some virtual ones keep time by
/// a device (`hpet`, `acpi_pm`), and there SQLite gets no date if `gettimeofday` is refused.
const ALL: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    libc::SYS_gettid,
    libc::SYS_gettimeofday,
    libc::SYS_getuid,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_ppoll,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_write,
    libc::SYS_writev,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_time,
];

/// Calls that a role with a runtime needs besides: threads, its links and streams, and files.
const SERVING: &[c_long] = &[
    libc::SYS_close_range,
    libc::SYS_copy_file_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fadvise64,
    libc::SYS_fallocate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fcntl,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_fstatfs,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_getgroups,
    libc::SYS_getpeername,
    libc::SYS_getppid,
    libc::SYS_getresgid,
    libc::SYS_getresuid,
    libc::SYS_getsockname,
    libc::SYS_getsockopt,
    libc::SYS_linkat,
    libc::SYS_membarrier,
    libc::SYS_mkdirat,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_pipe2,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_readlinkat,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_rseq,
    libc::SYS_sendfile,
    libc::SYS_sendmsg,
    libc::SYS_sendto,
    libc::SYS_set_robust_list,
    libc::SYS_setsockopt,
    libc::SYS_shutdown,
    libc::SYS_statfs,
    libc::SYS_statx,
    libc::SYS_sysinfo,
    libc::SYS_umask,
    libc::SYS_uname,
    libc::SYS_unlinkat,
    libc::SYS_utimensat,
];

/// Older forms of the same, which 64-bit ARM never had.
#[cfg(target_arch = "x86_64")]
const SERVING_OLDER: &[c_long] = &[
    libc::SYS_access,
    libc::SYS_chmod,
    libc::SYS_dup2,
    libc::SYS_epoll_wait,
    libc::SYS_link,
    libc::SYS_lstat,
    libc::SYS_mkdir,
    libc::SYS_open,
    libc::SYS_readlink,
    libc::SYS_rename,
    libc::SYS_rmdir,
    libc::SYS_stat,
    libc::SYS_unlink,
];
#[cfg(not(target_arch = "x86_64"))]
const SERVING_OLDER: &[c_long] = &[];

/// A Unix socket that other commands of the same user connect to.
const LISTENING: &[c_long] = &[libc::SYS_accept4, libc::SYS_bind, libc::SYS_listen];

/// Streams that go out: to relays, or to another tor's sockets.
const CONNECTING: &[c_long] = &[libc::SYS_connect];

/// Requests of `ioctl` that a program without a terminal of its own needs.
/// Typing into the terminal of whoever started the program is not among them.
const IOCTLS: [u64; 5] =
    [libc::FIONBIO, libc::FIOCLEX, libc::FIONREAD, libc::TCGETS, libc::TIOCGWINSZ];

/// Returns the filter of a role, for the process that installs it.
pub(super) fn filter(role: Confinement) -> Result<BpfProgram, seccompiler::Error> {
    if role == Confinement::Transport {
        return transport::filter();
    }
    let mut calls = BTreeMap::new();
    let mut allow = |numbers: &[c_long]| calls.extend(numbers.iter().map(|n| (*n, Vec::new())));
    allow(ALL);
    match role {
        Confinement::Pictures | Confinement::Transport => {}
        Confinement::Shop => [SERVING, SERVING_OLDER, LISTENING].into_iter().for_each(allow),
        Confinement::Tor => [SERVING, SERVING_OLDER, CONNECTING].into_iter().for_each(allow),
        Confinement::TorSocket => {
            [SERVING, SERVING_OLDER, LISTENING, CONNECTING].into_iter().for_each(allow)
        }
    }
    calls.extend(conditional(role)?);
    let arch = std::env::consts::ARCH.try_into()?;
    let refused = SeccompAction::Errno(libc::ENOSYS as u32);
    let filter = SeccompFilter::new(calls, refused, SeccompAction::Allow, arch)?;
    Ok(filter.try_into()?)
}

type Rules = Vec<SeccompRule>;

/// Returns the rules for calls that depend on their arguments.
fn conditional(role: Confinement) -> Result<Vec<(c_long, Rules)>, seccompiler::BackendError> {
    let own = u64::from(std::process::id());
    let not_executable = || rule([has_not(2, libc::PROT_EXEC as u64)]);
    let mut calls = vec![
        (libc::SYS_mmap, vec![not_executable()?]),
        (libc::SYS_mprotect, vec![not_executable()?]),
        // To abort, and to nobody else.
        (libc::SYS_tgkill, vec![rule([is(0, own)])?]),
        (libc::SYS_prlimit64, vec![rule([is(0, 0)])?]),
        // The names of threads.
        (libc::SYS_prctl, vec![rule([is(0, libc::PR_SET_NAME as u64)])?]),
    ];
    if role == Confinement::Pictures {
        return Ok(calls);
    }
    let ioctls = IOCTLS.into_iter().map(|request| rule([is(1, request)]));
    calls.push((libc::SYS_ioctl, ioctls.collect::<Result<_, _>>()?));
    // Threads, no processes.
    let thread = libc::CLONE_THREAD as u64;
    calls.push((libc::SYS_clone, vec![rule([has(0, thread)])?]));
    // Nothing but streams: a datagram socket could be sent to any other.
    let stream = |family: i32| rule([is(0, family as u64), kind(libc::SOCK_STREAM)]);
    calls.push((libc::SYS_socketpair, vec![stream(libc::AF_UNIX)?]));
    let families = match role {
        Confinement::Tor => vec![stream(libc::AF_INET)?, stream(libc::AF_INET6)?],
        _ => vec![stream(libc::AF_UNIX)?],
    };
    calls.push((libc::SYS_socket, families));
    Ok(calls)
}

type Condition = Result<SeccompCondition, seccompiler::BackendError>;

fn rule<const N: usize>(all: [Condition; N]) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(all.into_iter().collect::<Result<_, _>>()?)
}

fn is(argument: u8, value: u64) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

fn has(argument: u8, flag: u64) -> Condition {
    let compare = SeccompCmpOp::MaskedEq(flag);
    SeccompCondition::new(argument, SeccompCmpArgLen::Qword, compare, flag)
}

fn has_not(argument: u8, flag: u64) -> Condition {
    let compare = SeccompCmpOp::MaskedEq(flag);
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, compare, 0)
}

/// Returns a condition on the type of a socket, whatever flags come with it.
fn kind(kind: i32) -> Condition {
    let compare = SeccompCmpOp::MaskedEq(0xf);
    SeccompCondition::new(1, SeccompCmpArgLen::Dword, compare, kind as u64)
}

#[cfg(test)]
mod tests;
