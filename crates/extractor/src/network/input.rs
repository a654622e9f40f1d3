//! What a network wants of its input, from its file.

use rten::{DataType, Dimension, Model, ValueType};

use crate::preprocess::{IMAGENET_MEAN, IMAGENET_STD, Preprocess};

/// Limits against damaged files.
const MAX_SIZE: usize = 2048;
const MAX_BATCH: usize = 256;

/// The batch that the file prescribes, if any.
pub(super) fn batch(model: &Model) -> Result<Option<usize>, String> {
    match shape(model)?[0] {
        Dimension::Fixed(n @ 1..=MAX_BATCH) => Ok(Some(n)),
        Dimension::Fixed(n) => Err(format!(
            "the input is a batch of {n} images; export the network with a dynamic batch"
        )),
        Dimension::Symbolic(_) => Ok(None),
    }
}

pub(super) fn preprocess(model: &Model) -> Result<Preprocess, String> {
    let (mean, std) = match (numbers(model, "dcgan.mean")?, numbers(model, "dcgan.std")?) {
        (None, None) => (IMAGENET_MEAN, IMAGENET_STD),
        (Some(mean), Some(std)) => (mean, std),
        _ => {
            return Err(
                "the metadata has one of dcgan.mean and dcgan.std; it must have both or none"
                    .to_owned(),
            );
        }
    };
    if std.iter().any(|&std| std <= 0.0) {
        return Err(format!("dcgan.std in the metadata is {std:?}; it must be positive"));
    }
    Ok(Preprocess { size: size(model)?, mean, std })
}

/// The dimensions of the first input, of which there are four. Older files list weights as further inputs.
fn shape(model: &Model) -> Result<[Dimension; 4], String> {
    let Some(input) = model.input_ids().first().and_then(|&id| model.node_info(id)) else {
        return Err("no network with an input; is it an ONNX file?".to_owned());
    };
    if input.dtype().is_some_and(|dtype| dtype != ValueType::Tensor(DataType::Float)) {
        return Err(
            "the input is not float32; export the network without quantisation of its input"
                .to_owned(),
        );
    }
    let shape = input.shape().unwrap_or_default();
    let wrong =
        format!("the input has the shape {}; it must be (n, 3, size, size)", listed(&shape));
    let shape: [Dimension; 4] = shape.try_into().map_err(|_| wrong.clone())?;
    match shape[1] {
        Dimension::Fixed(3) | Dimension::Symbolic(_) => Ok(shape),
        Dimension::Fixed(_) => Err(wrong),
    }
}

/// Pixels a side of the input.
fn size(model: &Model) -> Result<usize, String> {
    let shape = shape(model)?;
    let size = match (&shape[2], &shape[3]) {
        (&Dimension::Fixed(h), &Dimension::Fixed(w)) if h == w => h,
        (Dimension::Symbolic(_), Dimension::Symbolic(_)) => {
            match model.metadata().get("dcgan.size") {
                Some(size) => size
                    .trim()
                    .parse()
                    .map_err(|_| format!("dcgan.size in the metadata is {size:?}"))?,
                None => {
                    return Err("the size of the input is dynamic; export the network with a fixed one, or add dcgan.size \
                            to the metadata"
                    .to_owned());
                }
            }
        }
        _ => return Err(format!("the input has the shape {}; it must be square", listed(&shape))),
    };
    if (1..=MAX_SIZE).contains(&size) {
        Ok(size)
    } else {
        Err(format!("the input has {size} × {size} pixels; it must have 1 to {MAX_SIZE} a side"))
    }
}

/// Three numbers of the metadata.
fn numbers(model: &Model, key: &str) -> Result<Option<[f32; 3]>, String> {
    let Some(text) = model.metadata().get(key) else { return Ok(None) };
    let numbers: Option<Vec<f32>> = text.split_whitespace().map(|word| word.parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[r, g, b]) if (r + g + b).is_finite() => Ok(Some([r, g, b])),
        _ => Err(format!(
            "{key} in the metadata is {text:?}; it must be three numbers with spaces between them"
        )),
    }
}

fn listed(shape: &[Dimension]) -> String {
    let names = shape.iter().map(|dimension| match dimension {
        Dimension::Fixed(n) => n.to_string(),
        Dimension::Symbolic(name) => name.clone(),
    });
    format!("({})", names.collect::<Vec<_>>().join(", "))
}
