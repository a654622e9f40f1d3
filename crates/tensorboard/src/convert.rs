//! What a run records, as events. `at` is the time in seconds since 1970.

use std::io::Cursor;
use std::path::Path;

use dcgan_run::journal::{Evaluation, Metric, Record};
use dcgan_run::provenance::Provenance;
use dcgan_run::{RunError, files};
use png::Decoder;

use crate::event::{Event, Image, Value, Values};

/// The tag of the grids of samples.
const SAMPLES: &str = "samples";

/// A line of `log.jsonl`.
#[must_use]
pub fn of_record(record: &Record, at: f64) -> Event {
    let Record { step, epoch, loss_g, loss_d_real, loss_d_fake, d_x, d_g_z, .. } = *record;
    let Record { grad_norm_g, grad_norm_d, images_per_second, ms_per_step, .. } = *record;
    let numbers = [
        ("loss/generator", Some(loss_g)),
        ("loss/discriminator", Some(loss_d_real + loss_d_fake)),
        ("loss/discriminator_real", Some(loss_d_real)),
        ("loss/discriminator_generated", Some(loss_d_fake)),
        ("discriminator/real", Some(d_x)),
        ("discriminator/generated", Some(d_g_z)),
        ("gradient_norm/generator", grad_norm_g),
        ("gradient_norm/discriminator", grad_norm_d),
        ("progress/epoch", Some(epoch as f32)),
        ("progress/images_per_second", Some(images_per_second as f32)),
        ("progress/ms_per_step", Some(ms_per_step as f32)),
    ];
    let values = numbers.into_iter().filter_map(|(tag, number)| Some((tag, number?)));
    Event::summary(step, at, values.map(|(tag, n)| Value::number(tag, f64::from(n))).collect())
}

/// A line of `metrics.jsonl`.
#[must_use]
pub fn of_metric(metric: &Metric, at: f64) -> Event {
    let values = [("quality/swd", metric.swd), ("quality/swd_floor", metric.floor)];
    let values = values.map(|(tag, number)| Value::number(tag, number));
    Event::summary(metric.step, at, values.to_vec())
}

/// A line of `evaluations.jsonl`: each figure, and its floor.
#[must_use]
pub fn of_evaluation(evaluation: &Evaluation, at: f64) -> Event {
    let values = evaluation.figures.iter().flat_map(|(name, found)| {
        [
            Value::number(format!("evaluation/{name}"), found.value),
            Value::number(format!("evaluation/{name}_floor"), found.floor),
        ]
    });
    Event::summary(evaluation.step, at, values.collect())
}

/// A grid of samples: the PNG file at `path`, which says how many steps its model has taken.
///
/// # Errors
/// If it cannot be read, or is not a grid of dcgan.
pub fn of_samples(path: &Path, at: f64) -> Result<Event, RunError> {
    let bytes = files::read(path)?;
    let failed = |what: String| RunError::Failed {
        what: format!("{}: {what}", path.display()),
        source: None,
    };
    let (made, _) = Provenance::read(&bytes).map_err(|error| failed(error.report()))?;
    let reader = Decoder::new(Cursor::new(&bytes)).read_info();
    let reader = reader.map_err(|error| failed(error.to_string()))?;
    let info = reader.info();
    let (height, width) = (info.height as i32, info.width as i32);
    let colorspace = info.color_type.samples() as i32;
    let image = Image { height, width, colorspace, encoded_image_string: bytes.clone() };
    let value = Value { tag: SAMPLES.to_owned(), value: Some(Values::Image(image)) };
    Ok(Event::summary(made.maker.steps, at, vec![value]))
}
