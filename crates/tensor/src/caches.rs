use std::fs;
use std::path::Path;

/// The sizes of a processor's data caches, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caches {
    /// The second-level cache of a core.
    pub l2: usize,
    /// What the cores that share a last-level cache can count on: its size, but at most 16 MiB for each
    /// of them. A virtual machine often reports the cache of the whole server, most of which others use.
    pub last_level: usize,
}

impl Caches {
    /// What is assumed where the system does not say.
    const UNKNOWN: Self = Self { l2: 1 << 20, last_level: 32 << 20 };

    /// The most of the last-level cache for each core that shares it.
    const MAX_PER_CORE: usize = 16 << 20;

    /// Those of this machine's first processor, as Linux lists them. On other systems, those of a current
    /// server: 1 MiB, and 32 MiB shared.
    pub fn detect() -> Self {
        Self::listed(Path::new("/sys/devices/system/cpu/cpu0/cache")).unwrap_or(Self::UNKNOWN)
    }

    /// The caches in a folder of Linux's list: one folder `index*` for each.
    fn listed(folder: &Path) -> Option<Self> {
        let caches =
            fs::read_dir(folder).ok()?.flatten().filter_map(|entry| data_cache(&entry.path()));
        let mut caches: Vec<_> = caches.collect();
        caches.sort_unstable();
        let &(_, l2, _) = caches.iter().find(|(level, ..)| *level == 2)?;
        let &(_, size, sharing) = caches.last()?;
        Some(Self { l2, last_level: size.min(sharing.saturating_mul(Self::MAX_PER_CORE)) })
    }
}

/// Level and size of a cache, and the processors that share it; `None` if it does not hold data, or if
/// anything cannot be read.
fn data_cache(folder: &Path) -> Option<(usize, usize, usize)> {
    let read = |name| fs::read_to_string(folder.join(name)).ok();
    if read("type")?.trim() == "Instruction" {
        return None;
    }
    let sharing = crate::pool::count_processors(&read("shared_cpu_list")?)?;
    Some((read("level")?.trim().parse().ok()?, bytes(read("size")?.trim())?, sharing))
}

/// A size such as `1024K` or `32M`.
fn bytes(text: &str) -> Option<usize> {
    let (number, unit) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        _ => return None,
    };
    number.parse::<usize>().ok()?.checked_mul(unit).filter(|&size| size > 0)
}

#[cfg(test)]
mod tests;
