use std::ops::Range;

use crate::{Init, ParamSpec};

/// All arrays of a network in one flat slice, each with its name, shape and range.
///
/// Whatever visits all parameters (an optimiser, a norm, a file) is one loop over one slice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    data: Vec<f32>,
    entries: Vec<Entry>,
}

/// One array in a [`Params`].
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// `node.array`, such as `norm2.weight`.
    pub name: String,
    /// Its shape and initialisation.
    pub spec: ParamSpec,
    /// Where its floats lie.
    pub range: Range<usize>,
}

impl Params {
    /// The arrays of (node, spec) in this order, initialised; `normal` draws from N(0, 1).
    pub(crate) fn new<'a>(
        specs: impl IntoIterator<Item = (&'a str, ParamSpec)>,
        normal: &mut dyn FnMut() -> f32,
    ) -> Self {
        let (mut data, mut entries) = (Vec::new(), Vec::new());
        for (node, spec) in specs {
            let start = data.len();
            data.extend((0..spec.len()).map(|_| match spec.init {
                Init::Constant(value) => value,
                Init::Normal { mean, std } => mean + std * normal(),
            }));
            let name = format!("{node}.{}", spec.name);
            entries.push(Entry { name, spec, range: start..data.len() });
        }
        Self { data, entries }
    }

    /// All floats, array after array.
    pub fn as_slice(&self) -> &[f32] {
        &self.data
    }

    /// All floats, array after array.
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        &mut self.data
    }

    /// Number of floats.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there are no floats.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The same arrays, filled with zeros.
    pub fn zeros_like(&self) -> Self {
        Self { data: vec![0.0; self.len()], entries: self.entries.clone() }
    }

    /// Name, shape and range of each array, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Each array with its floats, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Entry, &[f32])> {
        self.entries.iter().map(|entry| (entry, &self.data[entry.range.clone()]))
    }
}
