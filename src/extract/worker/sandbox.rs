//! What a worker gives up before it sees its first octet: files, network, processes, privileges, most system calls.
//!
//! Order matters: Landlock needs a file descriptor, so the limit on those comes after it, and the filter of system
//! calls comes last because everything before it needs calls that it forbids.

use std::collections::BTreeMap;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

use crate::limits::Limits;

/// What a worker keeps; everything else it gives up.
#[derive(Debug, Clone, Copy)]
pub struct Rights {
    /// Octets of address space.
    pub memory: u64,
    /// Seconds of processor time: what ends it when the gateway that watches it is gone.
    pub seconds: u64,
}

impl Rights {
    /// What these limits leave a worker.
    pub(super) fn of(limits: &Limits) -> Self {
        Self {
            memory: u64::try_from(limits.memory).unwrap_or(u64::MAX),
            seconds: limits.time_per_message.as_secs().max(1),
        }
    }
}

/// Gives up every right; the names of what the kernel did not take.
pub(super) fn enter(rights: Rights) -> Vec<String> {
    let mut missing = Vec::new();
    let mut check = |name: &str, taken: bool| {
        if !taken {
            missing.push(name.to_owned());
        }
    };
    check(
        "no-new-privileges",
        rustix::thread::set_no_new_privs(true).is_ok(),
    );
    check("landlock", lock_files_and_network());
    check("resource limits", limit_resources(rights));
    check("seccomp", filter_calls());
    missing
}

/// Octets of address space Tesseract may have: its model and a page take less than a fifth.
const OCR_MEMORY: u64 = 1 << 30;

/// Seconds of processor time for one page.
const OCR_SECONDS: u64 = 40;

/// Where programs, libraries and models are; the rest of the disk is closed.
const PROGRAMS: [&str; 8] = [
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/opt",
    "/nix/store",
    "/etc/ld.so.cache",
    "/dev/null",
];

/// Gives up what OCR does not need: writing, network, most of the disk, new privileges.
///
/// # Errors
/// The name of a right that could not be given up on a kernel that has the mechanism.
pub(super) fn enter_for_ocr(program: &Path) -> Result<(), &'static str> {
    rustix::thread::set_no_new_privs(true).map_err(|_| "no-new-privileges")?;
    read_programs_only(program).ok_or("landlock")?;
    let limits = [
        (Resource::As, OCR_MEMORY, OCR_MEMORY),
        (Resource::Cpu, OCR_SECONDS, OCR_SECONDS),
        (Resource::Fsize, 0, 0),
        (Resource::Core, 0, 0),
        (Resource::Nofile, 64, 64),
    ];
    if !limit(&limits) {
        return Err("resource limits");
    }
    let refused = OCR_REFUSED.into_iter();
    if !filter(
        refused,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
    ) {
        return Err("seccomp");
    }
    Ok(())
}

/// Calls that reading a page needs none of.
const OCR_REFUSED: [i64; 16] = [
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_mount,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_keyctl,
    libc::SYS_io_uring_setup,
    libc::SYS_kill,
    libc::SYS_tkill,
];

/// Files of programs may be read and run, and nothing else; a kernel without Landlock leaves more.
fn read_programs_only(program: &Path) -> Option<()> {
    let own = program.parent().into_iter();
    let places = PROGRAMS.into_iter().map(Path::new).chain(own);
    let open = places.filter(|place| PathFd::new(place).is_ok());
    let rules = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V4))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V4)))
        .and_then(Ruleset::create)
        .and_then(|rules| rules.add_rules(path_beneath_rules(open, AccessFs::from_read(ABI::V4))))
        .and_then(landlock::RulesetCreated::restrict_self);
    rules.ok().map(drop)
}

/// No file and no port may be opened any more.
fn lock_files_and_network() -> bool {
    let locked = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V4))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(ABI::V4)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    locked.is_ok_and(|status| status.ruleset == RulesetStatus::FullyEnforced)
}

fn limit_resources(rights: Rights) -> bool {
    // Of processor time a second more is the end without appeal: the first signal says why.
    let limits = [
        (Resource::As, rights.memory, rights.memory),
        (
            Resource::Cpu,
            rights.seconds,
            rights.seconds.saturating_add(1),
        ),
        (Resource::Fsize, 0, 0),
        (Resource::Nproc, 0, 0),
        (Resource::Core, 0, 0),
        (Resource::Nofile, 3, 3),
    ];
    limit(&limits)
}

fn limit(limits: &[(Resource, u64, u64)]) -> bool {
    limits.iter().all(|(resource, current, maximum)| {
        let limit = Rlimit {
            current: Some(*current),
            maximum: Some(*maximum),
        };
        setrlimit(*resource, limit).is_ok()
    })
}

/// Memory, its own pipes, the clock, signals to itself, and the end; anything else kills the worker.
const CALLS: [i64; 30] = [
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_tgkill,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
];

fn filter_calls() -> bool {
    filter(
        CALLS.into_iter(),
        SeccompAction::KillProcess,
        SeccompAction::Allow,
    )
}

/// What happens to these calls, and to every other.
fn filter(calls: impl Iterator<Item = i64>, other: SeccompAction, these: SeccompAction) -> bool {
    let Ok(machine) = std::env::consts::ARCH.try_into() else {
        return false;
    };
    let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> =
        calls.map(|call| (call, Vec::new())).collect();
    let filter = SeccompFilter::new(rules, other, these, machine);
    let program: Option<BpfProgram> = filter.ok().and_then(|filter| filter.try_into().ok());
    program.is_some_and(|program| seccompiler::apply_filter(&program).is_ok())
}
