use libc::seccomp_data;
use seccompiler::sock_filter;

use super::*;

/// Answers of the kernel to a call, as seccomp's filters give them.
const ALLOW: u32 = libc::SECCOMP_RET_ALLOW;
const REFUSE: u32 = libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32;

const ROLES: [Confinement; 4] =
    [Confinement::Shop, Confinement::Tor, Confinement::TorSocket, Confinement::Pictures];

#[test]
fn a_clock_that_only_the_kernel_reads_is_read() {
    // Where the machine has a better clock, no library makes these calls, so no other test does.
    for role in ROLES {
        assert_eq!(answer(role, libc::SYS_clock_gettime), ALLOW, "{role:?}");
        assert_eq!(answer(role, libc::SYS_gettimeofday), ALLOW, "{role:?}");
        #[cfg(target_arch = "x86_64")]
        assert_eq!(answer(role, libc::SYS_time), ALLOW, "{role:?}");
        // Nobody sets it.
        assert_eq!(answer(role, libc::SYS_clock_settime), REFUSE, "{role:?}");
        assert_eq!(answer(role, libc::SYS_settimeofday), REFUSE, "{role:?}");
    }
}

/// Runs a role's filter over a call without arguments, as the kernel would.
fn answer(role: Confinement, call: libc::c_long) -> u32 {
    let program = filter(role).unwrap();
    let mut at = 0;
    let mut loaded = 0;
    loop {
        let sock_filter { code, jt, jf, k } = program[at].clone();
        at += 1;
        let jump = |holds: bool| usize::from(if holds { jt } else { jf });
        match u32::from(code) {
            code if code == libc::BPF_LD | libc::BPF_W | libc::BPF_ABS => loaded = word(k, call),
            code if code == libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K => at += jump(loaded == k),
            code if code == libc::BPF_JMP | libc::BPF_JA => at += k as usize,
            code if code == libc::BPF_RET | libc::BPF_K => return k,
            code => panic!("the filter has an instruction that is not known here: {code:#x}"),
        }
    }
}

/// Returns the word of the call's description at this place.
fn word(offset: u32, call: libc::c_long) -> u32 {
    let offset = offset as usize;
    if offset == std::mem::offset_of!(seccomp_data, nr) {
        return u32::try_from(call).unwrap();
    }
    assert_eq!(offset, std::mem::offset_of!(seccomp_data, arch), "arguments do not matter");
    if cfg!(target_arch = "x86_64") { 0xC000_003E } else { 0xC000_00B7 }
}
