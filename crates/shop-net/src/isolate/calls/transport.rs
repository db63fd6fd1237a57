//! The system calls that a transport may not make.
//!
//! It is a program of somebody else, in any language, so a list of what it may do would be a guess
//! and would break it some day. This is a list of what no transport does: starting processes, looking
//! into others, and what is there for administrators. They are answered as in the roles' filters.

use libc::c_long;
use seccompiler::{BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompFilter};

use super::{Condition, Rules, is, rule};

/// Calls that are refused whatever their arguments are.
const REFUSED: &[c_long] = &[
    // Other processes. clone3 hides its flags from a filter; libraries use clone then.
    libc::SYS_clone3,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_process_madvise,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_tkill,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    // Namespaces and file systems.
    libc::SYS_chroot,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_pivot_root,
    libc::SYS_setns,
    libc::SYS_umount2,
    libc::SYS_unshare,
    // Parts of the kernel that exploits like.
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_perf_event_open,
    libc::SYS_request_key,
    libc::SYS_userfaultfd,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
    // For administrators.
    libc::SYS_acct,
    libc::SYS_adjtimex,
    libc::SYS_clock_adjtime,
    libc::SYS_clock_settime,
    libc::SYS_delete_module,
    libc::SYS_fanotify_init,
    libc::SYS_finit_module,
    libc::SYS_init_module,
    libc::SYS_kexec_file_load,
    libc::SYS_kexec_load,
    libc::SYS_quotactl,
    libc::SYS_reboot,
    libc::SYS_setdomainname,
    libc::SYS_sethostname,
    libc::SYS_settimeofday,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_syslog,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
];

/// Families of sockets that a transport may have; netlink tells it its own addresses.
const FAMILIES: [i32; 4] = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];

/// Returns the filter. Everything that is not on the list is allowed.
pub(super) fn filter() -> Result<BpfProgram, seccompiler::Error> {
    let always = REFUSED.iter().map(|number| (*number, Vec::new()));
    let calls = always.chain(conditional()?).collect();
    let arch = std::env::consts::ARCH.try_into()?;
    let refused = SeccompAction::Errno(libc::ENOSYS as u32);
    let filter = SeccompFilter::new(calls, SeccompAction::Allow, refused, arch)?;
    Ok(filter.try_into()?)
}

/// Returns the rules for calls that are refused by their arguments.
fn conditional() -> Result<Vec<(c_long, Rules)>, seccompiler::BackendError> {
    let own = u64::from(std::process::id());
    let not_thread = SeccompCmpOp::MaskedEq(libc::CLONE_THREAD as u64);
    let not_thread = || {
        let compare = not_thread.clone();
        seccompiler::SeccompCondition::new(0, SeccompCmpArgLen::Qword, compare, 0)
    };
    let other_family = FAMILIES.map(|family| is_not(0, family as u64));
    Ok(vec![
        (libc::SYS_clone, vec![rule([not_thread()])?]),
        (libc::SYS_socket, vec![rule(other_family)?]),
        (libc::SYS_kill, vec![rule([is_not(0, own)])?]),
        (libc::SYS_tgkill, vec![rule([is_not(0, own)])?]),
        // Typing into the terminal of whoever started the shop.
        (libc::SYS_ioctl, vec![rule([is(1, libc::TIOCSTI)])?, rule([is(1, libc::TIOCLINUX)])?]),
    ])
}

fn is_not(argument: u8, value: u64) -> Condition {
    seccompiler::SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, value)
}
