use std::fs;
use std::thread;

use core_affinity::CoreId;

/// What this process may use of its machine.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Processors {
    /// The processors on which its threads may run (the affinity mask, such as that of `taskset`).
    pub(super) allowed: Vec<CoreId>,
    /// Processors of the machine that are online; `None` if the system does not say.
    pub(super) online: Option<usize>,
    /// As many threads as may compute at the same time: what the affinity mask and the CPU quota of the
    /// control group (version 1 or 2, such as that of `docker --cpus`) leave.
    pub(super) available: usize,
}

impl Processors {
    /// Those of the calling thread.
    pub(super) fn current() -> Self {
        Self {
            allowed: core_affinity::get_core_ids().unwrap_or_default(),
            online: online(),
            available: thread::available_parallelism().map_or(1, usize::from),
        }
    }

    /// Whether `threads` threads are pinned, each to a processor of its own: only if there are as many as
    /// the whole machine has processors. A process that has been given a part of the machine is not alone on
    /// it, and must leave the choice of processors to the system: two containers with a quota of one
    /// processor each would otherwise both pin their thread to the first one.
    pub(super) fn pin(&self, threads: usize) -> bool {
        let allowed = self.allowed.len();
        threads == allowed && allowed == self.online.unwrap_or(allowed) && threads <= self.available
    }
}

/// The number of processors that are online, also those outside the affinity mask, as Linux lists them. Other
/// systems have no such file, and either no affinity masks or no pinning.
fn online() -> Option<usize> {
    count_processors(&fs::read_to_string("/sys/devices/system/cpu/online").ok()?)
}

/// The length of a list of processors such as `0-3,8,10-11`.
pub(crate) fn count_processors(list: &str) -> Option<usize> {
    let len = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let [first, last] = [first, last].map(|n| n.parse::<usize>().ok());
        last?.checked_sub(first?)?.checked_add(1)
    };
    list.trim().split(',').map(len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn processors(
        allowed: usize,
        online: impl Into<Option<usize>>,
        available: usize,
    ) -> Processors {
        let allowed = (0..allowed).map(|id| CoreId { id }).collect();
        Processors { allowed, online: online.into(), available }
    }

    #[test]
    fn threads_are_pinned_only_if_they_have_the_whole_machine() {
        for (threads, allowed, online, available, pinned, why) in [
            (8, 8, Some(8), 8, true, "the whole machine"),
            (1, 1, Some(1), 1, true, "a machine with one processor"),
            (4, 8, Some(8), 8, false, "--threads 4 or RAYON_NUM_THREADS=4"),
            (16, 8, Some(8), 8, false, "more threads than processors"),
            (2, 8, Some(8), 2, false, "docker --cpus=2"),
            (8, 8, Some(8), 2, false, "docker --cpus=2 and --threads 8"),
            (2, 2, Some(8), 2, false, "taskset -c 0,1 or docker --cpuset-cpus=0,1"),
            (1, 1, Some(2), 1, false, "taskset -c 0"),
            (8, 2, Some(8), 2, false, "taskset -c 0,1 and --threads 8"),
            (4, 4, None, 4, true, "a system that does not list its processors"),
            (2, 4, None, 4, false, "a part of them"),
            (1, 0, None, 1, false, "a system without processor numbers"),
            (1, 0, Some(1), 1, false, "the same"),
        ] {
            assert_eq!(processors(allowed, online, available).pin(threads), pinned, "{why}");
        }
    }

    #[test]
    fn lists_of_processors_are_counted() {
        for (list, expected) in [
            ("0\n", Some(1)),
            ("0-1\n", Some(2)),
            ("0-3,8,10-11\n", Some(7)),
            ("", None),
            ("3-0", None),
            ("0-18446744073709551615", None),
            ("0,x", None),
        ] {
            assert_eq!(count_processors(list), expected, "{list:?}");
        }
    }

    /// There are at least as many online as this process may use.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_processors_of_this_machine_are_known() {
        let Processors { allowed, online, available } = Processors::current();
        assert!(available >= 1 && allowed.len() >= available, "{allowed:?}, {available}");
        assert!(online.unwrap() >= allowed.len(), "{online:?}, {allowed:?}");
    }
}
