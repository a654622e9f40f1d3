//! The generator of random numbers behind the seeds: ChaCha with 8 rounds (Bernstein 2008).

/// The stream of one image: the purpose of its numbers, 4, in the highest byte, and an index of 0.
const STREAM: u64 = 4 << 56;

const ROUNDS: usize = 8;

/// A stream of random words.
pub(crate) struct ChaCha {
    /// Constants, key, counter and stream.
    input: [u32; 16],
    block: [u32; 16],
    /// Words of the block that are used up.
    used: usize,
}

impl ChaCha {
    /// The stream of the image of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut input = [0; 16];
        input[..4].copy_from_slice(&[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]);
        let mut state = seed;
        input[4..12].fill_with(|| pcg32(&mut state));
        input[14..].copy_from_slice(&[STREAM as u32, (STREAM >> 32) as u32]);
        Self { input, block: [0; 16], used: 16 }
    }

    /// A uniform number in [0, 1) with 53 random bits.
    pub(crate) fn uniform(&mut self) -> f64 {
        let (low, high) = (self.word(), self.word());
        let bits = u64::from(high) << 32 | u64::from(low);
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }

    fn word(&mut self) -> u32 {
        if self.used == self.block.len() {
            self.block = permuted(&self.input);
            let counter = (u64::from(self.input[13]) << 32 | u64::from(self.input[12])) + 1;
            (self.input[12], self.input[13]) = (counter as u32, (counter >> 32) as u32);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }
}

/// The block of an input.
fn permuted(input: &[u32; 16]) -> [u32; 16] {
    let mut x = *input;
    for _ in 0..ROUNDS / 2 {
        for i in 0..4 {
            quarter_round(&mut x, [i, i + 4, i + 8, i + 12]);
        }
        for i in 0..4 {
            quarter_round(&mut x, [i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4]);
        }
    }
    x.iter_mut().zip(input).for_each(|(x, input)| *x = x.wrapping_add(*input));
    x
}

fn quarter_round(x: &mut [u32; 16], [a, b, c, d]: [usize; 4]) {
    for (left, right) in [(16, 12), (8, 7)] {
        x[a] = x[a].wrapping_add(x[b]);
        x[d] = (x[d] ^ x[a]).rotate_left(left);
        x[c] = x[c].wrapping_add(x[d]);
        x[b] = (x[b] ^ x[c]).rotate_left(right);
    }
}

/// A word of the key of a seed (O'Neill 2014, PCG-XSH-RR).
fn pcg32(state: &mut u64) -> u32 {
    *state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0xa176_54e4_6fbe_17f3);
    let xorshifted = ((*state >> 18 ^ *state) >> 27) as u32;
    xorshifted.rotate_right((*state >> 59) as u32)
}
