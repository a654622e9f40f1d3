use dcgan_tensor::Activation;

use crate::floats::Floats;
use crate::recorder::Recorder;
use crate::shader;
use crate::uniform::Uniform;

/// The code of an activation in `activation.wgsl`, and its slope.
fn code(activation: Activation) -> (usize, f32) {
    match activation {
        Activation::Identity => (0, 0.0),
        Activation::Relu => (1, 0.0),
        Activation::LeakyRelu(slope) => (2, slope),
        Activation::Tanh => (3, 0.0),
    }
}

impl Uniform {
    /// Appends an activation: its code and its slope.
    pub(crate) fn activation(self, activation: Activation) -> Self {
        let (kind, slope) = code(activation);
        self.int(kind).float(slope)
    }
}

/// dy ← dy ⊙ f′ for the first `len` elements, from the output y of f.
pub(crate) fn backward(
    to: &mut Recorder,
    activation: Activation,
    y: &Floats,
    dy: &Floats,
    len: usize,
) {
    if activation != Activation::Identity {
        let uniform = Uniform::new().int(len).activation(activation);
        to.push_elements(&shader::ACTIVATION_BACKWARD, &uniform, &[y, dy], len);
    }
}
