//! Which tensors of a file are the network that is wanted, whatever they are nested in: a file may hold several
//! networks, and wrappers put something in front of the names.

use std::collections::BTreeMap;

use super::file::WeightsFile;
use super::tensor::Tensor;
use super::{COUNTER, InteropError, NetworkKind};

/// The tensors of one network, under the names of PyTorch's DCGAN example.
pub(super) struct Selected<'a> {
    tensors: BTreeMap<&'a str, &'a Tensor<'a>>,
}

/// A name as what is in front, and the name in the example: `module.` and `main.0.weight`.
fn split(name: &str) -> Option<(&str, &str)> {
    let (rest, array) = name.rsplit_once('.')?;
    let (rest, index) = rest.rsplit_once('.')?;
    let is_layer = !index.is_empty() && index.bytes().all(|digit| digit.is_ascii_digit());
    let prefix = rest.strip_suffix("main")?;
    let is_whole = prefix.is_empty() || prefix.ends_with('.');
    let bare = &name[prefix.len()..];
    (is_layer && is_whole && !array.is_empty()).then_some((prefix, bare))
}

impl<'a> Selected<'a> {
    /// The network of this kind in `file`.
    pub(super) fn new(file: &'a WeightsFile<'a>, kind: NetworkKind) -> Result<Self, InteropError> {
        let mut networks: BTreeMap<&str, Self> = BTreeMap::new();
        for tensor in &file.tensors {
            if let Some((prefix, bare)) = split(&tensor.name) {
                let network = networks.entry(prefix);
                let network = network.or_insert_with(|| Self { tensors: BTreeMap::new() });
                network.tensors.insert(bare, tensor);
            }
        }
        let kinds: Vec<_> = networks.iter().map(|(prefix, net)| (*prefix, net.kind())).collect();
        let of_kind: Vec<&str> =
            kinds.iter().filter(|(_, of)| *of == Some(kind)).map(|(prefix, _)| *prefix).collect();
        let prefix = match (&of_kind[..], &kinds[..]) {
            ([only], _) => *only,
            // What it lacks is named later.
            ([], [(only, None)]) => *only,
            ([], [_, ..]) if kinds.iter().all(|(_, of)| *of == Some(kind.other())) => {
                return Err(InteropError::OtherNetwork { found: kind.other() });
            }
            ([], _) => return Err(foreign_names(file, kind)),
            (several, _) => {
                let prefixes = several.iter().map(|prefix| (*prefix).to_owned()).collect();
                return Err(InteropError::Several { kind, prefixes });
            }
        };
        // What lies beside the layers, under names that no layer has, belongs to the network too.
        let beside = file.tensors.iter().filter(|tensor| split(&tensor.name).is_none());
        let beside = beside.filter_map(|tensor| Some((tensor.name.strip_prefix(prefix)?, tensor)));
        let mut selected = networks.remove(prefix).expect("one of the prefixes");
        selected.tensors.extend(beside);
        Ok(selected)
    }

    /// Which network it is, by the batch norm that follows G's first convolution, and by D's second convolution in
    /// its place.
    fn kind(&self) -> Option<NetworkKind> {
        if self.tensors.contains_key("main.2.weight") {
            Some(NetworkKind::Discriminator)
        } else if ["main.1.weight", "main.3.weight"]
            .iter()
            .any(|name| self.tensors.contains_key(name))
        {
            Some(NetworkKind::Generator)
        } else {
            None
        }
    }

    /// The tensor of this name.
    pub(super) fn get(&self, name: &str) -> Option<&'a Tensor<'a>> {
        self.tensors.get(name).copied()
    }

    /// Checks that these arrays, and no others, are there. PyTorch takes files without its counters, which came
    /// with version 0.4.1, so all of them may be missing.
    pub(super) fn check_names(
        &self,
        arrays: &[String],
        counters: &[String],
    ) -> Result<(), InteropError> {
        let counted = self.tensors.keys().any(|name| name.ends_with(COUNTER));
        let wanted = || arrays.iter().chain(counters.iter().filter(|_| counted));
        let missing: Vec<String> =
            wanted().filter(|name| self.get(name).is_none()).cloned().collect();
        let is_known = |name: &str| wanted().any(|wanted| wanted == name);
        let unknown = self.tensors.iter().filter(|(name, _)| !is_known(name));
        let unknown: Vec<String> = unknown.map(|(_, tensor)| tensor.name.clone()).collect();
        if missing.is_empty() && unknown.is_empty() {
            return Ok(());
        }
        Err(InteropError::Names { wanted: missing, found: unknown })
    }
}

/// The error for a file in which no tensor has a name of the example.
fn foreign_names(file: &WeightsFile, kind: NetworkKind) -> InteropError {
    let wanted = match kind {
        NetworkKind::Generator => ["main.0.weight", "main.1.weight", "main.3.weight"],
        NetworkKind::Discriminator => ["main.0.weight", "main.2.weight", "main.3.weight"],
    };
    InteropError::Names {
        wanted: wanted.map(str::to_owned).to_vec(),
        found: file.tensors.iter().map(|tensor| tensor.name.clone()).collect(),
    }
}
