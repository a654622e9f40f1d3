use dcgan_layers::{LayerSpec, NetworkSpec};
use dcgan_tensor::{Activation, Window};

use super::proto::{
    Attribute, AttributeKind, DataType, Dimension, Extent, Graph, Node, Shape, Tensor, TensorType,
    Type, ValueInfo,
};

/// The name of the open dimension.
const BATCH: &str = "batch";

/// A chain of operators, each of which takes the output of the one before.
pub(super) struct Chain {
    graph: Graph,
    /// The output of the last operator.
    last: String,
}

/// An end of a network: its name, what it holds, and its shape for one image.
pub(super) struct End {
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
    pub(super) data_type: DataType,
    pub(super) shape: Vec<usize>,
}

impl Chain {
    pub(super) fn new(name: &str, input: End) -> Self {
        let (last, input) = (input.name.to_owned(), vec![input.info()]);
        Self { graph: Graph { name: name.to_owned(), input, ..Graph::default() }, last }
    }

    /// Appends an operator with these further inputs; `name` is that of its output.
    pub(super) fn push(
        &mut self,
        op_type: &str,
        name: &str,
        inputs: impl IntoIterator<Item = String>,
        attribute: Vec<Attribute>,
    ) {
        let input = [self.last.clone()].into_iter().chain(inputs).collect();
        self.last = name.to_owned();
        self.graph.node.push(Node {
            input,
            output: vec![name.to_owned()],
            // Some runtimes keep nodes and values under their names in one table.
            name: format!("{name}/{op_type}"),
            op_type: op_type.to_owned(),
            attribute,
        });
    }

    /// Adds an array, which operators take by its name.
    pub(super) fn add_array(&mut self, name: &str, shape: &[usize], floats: &[f32]) {
        self.graph.initializer.push(Tensor {
            dims: shape.iter().map(|&n| n as i64).collect(),
            data_type: DataType::Float.into(),
            name: name.to_owned(),
            raw_data: floats.iter().flat_map(|v| v.to_le_bytes()).collect(),
        });
    }

    /// Appends the layers of a network, whose arrays have the names of PyTorch.
    pub(super) fn push_layers(&mut self, network: &NetworkSpec) {
        for (name, layer) in &network.layers {
            self.push_layer(name, layer);
        }
    }

    fn push_layer(&mut self, name: &str, layer: &LayerSpec) {
        let array = |suffix: &str| format!("{name}.{suffix}");
        let of_convolution =
            |bias: bool| [Some(array("weight")), bias.then(|| array("bias"))].into_iter().flatten();
        let activation = match *layer {
            LayerSpec::Conv2d { window, bias, activation, .. } => {
                self.push("Conv", name, of_convolution(bias), window_attributes(window));
                activation
            }
            LayerSpec::ConvTranspose2d { window, bias, activation, .. } => {
                self.push("ConvTranspose", name, of_convolution(bias), window_attributes(window));
                activation
            }
            LayerSpec::BatchNorm2d { eps, activation, .. } => {
                let inputs = ["weight", "bias", "running_mean", "running_var"].map(array);
                self.push("BatchNormalization", name, inputs, vec![float("epsilon", eps)]);
                activation
            }
        };
        let (op_type, attributes) = match activation {
            Activation::Identity => return,
            Activation::Relu => ("Relu", vec![]),
            Activation::LeakyRelu(slope) => ("LeakyRelu", vec![float("alpha", slope)]),
            Activation::Tanh => ("Tanh", vec![]),
        };
        self.push(op_type, &following(name), [], attributes);
    }

    /// The whole graph, the last operator of which gives `output`.
    pub(super) fn finish(mut self, output: End) -> Graph {
        if let Some(node) = self.graph.node.last_mut() {
            node.output = vec![output.name.to_owned()];
        }
        self.graph.output.push(output.info());
        self.graph
    }
}

impl End {
    fn info(self) -> ValueInfo {
        let fixed = self.shape.iter().map(|&n| Extent::Fixed(n as i64));
        let extents = [Extent::Named(BATCH.to_owned())].into_iter().chain(fixed);
        let dim = extents.map(|extent| Dimension { value: Some(extent) }).collect();
        let tensor = TensorType { elem_type: self.data_type.into(), shape: Some(Shape { dim }) };
        ValueInfo {
            name: self.name.to_owned(),
            r#type: Some(Type { tensor_type: Some(tensor) }),
            doc_string: self.doc.to_owned(),
        }
    }
}

/// The name of the activation after a layer: PyTorch's `nn.Sequential` counts it as a layer.
fn following(name: &str) -> String {
    let parts = name.rsplit_once('.').and_then(|(net, i)| Some((net, i.parse::<usize>().ok()?)));
    match parts {
        Some((net, index)) => format!("{net}.{}", index + 1),
        None => format!("{name}.activation"),
    }
}

fn window_attributes(window: Window) -> Vec<Attribute> {
    let Window { kernel, stride, pad } = window;
    vec![ints("kernel_shape", &[kernel; 2]), ints("strides", &[stride; 2]), ints("pads", &[pad; 4])]
}

fn float(name: &str, value: f32) -> Attribute {
    let kind = AttributeKind::Float.into();
    Attribute { name: name.to_owned(), f: Some(value), kind, ..Attribute::default() }
}

pub(super) fn int(name: &str, value: i64) -> Attribute {
    let kind = AttributeKind::Int.into();
    Attribute { name: name.to_owned(), i: Some(value), kind, ..Attribute::default() }
}

pub(super) fn ints(name: &str, values: &[usize]) -> Attribute {
    let (kind, ints) = (AttributeKind::Ints.into(), values.iter().map(|&n| n as i64).collect());
    Attribute { name: name.to_owned(), ints, kind, ..Attribute::default() }
}
