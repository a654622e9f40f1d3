use std::str::FromStr;

/// Units, longer names first.
const UNITS: [(&str, u64); 13] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
    ("k", 1 << 10),
    ("m", 1 << 20),
    ("g", 1 << 30),
    ("t", 1 << 40),
    ("b", 1),
];

/// The memory budget for the images, in bytes: `2GiB`, `500 MB`, `1000000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryLimit(pub u64);

impl Default for MemoryLimit {
    fn default() -> Self {
        Self(2 << 30)
    }
}

impl FromStr for MemoryLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_ascii_lowercase();
        let unit = UNITS.iter().find_map(|&(name, size)| Some((lower.strip_suffix(name)?, size)));
        let (number, size) = unit.unwrap_or((&lower, 1));
        let number = number.trim_end().parse::<u64>().ok();
        number.and_then(|number| number.checked_mul(size)).map(Self).ok_or_else(|| {
            "it must be a whole number of bytes, MB, GB, MiB or GiB, as in 2GiB".to_owned()
        })
    }
}

/// `12 KiB`, `64 MiB`, `1.2 GiB`: rounded up, and from 1 GiB on to a tenth.
pub(crate) fn bytes(n: u64) -> String {
    match n {
        0..0x10_0000 => format!("{} KiB", n.div_ceil(1 << 10)),
        0x10_0000..0x4000_0000 => format!("{} MiB", n.div_ceil(1 << 20)),
        _ => format!("{:.1} GiB", (n as f64 / f64::from(1 << 30) * 10.0).ceil() / 10.0),
    }
}
