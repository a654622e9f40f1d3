use dcgan_layers::{LayerSpec, Network, Params};
use ndarray::{ArrayViewMut2, Zip, s};

use super::Upsample;
use crate::Config;

/// How far a weight may be from what is allowed: rounding, as after a file with fewer digits.
const TOLERANCE: f32 = 1e-5;

impl Upsample {
    /// Whether a generator that upsamples in this way can have these parameters.
    pub fn allows(self, config: &Config, theta: &Params) -> bool {
        let mut allowed = theta.clone();
        self.constrain(&crate::generator(config), &mut allowed);
        let pairs = allowed.as_slice().iter().zip(theta.as_slice());
        pairs.into_iter().all(|(allowed, own)| (allowed - own).abs() <= TOLERANCE)
    }

    /// Moves the parameters of a generator to the nearest that this kind of upsampling allows.
    pub(crate) fn constrain(self, generator: &Network, theta: &mut Params) {
        if self == Self::Transposed {
            return;
        }
        for node in generator.nodes() {
            if let LayerSpec::ConvTranspose2d { c_in, c_out, window, .. } = node.layer.spec()
                && window.stride == 2
            {
                let weight = &mut theta.as_mut_slice()[node.params_range()];
                flatten(&mut weight[..TAPS * TAPS * c_in * c_out]);
            }
        }
    }
}

/// Taps of a kernel in each direction.
const TAPS: usize = 4;

/// Takes the alternating component out of each row and each column of the kernels in `weight` (4, 4, …): the
/// orthogonal projection onto the kernels that are one of 3 × 3 convolved with a box.
fn flatten(weight: &mut [f32]) {
    let kernels = weight.len() / (TAPS * TAPS);
    let mut weight =
        ArrayViewMut2::from_shape((TAPS * TAPS, kernels), weight).expect("16 taps each");
    for row in 0..TAPS {
        flatten_line([0, 1, 2, 3].map(|column| TAPS * row + column), weight.view_mut());
    }
    for column in 0..TAPS {
        flatten_line([0, 1, 2, 3].map(|row| TAPS * row + column), weight.view_mut());
    }
}

/// w ← w − n·⟨n, w⟩/4 with n = (1, −1, 1, −1), where w are these taps of each kernel.
fn flatten_line(taps: [usize; TAPS], mut weight: ArrayViewMut2<f32>) {
    let [a, b, c, d] = taps.map(|tap| s![tap, ..]);
    let (a, b, c, d) = weight.multi_slice_mut((a, b, c, d));
    Zip::from(a).and(b).and(c).and(d).par_for_each(|a, b, c, d| {
        let component = (*a - *b + *c - *d) / TAPS as f32;
        *a -= component;
        *b += component;
        *c -= component;
        *d += component;
    });
}
