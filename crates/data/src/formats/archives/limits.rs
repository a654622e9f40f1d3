//! What an archive may claim before it is taken for one that was made to fill memory or a disk.

/// Files in an archive, with those in the archives in it.
const MEMBERS: u64 = 1 << 24;

/// How much larger an archive may be when unpacked. Photographs hardly shrink; flat images do.
const RATIO: u64 = 256;

/// Bytes that any archive may unpack to.
const FLAT: u64 = 1 << 30;

/// Archives in archives in an archive.
pub(super) const DEPTH: usize = 3;

/// What is left of the limits of one archive. Each message completes a sentence that starts with its
/// name.
pub(super) struct Limits {
    members: u64,
    bytes: u64,
}

impl Limits {
    /// For an archive of `size` bytes.
    pub(super) fn new(size: u64) -> Self {
        Self { members: MEMBERS, bytes: size.saturating_mul(RATIO).saturating_add(FLAT) }
    }

    /// Another file.
    pub(super) fn take_member(&mut self) -> Result<(), String> {
        let left = self.members.checked_sub(1);
        self.members = left.ok_or_else(|| format!("holds more than {MEMBERS} files; split it"))?;
        Ok(())
    }

    /// Bytes that come out of a decompressor.
    pub(super) fn take_bytes(&mut self, bytes: u64) -> Result<(), String> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(too_large)?;
        Ok(())
    }

    /// The bytes that are left.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

pub(super) fn too_large() -> String {
    format!(
        "unpacks to more than {RATIO} times its size, which is not believed; unpack it and pass the folder"
    )
}
