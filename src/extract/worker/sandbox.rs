//! What a worker gives up before it sees its first octet: files, network, processes, privileges, most system calls.
//!
//! Order matters: Landlock needs a file descriptor, so the limit on those comes after it, and the filter of system
//! calls comes last because everything before it needs calls that it forbids.

use std::collections::BTreeMap;

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus};
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
    limits.into_iter().all(|(resource, current, maximum)| {
        let limit = Rlimit {
            current: Some(current),
            maximum: Some(maximum),
        };
        setrlimit(resource, limit).is_ok()
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
    let Ok(machine) = std::env::consts::ARCH.try_into() else {
        return false;
    };
    let rules: BTreeMap<i64, Vec<seccompiler::SeccompRule>> =
        CALLS.into_iter().map(|call| (call, Vec::new())).collect();
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        machine,
    );
    let program: Option<BpfProgram> = filter.ok().and_then(|filter| filter.try_into().ok());
    program.is_some_and(|program| seccompiler::apply_filter(&program).is_ok())
}
