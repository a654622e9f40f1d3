/// How many images of `len` floats a thread takes at a time.
pub(super) fn chunk(len: usize) -> usize {
    const FLOATS: usize = 32 * 1024;
    FLOATS / len.max(1)
}
