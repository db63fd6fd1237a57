//! Containers, where advice about protections is another one than on a machine.

use std::{fs, path::Path};

/// Files that engines put into a container: podman and CRI-O, and Docker.
const MARKS: [&str; 2] = ["/run/.containerenv", "/.dockerenv"];

/// Parts of a control group's name that engines choose.
const GROUPS: [&str; 4] = ["/docker", "/kubepods", "/libpod", "/containerd"];

/// Returns true if this process runs in a container of an engine that makes seccomp profiles.
/// One without any of the marks is not noticed, and gets the advice for a machine.
pub(super) fn is_container() -> bool {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    MARKS.into_iter().any(|mark| Path::new(mark).exists()) || is_engines(&groups)
}

/// Returns true if an engine has put a process into its control groups.
fn is_engines(groups: &str) -> bool {
    groups.lines().any(|line| GROUPS.into_iter().any(|name| line.contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_groups_of_engines_are_known() {
        for groups in [
            "12:pids:/docker/0123abc\n0::/\n",
            "0::/kubepods.slice/kubepods-burstable.slice\n",
            "0::/machine.slice/libpod-0123abc.scope\n0::/libpod_parent/libpod-0123\n",
        ] {
            assert!(is_engines(groups), "{groups}");
        }
        for groups in ["", "0::/\n", "0::/system.slice/cryptocart.service\n"] {
            assert!(!is_engines(groups), "{groups}");
        }
    }
}
