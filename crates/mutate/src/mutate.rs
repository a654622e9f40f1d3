/// The random numbers for one input, reproducible (splitmix64).
#[derive(Clone, Copy, Debug)]
pub struct Draws(u64);

impl Draws {
    /// For input number `input` of a reader.
    pub fn new(reader: u64, input: u64) -> Self {
        Self(reader << 32 | input)
    }

    /// A number in 0 … n − 1.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = self.0;
        let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ (x >> 31)) % n.max(1) as u64) as usize
    }
}

/// `whole` with one to three kinds of damage: a flipped bit, a truncation, extra bytes, an overwritten
/// run, a number with extra digits, or a piece copied elsewhere.
pub fn mutated(whole: &[u8], draws: &mut Draws) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=draws.below(3) {
        damage(&mut bytes, draws);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, draws: &mut Draws) {
    // Most of what a reader decides on is at the start.
    let end = if draws.below(2) == 0 { bytes.len() } else { bytes.len().min(200) };
    let at = draws.below(end);
    match draws.below(6) {
        0 => bytes.truncate(at),
        1 => bytes.extend((0..=draws.below(40)).map(|i| i as u8)),
        2 => {
            let run = bytes.len().saturating_sub(at).min(1 + draws.below(8));
            bytes[at..at + run].fill([0, 0x7f, 0xff][draws.below(3)]);
        }
        3 => {
            // More digits, where a header is text.
            let digit = bytes[at..].iter().position(u8::is_ascii_digit);
            let nines = [b'9'; 12];
            digit.into_iter().for_each(|i| drop(bytes.splice(at + i..at + i, nines)));
        }
        4 => {
            let from = draws.below(bytes.len());
            let piece = bytes[from..].iter().copied().take(16).collect::<Vec<_>>();
            piece.iter().zip(&mut bytes[at..]).for_each(|(piece, byte)| *byte = *piece);
        }
        _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << draws.below(8)),
    }
}
