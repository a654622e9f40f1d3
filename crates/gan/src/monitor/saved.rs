//! The monitor as named values, as a checkpoint stores it. What a file does not know starts without a history.
//! Values that were added later are written only if they are not zero, so that files stay what they were.

use super::{Hysteresis, Monitor, SampleGrid, Sums, Symptom};
use crate::Value;

/// Before the names of [`Monitor::previous`].
const PREVIOUS: &str = "previous.";

/// The names of the means of each channel, of real and of generated images.
const MEANS: [[&str; 4]; 2] = [
    ["mean_real_0", "mean_real_1", "mean_real_2", "mean_real_3"],
    ["mean_fake_0", "mean_fake_1", "mean_fake_2", "mean_fake_3"],
];

impl Monitor {
    /// All values but the sample grid, each under its name.
    pub(crate) fn values(&self) -> Vec<(String, Value)> {
        let mut values = sums_values("", &self.sums);
        values.extend(added(means_values("", &self.sums)));
        values.push(("grid_seen".to_owned(), Value::Bool(self.grid.seen)));
        for (symptom, hysteresis) in Symptom::ALL.into_iter().zip(&self.hysteresis) {
            let of_symptom = hysteresis_values(symptom, hysteresis);
            match symptom {
                Symptom::ColourShift => values.extend(added(of_symptom)),
                _ => values.extend(of_symptom),
            }
        }
        values.extend(added(sums_values(PREVIOUS, &self.previous)));
        values.extend(added(means_values(PREVIOUS, &self.previous)));
        values
    }

    /// A monitor with these values, as far as they are there, and this sample grid.
    pub(crate) fn from_values(get: impl Fn(&str) -> Option<Value>, grid: SampleGrid) -> Self {
        let hysteresis = std::array::from_fn(|i| {
            let name = |of: &str| format!("{}.{of}", Symptom::ALL[i].name());
            Hysteresis {
                active: flag(&get, &name("active")),
                reports: int(&get, &name("reports")),
                sum: float(&get, &name("sum")),
            }
        });
        Self {
            sums: sums_from_values("", &get),
            previous: sums_from_values(PREVIOUS, &get),
            hysteresis,
            grid: SampleGrid { seen: flag(&get, "grid_seen"), ..grid },
        }
    }
}

/// Those that are not zero.
fn added(values: Vec<(String, Value)>) -> impl Iterator<Item = (String, Value)> {
    let zeros = [Value::Int(0), Value::Float(0.0), Value::Bool(false)];
    values.into_iter().filter(move |(_, value)| !zeros.contains(value))
}

fn hysteresis_values(symptom: Symptom, hysteresis: &Hysteresis) -> Vec<(String, Value)> {
    let Hysteresis { active, reports, sum } = hysteresis;
    let values = [
        ("active", Value::Bool(*active)),
        ("reports", Value::Int(*reports)),
        ("sum", Value::Float(*sum)),
    ];
    values.map(|(name, value)| (format!("{}.{name}", symptom.name()), value)).into()
}

fn sums_values(prefix: &str, sums: &Sums) -> Vec<(String, Value)> {
    let Sums { steps, accuracy, logit_gap, looks, variances, means: _, has_boundary } = sums;
    let values = [
        ("steps", Value::Int(*steps)),
        ("accuracy_real", Value::Float(accuracy[0])),
        ("accuracy_fake", Value::Float(accuracy[1])),
        ("has_boundary", Value::Bool(*has_boundary)),
        ("logit_gap", Value::Float(*logit_gap)),
        ("looks", Value::Int(*looks)),
        ("variance_real", Value::Float(variances[0])),
        ("variance_fake", Value::Float(variances[1])),
    ];
    values.map(|(name, value)| (format!("{prefix}{name}"), value)).into()
}

fn means_values(prefix: &str, sums: &Sums) -> Vec<(String, Value)> {
    let names = MEANS.as_flattened().iter().zip(sums.means.as_flattened());
    names.map(|(name, &mean)| (format!("{prefix}{name}"), Value::Float(mean))).collect()
}

fn sums_from_values(prefix: &str, get: &impl Fn(&str) -> Option<Value>) -> Sums {
    let get = |name: &str| get(&format!("{prefix}{name}"));
    let float = |name: &str| float(&get, name);
    Sums {
        steps: int(&get, "steps"),
        accuracy: [float("accuracy_real"), float("accuracy_fake")],
        has_boundary: flag(&get, "has_boundary"),
        logit_gap: float("logit_gap"),
        looks: int(&get, "looks"),
        variances: [float("variance_real"), float("variance_fake")],
        means: MEANS.map(|names| names.map(float)),
    }
}

fn int(get: &impl Fn(&str) -> Option<Value>, name: &str) -> u64 {
    match get(name) {
        Some(Value::Int(value)) => value,
        _ => 0,
    }
}

fn float(get: &impl Fn(&str) -> Option<Value>, name: &str) -> f64 {
    match get(name) {
        Some(Value::Float(value)) => value,
        _ => 0.0,
    }
}

fn flag(get: &impl Fn(&str) -> Option<Value>, name: &str) -> bool {
    matches!(get(name), Some(Value::Bool(true)))
}
