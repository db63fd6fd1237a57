"""Writes the seccomp profile of the shop's container, from Docker's: seccomp.py DEFAULT

DEFAULT is moby's `profiles/seccomp/default.json` (Debian: golang-github-docker-docker-dev). The result
is deploy/seccomp.json, on standard output: one profile, which podman takes as well.
"""

import json
import sys
import textwrap

COMMENT = "Made by cryptocart's maint/container/seccomp.py from moby's default.json (Apache-2.0)."

# Calls that neither the shop nor an engine makes, most of them with a history of holes in kernels.
NEVER = """
    bpf fanotify_mark io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup
    io_submit io_uring_enter io_uring_register io_uring_setup ipc memfd_secret modify_ldt mq_getsetattr
    mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink
    msgctl msgget msgrcv msgsnd personality process_mrelease process_vm_readv process_vm_writev ptrace
    remap_file_pages semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget
    splice sync_file_range tee vmsplice
""".split()

# Machines that Debian's packages of the program are built for.
MACHINES = {"amd64": "SCMP_ARCH_X86_64", "arm64": "SCMP_ARCH_AARCH64"}

# CLONE_NEWUSER | CLONE_NEWNET, and nothing else: a role's network with nothing in it.
NAMESPACES = 0x10000000 | 0x40000000

UNSHARE = {
    "comment": "A process may go, with its user, into a network with nothing in it.",
    "names": ["unshare"],
    "action": "SCMP_ACT_ALLOW",
    "args": [{"index": 0, "value": NAMESPACES, "op": "SCMP_CMP_EQ"}],
}


def is_for_shop(rule):
    """The shop has no capability, so what needs one is left out. So are other machines' calls."""
    includes, excludes = rule["includes"], rule["excludes"]
    machines = includes.get("arches", MACHINES)
    left = set(machines) & set(MACHINES) - set(excludes.get("arches", ()))
    return "caps" not in includes and left


def kept(rule):
    names = sorted(name for name in rule["names"] if name not in NEVER)
    found = {"names": names, "action": rule["action"]}
    found |= {key: rule[key] for key in ("errnoRet", "args") if rule.get(key)}
    if "arches" in rule["includes"]:
        found["includes"] = {"arches": sorted(set(rule["includes"]["arches"]) & set(MACHINES))}
    return found if names else None


def lines(rule):
    """A rule of the file, its long list of names wrapped between them."""
    comment = "".join(f'"comment": {json.dumps(rule[key])},\n     ' for key in rule if key == "comment")
    rest = json.dumps({key: value for key, value in rule.items() if key != "comment"})
    wrapped = textwrap.wrap(rest[1:], 94, break_long_words=False, break_on_hyphens=False)
    return "    {" + comment + "\n     ".join(wrapped)


def main(default):
    with open(default, encoding="utf-8") as file:
        moby = json.load(file)
    rules = [found for rule in moby["syscalls"] if is_for_shop(rule) and (found := kept(rule))]
    rules[0] = {"comment": COMMENT} | rules[0]
    machines = [{"architecture": name, "subArchitectures": []} for name in MACHINES.values()]
    print('{\n  "defaultAction": ' + json.dumps(moby["defaultAction"]) + ",")
    print('  "archMap": ' + json.dumps(machines) + ",")
    print('  "syscalls": [\n' + ",\n".join(lines(rule) for rule in [*rules, UNSHARE]) + "\n  ]\n}")


main(sys.argv[1])
