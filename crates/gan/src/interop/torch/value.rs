use super::super::dtype::Dtype;
use super::{InteropError, foreign};

/// Most steps for one file. A network of twenty layers and its optimiser take less than a hundredth.
const STEPS: usize = 1 << 20;

/// A value of a pickle. Small ones are copied; the others are places in a [`Heap`], since values may be shared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    None,
    Bool(bool),
    Int(i64),
    Str(&'a str),
    Node(usize),
    /// Floats, bytes and long integers, on which no tensor depends.
    Other,
}

/// A value with parts.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// A function or class, which nothing here executes.
    Name {
        module: &'a str,
        name: &'a str,
    },
    Tuple(Vec<Value<'a>>),
    /// A list or a set.
    List(Vec<Value<'a>>),
    Dict(Vec<[Value<'a>; 2]>),
    /// Any other object: its items, if it is a kind of dictionary, and its attributes.
    Object {
        items: Vec<[Value<'a>; 2]>,
        state: Value<'a>,
    },
    Storage(Box<StorageRef>),
    Tensor(Box<TensorRef>),
}

/// Numbers that lie outside the pickle.
#[derive(Clone, Debug)]
pub(super) struct StorageRef {
    pub(super) key: String,
    /// `None` if it is just bytes.
    pub(super) dtype: Option<Dtype>,
    /// Bytes of an element.
    pub(super) size: usize,
    /// Number of elements.
    pub(super) len: usize,
    /// First element, in a view of it.
    pub(super) offset: usize,
}

/// A tensor: a part of a storage.
#[derive(Clone, Debug)]
pub(super) struct TensorRef {
    pub(super) storage: StorageRef,
    pub(super) dtype: Dtype,
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    pub(super) strides: Vec<usize>,
}

/// All values with parts that the pickles of a file have built, and how much more they may do.
#[derive(Debug)]
pub(super) struct Heap<'a> {
    nodes: Vec<Node<'a>>,
    steps: usize,
}

impl StorageRef {
    pub(super) fn byte_len(&self) -> Option<usize> {
        self.len.checked_mul(self.size)
    }
}

impl<'a> Heap<'a> {
    pub(super) fn new() -> Self {
        Self { nodes: Vec::new(), steps: STEPS }
    }

    /// Accounts for work or memory of this many values.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), InteropError> {
        let left = self.steps.checked_sub(steps);
        self.steps = left.ok_or_else(|| foreign("it holds too much beside tensors"))?;
        Ok(())
    }

    pub(super) fn add(&mut self, node: Node<'a>) -> Value<'a> {
        self.nodes.push(node);
        Value::Node(self.nodes.len() - 1)
    }

    pub(super) fn get(&self, value: Value<'a>) -> Option<&Node<'a>> {
        match value {
            Value::Node(at) => self.nodes.get(at),
            _ => None,
        }
    }

    pub(super) fn get_mut(&mut self, value: Value<'a>) -> Option<&mut Node<'a>> {
        match value {
            Value::Node(at) => self.nodes.get_mut(at),
            _ => None,
        }
    }

    /// The elements of a tuple, list or set.
    pub(super) fn elements(&self, value: Value<'a>) -> Option<&[Value<'a>]> {
        match self.get(value)? {
            Node::Tuple(elements) | Node::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// The items of a dictionary.
    pub(super) fn items(&self, value: Value<'a>) -> Option<&[[Value<'a>; 2]]> {
        match self.get(value)? {
            Node::Dict(items) | Node::Object { items, .. } => Some(items),
            _ => None,
        }
    }

    /// Number of parts of a value and of its attributes, which a walk looks through.
    pub(super) fn breadth(&self, value: Value<'a>) -> usize {
        let parts = |value| {
            self.items(value).map_or(0, <[_]>::len) + self.elements(value).map_or(0, <[_]>::len)
        };
        let of_attributes = match self.get(value) {
            Some(&Node::Object { state, .. }) => {
                let attributes = self.items(state).unwrap_or_default();
                attributes.len() + attributes.iter().map(|item| parts(item[1])).sum::<usize>()
            }
            _ => 0,
        };
        parts(value) + of_attributes
    }

    /// The value under a key of a dictionary, the last one if there are several.
    pub(super) fn item(&self, value: Value<'a>, key: &str) -> Option<Value<'a>> {
        let is_key = |item: &&[Value; 2]| matches!(item[0], Value::Str(own) if own == key);
        self.items(value)?.iter().rev().find(is_key).map(|item| item[1])
    }

    pub(super) fn storages(&self) -> impl Iterator<Item = &StorageRef> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Storage(storage) => Some(&**storage),
            _ => None,
        })
    }
}
