//! The two kinds of layers, each a transposed convolution of 4 × 4 and an activation, with the channels of a pixel
//! side by side: the innermost loops run over output channels, which the compiler vectorises.
//!
//! The feature maps between the layers have a border of zeros, so that no tap needs a check.

use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;

use crate::math::tanh;

/// Pixels that are computed together; every feature map has a multiple of them in a row.
const PIXELS: usize = 4;

/// Output channels that are computed together: as many as two vectors hold, so that the sums stay in registers.
const WIDEST: usize = if cfg!(target_feature = "avx512f") {
    32
} else if cfg!(target_feature = "avx") {
    16
} else {
    8
};

/// From 1 × 1 to 4 × 4, and ReLU: each pixel is a product of the latent with a matrix.
pub(crate) struct Project {
    /// (16, nz, c)
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Project {
    pub(crate) fn new(weights: Vec<f32>, bias: Vec<f32>) -> Self {
        Self { weights, bias }
    }

    /// The feature map of a latent, with its border.
    pub(crate) fn forward(&self, z: &[f32]) -> Vec<f32> {
        let c = self.bias.len();
        let mut map = vec![0.0; 6 * 6 * c];
        for (tap, weights) in self.weights.chunks_exact(z.len() * c).enumerate() {
            let y = &mut map[(6 * (tap / 4 + 1) + tap % 4 + 1) * c..][..c];
            y.copy_from_slice(&self.bias);
            for (z, weights) in z.iter().zip(weights.chunks_exact(c)) {
                y.iter_mut().zip(weights).for_each(|(y, weight)| *y += z * weight);
            }
            y.iter_mut().for_each(|y| *y = y.max(0.0));
        }
        map
    }
}

/// From w × w to 2w × 2w, and ReLU, or tanh in the last layer.
///
/// Each of the four phases, the pixels with the same parities of row and column, is a convolution of 2 × 2 with four of
/// the sixteen taps. The two taps of a row are one run of 2·c_in floats, since neighbouring pixels are side by side.
pub(crate) struct Upsample {
    c_in: usize,
    c_out: usize,
    last: bool,
    panels: Panels,
}

/// The weights as they are read: by phase, block of output channels, row of taps, and run. Blocks are filled up with
/// zeros.
enum Panels {
    Of4(Phases<4>),
    Of8(Phases<8>),
    Of16(Phases<16>),
    Of32(Phases<32>),
}

/// Weights (4, blocks, 4·c_in) and biases (blocks) of N output channels each.
struct Phases<const N: usize> {
    weights: Vec<[f32; N]>,
    bias: Vec<[f32; N]>,
}

impl Upsample {
    /// Weights (4, 4, c_in, c_out), and biases, which the last layer has none of.
    pub(crate) fn new(weights: &[f32], c_in: usize, c_out: usize, bias: Option<&[f32]>) -> Self {
        let panels = match c_out.next_power_of_two().min(WIDEST) {
            0..=4 => Panels::Of4(Phases::new(weights, c_in, c_out, bias)),
            8 => Panels::Of8(Phases::new(weights, c_in, c_out, bias)),
            16 => Panels::Of16(Phases::new(weights, c_in, c_out, bias)),
            _ => Panels::Of32(Phases::new(weights, c_in, c_out, bias)),
        };
        Self { c_in, c_out, last: bias.is_none(), panels }
    }

    /// The feature map, with its border, of that of `w` pixels in a row; of the last layer the image, without one.
    pub(crate) fn forward(&self, x: &[f32], w: usize) -> Vec<f32> {
        let border = usize::from(!self.last);
        let mut y = vec![0.0; (2 * (w + border)).pow(2) * self.c_out];
        match &self.panels {
            Panels::Of4(phases) => phases.forward(self, x, w, &mut y),
            Panels::Of8(phases) => phases.forward(self, x, w, &mut y),
            Panels::Of16(phases) => phases.forward(self, x, w, &mut y),
            Panels::Of32(phases) => phases.forward(self, x, w, &mut y),
        }
        y
    }

    fn activate(&self, y: f32) -> f32 {
        if self.last { tanh(y) } else { y.max(0.0) }
    }
}

/// Row and column parity of each phase.
const PHASES: [(usize, usize); 4] = [(0, 0), (0, 1), (1, 0), (1, 1)];

impl<const N: usize> Phases<N> {
    fn new(weights: &[f32], c_in: usize, c_out: usize, bias: Option<&[f32]>) -> Self {
        let mut packed = Vec::with_capacity(4 * c_out.div_ceil(N) * 4 * c_in);
        for (row, column) in PHASES {
            for block in (0..c_out).step_by(N) {
                for (a, b) in PHASES {
                    // Input pixel a of the two in a column reaches the phase through this row of the kernel.
                    let tap = 4 * (3 - 2 * a - row) + 3 - 2 * b - column;
                    let weights = weights[tap * c_in * c_out..].chunks_exact(c_out).take(c_in);
                    packed.extend(weights.map(|weights| block_of(weights, block)));
                }
            }
        }
        let blocks = (0..c_out).step_by(N);
        let bias = blocks.map(|block| bias.map_or([0.0; N], |bias| block_of(bias, block)));
        Self { weights: packed, bias: bias.collect() }
    }

    fn forward(&self, layer: &Upsample, x: &[f32], w: usize, y: &mut [f32]) {
        let panels = self.weights.chunks_exact(4 * layer.c_in);
        for (i, weights) in panels.enumerate() {
            let (phase, block) = (i / self.bias.len(), i % self.bias.len());
            for row in 0..w {
                for column in (0..w).step_by(PIXELS) {
                    let at = Tile { parity: PHASES[phase], row, column, w };
                    let sums =
                        tile(at.inputs(x, layer.c_in), layer.c_in, weights, &self.bias[block]);
                    at.store(sums, layer, block * N, y);
                }
            }
        }
    }
}

/// N floats from `at` on, filled up with zeros.
fn block_of<const N: usize>(floats: &[f32], at: usize) -> [f32; N] {
    let mut block = [0.0; N];
    let floats = &floats[at..floats.len().min(at + N)];
    block[..floats.len()].copy_from_slice(floats);
    block
}

/// `PIXELS` pixels of a phase in a row.
struct Tile {
    parity: (usize, usize),
    row: usize,
    column: usize,
    /// Input pixels in a row.
    w: usize,
}

impl Tile {
    /// The two rows of input pixels, from the leftmost one on.
    fn inputs<'a>(&self, x: &'a [f32], c_in: usize) -> [&'a [f32]; 2] {
        let left = self.column + self.parity.1;
        from_fn(|a| {
            let pixel = (self.row + self.parity.0 + a) * (self.w + 2) + left;
            &x[pixel * c_in..][..(PIXELS + 1) * c_in]
        })
    }

    fn store<const N: usize>(
        &self,
        sums: [[f32; N]; PIXELS],
        layer: &Upsample,
        channel: usize,
        y: &mut [f32],
    ) {
        let border = usize::from(!layer.last);
        let row = 2 * self.row + self.parity.0 + border;
        let column = 2 * self.column + self.parity.1 + border;
        let first = row * 2 * (self.w + border) + column;
        let channels = N.min(layer.c_out - channel);
        for (i, sums) in sums.iter().enumerate() {
            let y = &mut y[(first + 2 * i) * layer.c_out + channel..][..channels];
            y.iter_mut().zip(sums).for_each(|(y, &sum)| *y = layer.activate(sum));
        }
    }
}

/// bias + Σ x·w for `PIXELS` pixels and N channels. Each of the two rows of taps is a run of 2·c_in floats, which
/// starts c_in floats later for each next pixel.
fn tile<const N: usize>(
    rows: [&[f32]; 2],
    c_in: usize,
    weights: &[[f32; N]],
    bias: &[f32; N],
) -> [[f32; N]; PIXELS] {
    let mut sums = [*bias; PIXELS];
    let run = 2 * c_in;
    for (row, weights) in rows.iter().zip(weights.chunks_exact(run)) {
        let runs: [&[f32]; PIXELS] = from_fn(|pixel| &row[pixel * c_in..][..run]);
        for (k, weights) in weights.iter().enumerate() {
            for (sums, x) in sums.iter_mut().zip(runs) {
                let x = x[k];
                sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += x * weight);
            }
        }
    }
    sums
}
