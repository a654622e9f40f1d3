//! What `state_dict()` gives, from whatever has been saved: state dicts, modules, and dictionaries of them.

use std::collections::BTreeSet;

use super::value::{Heap, Node, TensorRef, Value};
use super::{InteropError, foreign};

/// Deepest nesting of dictionaries and modules.
const DEPTH: usize = 32;

/// Longest name of a tensor.
const NAME: usize = 512;

/// Most tensors.
const TENSORS: usize = 1 << 12;

/// A tensor and its name: the keys that lead to it, with dots between them.
pub(super) struct NamedTensor {
    pub(super) name: String,
    pub(super) tensor: TensorRef,
}

/// All tensors in `root`.
pub(super) fn tensors<'a>(
    heap: &mut Heap<'a>,
    root: Value<'a>,
) -> Result<Vec<NamedTensor>, InteropError> {
    let mut found = Vec::new();
    visit(heap, root, "", DEPTH, &mut found)?;
    Ok(found)
}

fn visit<'a>(
    heap: &mut Heap<'a>,
    value: Value<'a>,
    name: &str,
    depth: usize,
    found: &mut Vec<NamedTensor>,
) -> Result<(), InteropError> {
    // Values may be shared, and contain themselves.
    heap.spend(1 + heap.breadth(value))?;
    if name.len() > NAME || depth == 0 || found.len() > TENSORS {
        return Err(foreign("its tensors are too many, or nested too deeply"));
    }
    let parts = match heap.get(value) {
        Some(Node::Tensor(tensor)) => {
            found.push(NamedTensor { name: name.to_owned(), tensor: (**tensor).clone() });
            return Ok(());
        }
        Some(&Node::Object { state, .. }) if heap.items(state).is_some_and(is_module) => {
            module(heap, state)
        }
        Some(Node::Dict(items) | Node::Object { items, .. }) => entries(items),
        Some(Node::Tuple(elements) | Node::List(elements)) => {
            let numbered = (0..).map(Value::Int).zip(elements.iter().copied());
            numbered.map(|(i, value)| [i, value]).filter(has_parts).collect()
        }
        _ => return Ok(()),
    };
    for [key, part] in parts {
        let dot = if name.is_empty() { "" } else { "." };
        let name = match key {
            Value::Str(key) if key.len() <= NAME => format!("{name}{dot}{key}"),
            Value::Int(key) => format!("{name}{dot}{key}"),
            _ => continue,
        };
        visit(heap, part, &name, depth - 1, found)?;
    }
    Ok(())
}

/// Whether an object with these attributes is a module.
fn is_module(attributes: &[[Value; 2]]) -> bool {
    attributes.iter().any(|[name, _]| matches!(name, Value::Str("_parameters")))
}

/// Parameters, buffers and modules of a module with these attributes, except buffers that are not saved.
fn module<'a>(heap: &Heap<'a>, state: Value<'a>) -> Vec<[Value<'a>; 2]> {
    let attribute = |name| heap.item(state, name);
    let table = |name| attribute(name).and_then(|table| heap.items(table)).unwrap_or_default();
    let transient = attribute("_non_persistent_buffers_set");
    let transient = transient.and_then(|names| heap.elements(names)).unwrap_or_default();
    let transient: BTreeSet<&str> = transient.iter().filter_map(text).collect();
    let is_saved =
        |[name, _]: &[Value; 2]| text(name).is_some_and(|name| !transient.contains(name));
    let mut parts = entries(table("_parameters"));
    parts.extend(entries(table("_buffers")).into_iter().filter(is_saved));
    parts.extend(entries(table("_modules")));
    parts
}

fn text<'a>(value: &Value<'a>) -> Option<&'a str> {
    match value {
        Value::Str(text) => Some(text),
        _ => None,
    }
}

/// The items that may lead to tensors.
fn entries<'a>(items: &[[Value<'a>; 2]]) -> Vec<[Value<'a>; 2]> {
    items.iter().copied().filter(has_parts).collect()
}

fn has_parts(item: &[Value; 2]) -> bool {
    matches!(item[1], Value::Node(_))
}
