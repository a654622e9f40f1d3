//! The monitor as named values, as a checkpoint stores it. A symptom that a file does not know starts
//! without a history.

use super::{Hysteresis, Monitor, SampleGrid, Sums, Symptom};
use crate::Value;

impl Monitor {
    /// All values but the sample grid, each under its name.
    pub(crate) fn values(&self) -> Vec<(String, Value)> {
        let Sums { steps, accuracy, logit_gap, looks, variances, has_boundary } = self.sums;
        let mut values = vec![
            ("steps".to_owned(), Value::Int(steps)),
            ("accuracy_real".to_owned(), Value::Float(accuracy[0])),
            ("accuracy_fake".to_owned(), Value::Float(accuracy[1])),
            ("has_boundary".to_owned(), Value::Bool(has_boundary)),
            ("logit_gap".to_owned(), Value::Float(logit_gap)),
            ("looks".to_owned(), Value::Int(looks)),
            ("variance_real".to_owned(), Value::Float(variances[0])),
            ("variance_fake".to_owned(), Value::Float(variances[1])),
            ("grid_seen".to_owned(), Value::Bool(self.grid.seen)),
        ];
        for (symptom, hysteresis) in Symptom::ALL.into_iter().zip(&self.hysteresis) {
            let name = |of: &str| format!("{}.{of}", symptom.name());
            values.push((name("active"), Value::Bool(hysteresis.active)));
            values.push((name("reports"), Value::Int(hysteresis.reports)));
            values.push((name("sum"), Value::Float(hysteresis.sum)));
        }
        values
    }

    /// A monitor with these values, as far as they are there, and this sample grid.
    pub(crate) fn from_values(get: impl Fn(&str) -> Option<Value>, grid: SampleGrid) -> Self {
        let int = |name: &str| match get(name) {
            Some(Value::Int(value)) => value,
            _ => 0,
        };
        let float = |name: &str| match get(name) {
            Some(Value::Float(value)) => value,
            _ => 0.0,
        };
        let flag = |name: &str| matches!(get(name), Some(Value::Bool(true)));
        let sums = Sums {
            steps: int("steps"),
            accuracy: [float("accuracy_real"), float("accuracy_fake")],
            has_boundary: flag("has_boundary"),
            logit_gap: float("logit_gap"),
            looks: int("looks"),
            variances: [float("variance_real"), float("variance_fake")],
        };
        let hysteresis = std::array::from_fn(|i| {
            let name = |of: &str| format!("{}.{of}", Symptom::ALL[i].name());
            Hysteresis {
                active: flag(&name("active")),
                reports: int(&name("reports")),
                sum: float(&name("sum")),
            }
        });
        Self { sums, hysteresis, grid: SampleGrid { seen: flag("grid_seen"), ..grid } }
    }
}
