use std::ops::Range;

use dcgan_tensor::{Context, Dims, View};

use crate::{Grads, Layer, Params, Pass, Point, Spec, WayBack};

/// Layers in a row, from pictures of one size. It holds no numbers: θ and the running statistics
/// are [`Params`] beside it, and a run of it is a [`Pass`].
pub struct Network {
    input: [usize; 3],
    nodes: Vec<Node>,
}

/// A layer in its place.
pub struct Node {
    /// What the layer's arrays are named after.
    pub name: String,
    /// The layer.
    pub layer: Box<dyn Layer>,
    /// Where its parameters lie in θ.
    theta: Range<usize>,
    /// Where its running values lie.
    running: Range<usize>,
}

impl Network {
    /// No layer yet, for inputs of (h, w, c).
    pub fn new(input: [usize; 3]) -> Self {
        Self { input, nodes: Vec::new() }
    }

    /// With one more layer behind the others.
    pub fn push(mut self, name: &str, layer: impl Layer + 'static) -> Self {
        let (theta, running) =
            self.nodes.last().map_or((0, 0), |last| (last.theta.end, last.running.end));
        let len = |specs: Vec<Spec>| specs.iter().map(Spec::len).sum::<usize>();
        self.nodes.push(Node {
            name: name.to_owned(),
            theta: theta..theta + len(layer.params()),
            running: running..running + len(layer.running()),
            layer: Box::new(layer),
        });
        self
    }

    /// The layers, first to last.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
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

    /// The running statistics before the first step.
    pub fn init_running(&self) -> Params {
        // Running values start as constants; nothing is drawn.
        Params::new(self.specs(|layer| layer.running()), &mut || 0.0)
    }

    fn specs(&self, of: fn(&dyn Layer) -> Vec<Spec>) -> impl Iterator<Item = (&str, Spec)> {
        self.nodes.iter().flat_map(move |node| {
            of(&*node.layer).into_iter().map(|spec| (node.name.as_str(), spec))
        })
    }

    /// All the memory that a run over `batch` pictures needs.
    ///
    /// # Panics
    /// If the layers do not fit behind one another.
    pub fn pass(&self, batch: usize) -> Pass {
        self.pass_of(1, batch)
    }

    /// The same for a run over so many batches side by side, each of them normalised on its own.
    ///
    /// # Panics
    /// If the layers do not fit behind one another.
    pub fn pass_of(&self, parts: usize, batch: usize) -> Pass {
        let layers = self.nodes.iter().map(|node| &*node.layer);
        Pass::new(self.input(parts * batch), parts, layers)
    }

    /// Runs from the pass's input to its output, with the statistics of the batch.
    pub fn forward(&self, theta: &Params, pass: &mut Pass, scratch: &mut Context) {
        for (i, node) in self.nodes.iter().enumerate() {
            let (x, y, saved) = pass.io(i);
            node.layer.forward(&theta.as_slice()[node.theta.clone()], x, y, saved, scratch);
        }
    }

    /// Runs from the pass's input to its output with running statistics, each picture on its own.
    pub fn infer(&self, theta: &Params, running: &Params, pass: &mut Pass, scratch: &mut Context) {
        for (i, node) in self.nodes.iter().enumerate() {
            let (x, y, _) = pass.io(i);
            let (x, y) = (x.images, y.images);
            let theta = &theta.as_slice()[node.theta.clone()];
            let running = &running.as_slice()[node.running.clone()];
            node.layer.infer(theta, running, x, y, scratch);
        }
    }

    /// dθ ← dL/dθ, from the dL/d(output) in [`Pass::head`]. Nobody asks for dL/d(input), so the
    /// first layer does not work it out.
    pub fn backward_params(
        &self,
        theta: &Params,
        pass: &Pass,
        back: &mut WayBack,
        dtheta: &mut Params,
        scratch: &mut Context,
    ) {
        for (i, node) in self.nodes.iter().enumerate().rev() {
            let dtheta = &mut dtheta.as_mut_slice()[node.theta.clone()];
            let at = pass.point(i, 0..pass.parts());
            node.back(theta, at, back, (Some(dtheta), i > 0), scratch);
        }
    }

    /// dL/d(input) of one part, from the dL/d(output) in its [`Pass::head_of`]. Nobody asks for dL/dθ.
    pub fn backward_input<'b>(
        &self,
        theta: &Params,
        pass: &Pass,
        part: usize,
        back: &'b mut WayBack,
        scratch: &mut Context,
    ) -> View<'b> {
        for (i, node) in self.nodes.iter().enumerate().rev() {
            let at = pass.point(i, part..part + 1);
            node.back(theta, at, back, (None, true), scratch);
        }
        back.end(pass.input_dims())
    }

    /// Moves the running statistics towards those of a forward pass, part by part.
    pub fn track(&self, pass: &Pass, running: &mut Params) {
        for (i, node) in self.nodes.iter().enumerate() {
            let running = &mut running.as_mut_slice()[node.running.clone()];
            node.layer.track(pass.point(i, 0..pass.parts()), running);
        }
    }
}

impl Node {
    /// Goes back through the layer, for its dL/dθ and, if it is asked for, dL/dx.
    fn back(
        &self,
        theta: &Params,
        at: Point,
        back: &mut WayBack,
        (dtheta, asked): (Option<&mut [f32]>, bool),
        scratch: &mut Context,
    ) {
        let theta = &theta.as_slice()[self.theta.clone()];
        let in_place = self.layer.goes_back_in_place();
        let (dy, dx) = back.both(at.y.dim(), at.x.dim());
        let to = Grads { theta: dtheta, x: Some(dx).filter(|_| asked && !in_place) };
        self.layer.backward(theta, at, dy, to, scratch);
        if !in_place {
            back.turn();
        }
    }
}
