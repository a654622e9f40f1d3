use std::io::{self, Read, Seek, SeekFrom};

/// A file that reads as if two of its bytes were others: the library refuses a picture with a palette,
/// but reads its indices if the file says that they are grey.
pub(super) struct Overlaid<R> {
    file: R,
    position: u64,
    /// Where the bytes are, and what they read as.
    bytes: Option<(u64, [u8; 2])>,
}

impl<R: Seek> Overlaid<R> {
    /// At the start of the file.
    pub(super) fn new(mut file: R, bytes: Option<(u64, [u8; 2])>) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self { file, position: 0, bytes })
    }
}

impl<R: Read> Read for Overlaid<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        if let Some((at, bytes)) = self.bytes {
            for (place, byte) in (at..).zip(bytes) {
                let index = place.checked_sub(self.position).map(|index| index as usize);
                if let Some(index) = index.filter(|&index| index < n) {
                    buffer[index] = byte;
                }
            }
        }
        self.position += n as u64;
        Ok(n)
    }
}

impl<R: Seek> Seek for Overlaid<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}
