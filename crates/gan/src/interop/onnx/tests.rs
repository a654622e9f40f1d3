use prost::Message;

use super::proto::{Extent, Graph, Model, ValueInfo};
use super::*;
use crate::interop::{export, export_generator};
use crate::{DNorm, State};
use safetensors::SafeTensors;

fn state(d_norm: DNorm) -> State {
    let config =
        Config { image_size: 16, channels: 1, nz: 5, ngf: 2, ndf: 3, d_norm, ..Config::default() };
    State::new(config).unwrap()
}

fn decoded(bytes: &[u8]) -> (Model, Graph) {
    let model = Model::decode(bytes).unwrap();
    let graph = model.graph.clone().unwrap();
    (model, graph)
}

fn model() -> Fingerprint {
    Fingerprint::hash(["a model"])
}

/// Each operator with what it takes and gives.
fn lines(graph: &Graph) -> Vec<String> {
    let line = |node: &proto::Node| {
        let attributes: String = node.attribute.iter().map(attribute).collect();
        format!("{} = {}({}){attributes}", node.output[0], node.op_type, node.input.join(" "))
    };
    graph.node.iter().map(line).collect()
}

fn attribute(attribute: &proto::Attribute) -> String {
    let proto::Attribute { name, f, i, ints, .. } = attribute;
    match (f, i) {
        (Some(f), None) => format!(" {name} {f}"),
        (None, Some(i)) => format!(" {name} {i}"),
        _ => format!(" {name} {ints:?}"),
    }
}

fn shape(info: &ValueInfo) -> (String, Vec<String>) {
    let tensor = info.r#type.clone().unwrap().tensor_type.unwrap();
    let extent = |dimension: &proto::Dimension| match dimension.value.as_ref().unwrap() {
        Extent::Fixed(n) => n.to_string(),
        Extent::Named(name) => name.clone(),
    };
    (info.name.clone(), tensor.shape.unwrap().dim.iter().map(extent).collect())
}

fn end(name: &str, shape: &[&str]) -> (String, Vec<String>) {
    (name.to_owned(), shape.iter().map(|&n| n.to_owned()).collect())
}

const DOUBLE: &str = "kernel_shape [4, 4] strides [2, 2] pads [1, 1, 1, 1]";

#[test]
fn a_generator_is_a_chain_of_operators_under_the_names_of_pytorch() {
    let (file, graph) =
        decoded(&export_generator_onnx(&state(DNorm::Batch).shown(), Pixels::Floats));
    assert_eq!((file.ir_version, file.opset_import[0].version), (7, 13));
    let mut names: Vec<&str> = graph.node.iter().map(|node| &*node.name).collect();
    names.extend(graph.node.iter().map(|node| &*node.output[0]));
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "two have one name");
    let batch_norm = |i, before: &str| {
        format!(
            "main.{i} = BatchNormalization({before} main.{i}.weight main.{i}.bias main.{i}.running_mean main.{i}.running_var) epsilon 0.00001"
        )
    };
    assert_eq!(lines(&graph), [
        "main.0 = ConvTranspose(latents main.0.weight) kernel_shape [4, 4] strides [1, 1] pads [0, 0, 0, 0]".to_owned(),
        batch_norm(1, "main.0"),
        "main.2 = Relu(main.1)".to_owned(),
        format!("main.3 = ConvTranspose(main.2 main.3.weight) {DOUBLE}"),
        batch_norm(4, "main.3"),
        "main.5 = Relu(main.4)".to_owned(),
        format!("main.6 = ConvTranspose(main.5 main.6.weight) {DOUBLE}"),
        "images = Tanh(main.6)".to_owned(),
    ]);
    assert_eq!(shape(&graph.input[0]), end("latents", &["batch", "5", "1", "1"]));
    assert_eq!(shape(&graph.output[0]), end("images", &["batch", "1", "16", "16"]));
}

#[test]
fn bytes_are_rounded_and_channels_last() {
    let weights = state(DNorm::Batch).shown();
    let (_, graph) = decoded(&export_generator_onnx(&weights, Pixels::Bytes));
    assert_eq!(
        lines(&graph)[7..],
        [
            "main.7 = Tanh(main.6)",
            "channels_last = Transpose(main.7) perm [0, 2, 3, 1]",
            "from_0 = Add(channels_last one)",
            "to_255 = Mul(from_0 half_range)",
            "rounded = Add(to_255 half)",
            "images = Cast(rounded) to 2",
        ]
    );
    assert_eq!(shape(&graph.output[0]), end("images", &["batch", "16", "16", "1"]));
}

#[test]
fn every_kind_of_discriminator_ends_in_a_logit() {
    let down = DOUBLE;
    let full = "kernel_shape [4, 4] strides [1, 1] pads [0, 0, 0, 0]";
    let (_, graph) = decoded(&export_discriminator_onnx(&state(DNorm::Batch), model()));
    assert_eq!(lines(&graph), [
        format!("main.0 = Conv(images main.0.weight) {down}"),
        "main.1 = LeakyRelu(main.0) alpha 0.2".to_owned(),
        format!("main.2 = Conv(main.1 main.2.weight) {down}"),
        "main.3 = BatchNormalization(main.2 main.3.weight main.3.bias main.3.running_mean main.3.running_var) epsilon 0.00001".to_owned(),
        "main.4 = LeakyRelu(main.3) alpha 0.2".to_owned(),
        format!("main.5 = Conv(main.4 main.5.weight) {full}"),
        "logits = Flatten(main.5)".to_owned(),
    ]);
    for d_norm in [DNorm::None, DNorm::Spectral] {
        let (_, graph) = decoded(&export_discriminator_onnx(&state(d_norm), model()));
        assert_eq!(
            lines(&graph),
            [
                format!("main.0 = Conv(images main.0.weight main.0.bias) {down}"),
                "main.1 = LeakyRelu(main.0) alpha 0.2".to_owned(),
                format!("main.2 = Conv(main.1 main.2.weight main.2.bias) {down}"),
                "main.3 = LeakyRelu(main.2) alpha 0.2".to_owned(),
                format!("main.4 = Conv(main.3 main.4.weight main.4.bias) {full}"),
                "logits = Flatten(main.4)".to_owned(),
            ]
        );
        assert_eq!(shape(&graph.input[0]), end("images", &["batch", "1", "16", "16"]));
        assert_eq!(shape(&graph.output[0]), end("logits", &["batch", "1"]));
    }
}

/// Nodes take nothing else but the input and each other's outputs.
#[test]
fn the_arrays_are_those_of_safetensors() {
    for d_norm in [DNorm::Batch, DNorm::None, DNorm::Spectral] {
        let state = state(d_norm);
        let weights = state.shown();
        for (onnx, torch) in [
            (export_generator_onnx(&weights, Pixels::Floats), export_generator(&weights)),
            (
                export_discriminator_onnx(&state, model()),
                export(&state, NetworkKind::Discriminator),
            ),
        ] {
            let (_, graph) = decoded(&onnx);
            let torch = SafeTensors::deserialize(&torch).unwrap();
            let counters =
                torch.names().iter().filter(|name| name.ends_with("num_batches_tracked")).count();
            assert_eq!(graph.initializer.len(), torch.len() - counters);
            for array in &graph.initializer {
                let same = torch.tensor(&array.name).unwrap();
                assert_eq!(array.raw_data, same.data(), "{}", array.name);
                assert!(array.dims.iter().copied().eq(same.shape().iter().map(|&n| n as i64)));
                let is_taken = |node: &proto::Node| node.input.contains(&array.name);
                assert!(graph.node.iter().any(is_taken), "{}", array.name);
            }
        }
    }
}

#[test]
fn the_metadata_say_what_goes_in_and_comes_out() {
    let state = state(DNorm::Batch);
    let (weights, model) = (state.shown(), model());
    let metadata = |bytes: &[u8]| {
        let pairs = decoded(bytes).0.metadata_props.into_iter();
        pairs.map(|KeyValue { key, value }| format!("{key} {value}")).collect::<Vec<_>>()
    };
    let sizes = ["dcgan.nz 5", "dcgan.image_size 16", "dcgan.channels 1"];
    let fingerprint = format!("dcgan.fingerprint {}", Fingerprint::from_generator(&weights));
    let of_g = metadata(&export_generator_onnx(&weights, Pixels::Bytes));
    assert_eq!(of_g[..2], ["dcgan.network generator".to_owned(), fingerprint]);
    assert_eq!(
        (&of_g[2..5], &of_g[5][..]),
        (&sizes.map(str::to_owned)[..], "dcgan.pixel_range 0,255")
    );
    let of_d = metadata(&export_discriminator_onnx(&state, model));
    assert_eq!(
        of_d[..2],
        ["dcgan.network discriminator".to_owned(), format!("dcgan.fingerprint {model}")]
    );
    assert_eq!(of_d[5], "dcgan.pixel_range -1,1");
}
