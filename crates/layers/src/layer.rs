use dcgan_tensor::{Context, Dims, Input, Output, View, ViewMut};

/// A map y = f(θ, x), and how its derivative acts on a gradient.
///
/// The laws, which the tests hold every layer to:
///
/// - `forward` is a pure function of (θ, x) that overwrites y and `saved`. If `saved` holds as much
///   as several batches need, x is so many batches side by side, each as if it were alone.
/// - Where y asks for the moments of its pictures, `forward` leaves them there. Those that x brings with
///   it make no difference but in time.
/// - `backward` is the adjoint of the derivative of `forward` at a [`Point`].
/// - Gradients are overwritten, whatever was there before.
pub trait Layer: Send + Sync {
    /// Sizes of y for an x of sizes `input`.
    ///
    /// # Panics
    /// If the layer cannot take such an input.
    fn output(&self, input: Dims) -> Dims;

    /// The trained parameters, in the order in which they lie in θ.
    fn params(&self) -> Vec<Spec>;

    /// What is kept and saved with the parameters but follows the data, not a gradient.
    fn running(&self) -> Vec<Spec> {
        Vec::new()
    }

    /// AlignedBuffer that `forward` leaves for `backward`, beyond x and y, for each batch.
    fn saved(&self) -> usize {
        0
    }

    /// Whether `forward` starts from the moments of each picture of x. The layer before can gather them
    /// while it has the pictures in the cache.
    fn wants_moments(&self) -> bool {
        false
    }

    /// Whether `backward` leaves dL/dx in the place of dL/dy, and asks for no other.
    fn goes_back_in_place(&self) -> bool {
        false
    }

    /// y ← f(θ, x), as in training.
    fn forward(&self, theta: &[f32], x: Input, y: Output, saved: &mut [f32], scratch: &mut Context);

    /// From dL/dy to what `to` asks for. `dy` may be left holding anything.
    fn backward(&self, theta: &[f32], at: Point, dy: ViewMut, to: Grads, scratch: &mut Context);

    /// y ← f(θ, x), as in inference: from running statistics, each picture on its own.
    fn infer(&self, theta: &[f32], running: &[f32], x: View, y: ViewMut, scratch: &mut Context) {
        let _ = running;
        self.forward(theta, x.into(), y.into(), &mut [], scratch);
    }

    /// Moves the running values towards what a forward pass saw, batch by batch.
    fn track(&self, at: Point, running: &mut [f32]) {
        let _ = (at, running);
    }
}

/// Where a layer is differentiated: one forward run of it.
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    /// What went in.
    pub x: View<'a>,
    /// What came out.
    pub y: View<'a>,
    /// What `forward` saved.
    pub saved: &'a [f32],
}

/// Which gradients are asked for, and where they go.
#[derive(Debug)]
pub struct Grads<'a> {
    /// dL/dθ.
    pub theta: Option<&'a mut [f32]>,
    /// dL/dx; `None` where nobody asks for it, or where it goes into the place of dL/dy.
    pub x: Option<ViewMut<'a>>,
}

/// One array of a layer: its name in torch, its shape in our order, and what it starts as.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// `weight`, `bias`, `running_mean` or `running_var`.
    pub name: &'static str,
    /// Sizes, row-major; a convolution's are (kernel, kernel, c_in, c_out).
    pub shape: Vec<usize>,
    /// The law of its first values.
    pub init: Init,
}

impl Spec {
    /// AlignedBuffer in the array.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the array holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The law of an array's first values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// All the same.
    Constant(f32),
    /// N(mean, std²), as the DCGAN paper (Radford et al. 2015, section 4) has it.
    Normal {
        /// The mean.
        mean: f32,
        /// The standard deviation.
        std: f32,
    },
}
