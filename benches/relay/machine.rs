//! What the kernel says about a process and its children (proc(5)).

use std::fs;

/// Ticks of a second in `/proc/PID/stat` (`USER_HZ`, 100 on every Linux).
const TICKS: f64 = 100.0;
/// Octets of a page.
const PAGE: f64 = 4096.0;

/// CPU seconds and resident octets of a process with everything under it; CPU of children that have ended is counted.
pub(crate) struct Usage {
    pub(crate) cpu: f64,
    pub(crate) resident: f64,
}

/// What the tree under `root` has used so far.
pub(crate) fn usage(root: u32) -> Usage {
    let all: Vec<Process> = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(Process::read)
        .collect();
    let mut tree = vec![root];
    let mut used = Usage {
        cpu: 0.0,
        resident: 0.0,
    };
    while let Some(id) = tree.pop() {
        tree.extend(all.iter().filter(|one| one.parent == id).map(|one| one.id));
        if let Some(one) = all.iter().find(|one| one.id == id) {
            used.cpu += one.ticks / TICKS;
            used.resident += one.pages * PAGE;
        }
    }
    used
}

struct Process {
    id: u32,
    parent: u32,
    ticks: f64,
    pages: f64,
}

impl Process {
    /// The fields after the name, which may hold anything: parent 1, times 11 to 14, resident pages 21.
    fn read(id: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let fields: Vec<f64> = stat
            .rsplit_once(')')?
            .1
            .split_whitespace()
            .map(|field| field.parse().unwrap_or(0.0))
            .collect();
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?;
        Some(Self {
            id,
            parent: parent.parse().ok()?,
            ticks: fields.get(11..15)?.iter().sum(),
            pages: *fields.get(21)?,
        })
    }
}

/// A size as people say it.
pub(crate) fn octets(size: usize) -> String {
    if size >= 1 << 20 {
        format!("{} MiB", size >> 20)
    } else {
        format!("{} KiB", size >> 10)
    }
}
