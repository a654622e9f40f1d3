use std::ops::Range;

use dcgan_tensor::{Accum, Context, Dims};

use crate::{
    Activations, GradBuffers, Grads, Layer, LayerSpec, OutputGrad, ParamSpec, Params, PerImage,
    Saved,
};

/// A chain of layers over images of one size. It holds no numbers: θ and the buffers are [`Params`]
/// beside it, and the values of a forward pass are [`Activations`].
pub struct Network {
    input: [usize; 3],
    nodes: Vec<Node>,
}

/// A layer and its place in the network.
pub struct Node {
    /// Prefix of the names of the layer's arrays.
    pub name: String,
    /// The layer.
    pub layer: Box<dyn Layer>,
    /// Its parameters in θ.
    theta: Range<usize>,
    /// Its buffers among those of the network.
    buffers: Range<usize>,
}

/// What a network computes: the sizes (h, w, c) of its input, and its layers by name.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkSpec {
    /// (h, w, c).
    pub input: [usize; 3],
    /// Name and description of each layer, in order.
    pub layers: Vec<(String, LayerSpec)>,
}

impl Network {
    /// A network without layers, for inputs of (h, w, c).
    pub fn new(input: [usize; 3]) -> Self {
        Self { input, nodes: Vec::new() }
    }

    /// Appends a layer.
    pub fn push(mut self, name: &str, layer: impl Layer + 'static) -> Self {
        let (theta, buffers) =
            self.nodes.last().map_or((0, 0), |last| (last.theta.end, last.buffers.end));
        let len = |specs: Vec<ParamSpec>| specs.iter().map(ParamSpec::len).sum::<usize>();
        self.nodes.push(Node {
            name: name.to_owned(),
            theta: theta..theta + len(layer.params()),
            buffers: buffers..buffers + len(layer.buffers()),
            layer: Box::new(layer),
        });
        self
    }

    /// The layers, first to last.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// A description from which another engine can build the same network.
    pub fn spec(&self) -> NetworkSpec {
        let layers = self.nodes.iter().map(|node| (node.name.clone(), node.layer.spec()));
        NetworkSpec { input: self.input, layers: layers.collect() }
    }

    /// Sizes of a batch of inputs.
    pub fn input(&self, batch: usize) -> Dims {
        let [h, w, c] = self.input;
        (batch, h, w, c)
    }

    /// θ before the first step; `normal` draws from N(0, 1).
    pub fn init(&self, normal: &mut dyn FnMut() -> f32) -> Params {
        Params::new(self.specs(|layer| layer.params()), normal)
    }

    /// The buffers before the first step.
    pub fn init_buffers(&self) -> Params {
        // Buffers start as constants; nothing is drawn.
        Params::new(self.specs(|layer| layer.buffers()), &mut || 0.0)
    }

    fn specs(
        &self,
        of: fn(&dyn Layer) -> Vec<ParamSpec>,
    ) -> impl Iterator<Item = (&str, ParamSpec)> {
        self.nodes.iter().flat_map(move |node| {
            of(&*node.layer).into_iter().map(|spec| (node.name.as_str(), spec))
        })
    }

    /// Memory for a forward pass over `batch` images.
    ///
    /// # Panics
    /// If the output of a layer does not fit the next one.
    pub fn activations(&self, batch: usize) -> Activations {
        self.activations_of_parts(1, batch)
    }

    /// Memory for a forward pass over several batches side by side, each normalised on its own.
    ///
    /// # Panics
    /// If the output of a layer does not fit the next one.
    pub fn activations_of_parts(&self, parts: usize, batch: usize) -> Activations {
        let layers = self.nodes.iter().map(|node| &*node.layer);
        Activations::new(self.input(parts * batch), parts, layers)
    }

    /// Computes all activations from the input among them, in training mode, and updates the buffers.
    pub fn forward(
        &self,
        theta: &Params,
        buffers: &mut Params,
        activations: &mut Activations,
        ctx: &mut Context,
    ) {
        for (i, node) in self.nodes.iter().enumerate() {
            let (x, y, extra) = activations.io(i);
            let theta = &theta.as_slice()[node.theta.clone()];
            let buffers = &mut buffers.as_mut_slice()[node.buffers.clone()];
            node.layer.forward(theta, buffers, x, y, extra, ctx);
        }
    }

    /// dL/dθ, from the gradient in the output: written to `dtheta`, or added to it. The gradient in the input is
    /// not computed.
    ///
    /// # Panics
    /// If `doutput` has other sizes than the output.
    pub fn backward_params(
        &self,
        theta: &Params,
        activations: &Activations,
        doutput: OutputGrad,
        (accum, dtheta): (Accum, &mut Params),
        ctx: &mut Context,
    ) {
        doutput.check(activations.output().dim());
        let grads = doutput.buffers;
        for (i, node) in self.nodes.iter().enumerate().rev() {
            let dtheta = &mut dtheta.as_mut_slice()[node.theta.clone()];
            let saved = activations.saved(i, 0..activations.parts());
            node.backward(theta, saved, grads, (Some((accum, dtheta)), i > 0), ctx);
        }
    }

    /// The gradient in the input of one part, from the gradient in the output of that part. dL/dθ is not
    /// computed.
    ///
    /// # Panics
    /// If `doutput` has other sizes than the output of a part.
    pub fn backward_input<'g>(
        &self,
        theta: &Params,
        activations: &Activations,
        part: usize,
        doutput: OutputGrad<'g>,
        ctx: &mut Context,
    ) -> OutputGrad<'g> {
        doutput.check(activations.part_output(part).dim());
        let grads = doutput.buffers;
        for (i, node) in self.nodes.iter().enumerate().rev() {
            let saved = activations.saved(i, part..part + 1);
            node.backward(theta, saved, grads, (None, true), ctx);
        }
        grads.output_grad(activations.part_input_dims())
    }
}

impl Node {
    /// The layer as one that treats each image alone.
    ///
    /// # Panics
    /// If it does not.
    pub(crate) fn per_image(&self) -> &dyn PerImage {
        let layer = self.layer.per_image();
        layer.unwrap_or_else(|| panic!("{} does not treat each image alone", self.name))
    }

    /// Its parameters.
    pub(crate) fn params<'a>(&self, theta: &'a Params) -> &'a [f32] {
        &theta.as_slice()[self.params_range()]
    }

    /// Where its parameters are in θ.
    pub fn params_range(&self) -> Range<usize> {
        self.theta.clone()
    }

    /// Where its buffers are among those of the network.
    pub(crate) fn buffers_range(&self) -> Range<usize> {
        self.buffers.clone()
    }

    /// Differentiates the layer: dL/dθ and dL/dx, each if it is wanted.
    fn backward(
        &self,
        theta: &Params,
        saved: Saved,
        grads: &mut GradBuffers,
        (dtheta, wants_dx): (Option<(Accum, &mut [f32])>, bool),
        ctx: &mut Context,
    ) {
        let theta = &theta.as_slice()[self.theta.clone()];
        let in_place = self.layer.backward_in_place();
        let (dy, dx) = grads.dy_dx(saved.y.dim(), saved.x.dim());
        let (accum, dtheta) = dtheta.unzip();
        let accum = accum.unwrap_or(Accum::Overwrite);
        let wanted = Grads { theta: dtheta, accum, x: Some(dx).filter(|_| wants_dx && !in_place) };
        self.layer.backward(theta, saved, dy, wanted, ctx);
        if !in_place {
            grads.swap();
        }
    }
}
