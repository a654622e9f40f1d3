use super::{InteropError, damaged};

/// The rest of a pickle.
pub(super) struct Input<'a>(pub(super) &'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, n: u64) -> Result<&'a [u8], InteropError> {
        let split = usize::try_from(n).ok().and_then(|n| self.0.split_at_checked(n));
        let (taken, rest) = split.ok_or_else(|| damaged("its pickle is cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], InteropError> {
        Ok(self.take(N as u64)?.try_into().expect("as many bytes as asked for"))
    }

    /// The bytes of an instruction that begins with their number, in one, four or eight bytes.
    pub(super) fn counted(&mut self, instruction: u8) -> Result<&'a [u8], InteropError> {
        let n = match instruction {
            b'U' | b'C' | 0x8a | 0x8c => u8::from_le_bytes(self.bytes()?).into(),
            b'T' | b'B' | b'X' | 0x8b => u32::from_le_bytes(self.bytes()?).into(),
            _ => u64::from_le_bytes(self.bytes()?),
        };
        self.take(n)
    }

    pub(super) fn line(&mut self) -> Result<&'a str, InteropError> {
        let end = self.0.iter().position(|&byte| byte == b'\n');
        let line = self.take(end.map_or(u64::MAX, |end| end as u64))?;
        self.take(1)?;
        std::str::from_utf8(line).map_err(|_| damaged("its pickle has a name that is no text"))
    }
}
