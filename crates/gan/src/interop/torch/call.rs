use super::super::dtype::Dtype;
use super::super::error::quoted;
use super::value::{Heap, Node, StorageRef, TensorRef, Value};
use super::{InteropError, damaged, foreign};

/// Most axes of a tensor.
const AXES: usize = 16;

/// Longest key of a storage.
const KEY: usize = 64;

/// What a function gives for these arguments. Few have a meaning; every other gives an object that does nothing.
pub(super) fn call<'a>(
    heap: &mut Heap<'a>,
    mut function: Value<'a>,
    mut arguments: Value<'a>,
) -> Result<Value<'a>, InteropError> {
    loop {
        let (module, name) = match heap.get(function) {
            Some(&Node::Name { module, name }) => (module, name),
            _ => return Ok(inert(heap)),
        };
        let argument = |i: usize| heap.elements(arguments).and_then(|all| all.get(i)).copied();
        let is_tensor = |value: Value| matches!(heap.get(value), Some(Node::Tensor(_)));
        match (module, name) {
            ("collections", "OrderedDict") => return ordered_dict(heap, argument(0)),
            ("builtins" | "__builtin__", "set" | "frozenset") | ("torch", "Size") => {
                let elements = argument(0).filter(|&value| heap.elements(value).is_some());
                return Ok(elements.unwrap_or_else(|| heap.add(Node::List(Vec::new()))));
            }
            ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2" | "_rebuild_tensor_v3") => {
                let tensor = tensor(heap, arguments, name)?;
                return Ok(heap.add(Node::Tensor(Box::new(tensor))));
            }
            // A tensor of a derived class: the function and the arguments of the plain one.
            ("torch._tensor", "_rebuild_from_type_v2") => {
                let missing = || damaged("a tensor has too few arguments");
                (function, arguments) =
                    (argument(0).ok_or_else(missing)?, argument(2).ok_or_else(missing)?);
            }
            ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state")
            | ("torch.nn.parameter", "Parameter" | "Buffer" | "UninitializedParameter")
            | ("torch.autograd.variable", "Variable") => {
                let data = argument(0).filter(|&value| is_tensor(value));
                return Ok(data.unwrap_or_else(|| inert(heap)));
            }
            ("torch._utils", other) if other.starts_with("_rebuild_") => {
                return Err(foreign(format!(
                    "it holds a tensor of a kind that is not read ({})",
                    quoted(other)
                )));
            }
            _ => return Ok(inert(heap)),
        }
    }
}

/// Sets the attributes of an object.
pub(super) fn build<'a>(
    heap: &mut Heap<'a>,
    object: Value<'a>,
    attributes: Value<'a>,
) -> Result<(), InteropError> {
    match heap.get_mut(object) {
        Some(Node::Object { state, .. }) => *state = attributes,
        // Such as the versions of modules beside a state dict.
        Some(_) => {}
        None => {
            return Err(damaged("its pickle sets attributes of something other than an object"));
        }
    }
    Ok(())
}

/// What lies outside the pickle: numbers, or, before PyTorch 1.6, the class of a module.
pub(super) fn load<'a>(heap: &mut Heap<'a>, id: Value<'a>) -> Result<Value<'a>, InteropError> {
    let storage = match heap.elements(id) {
        Some([Value::Str("storage"), class, key, _, len, view @ ..]) => {
            storage(heap, [*class, *key, *len], view.first().copied())?
        }
        Some([Value::Str("module"), class, ..]) => return Ok(*class),
        _ => return Err(damaged("its pickle refers to something unknown outside of it")),
    };
    Ok(heap.add(Node::Storage(Box::new(storage))))
}

fn inert<'a>(heap: &mut Heap<'a>) -> Value<'a> {
    heap.add(Node::Object { items: Vec::new(), state: Value::None })
}

/// `OrderedDict()`, or with a list of pairs.
fn ordered_dict<'a>(
    heap: &mut Heap<'a>,
    pairs: Option<Value<'a>>,
) -> Result<Value<'a>, InteropError> {
    let pairs = pairs.and_then(|pairs| heap.elements(pairs)).unwrap_or_default();
    let pair = |&value: &Value<'a>| heap.elements(value)?.try_into().ok();
    let items: Option<Vec<[Value; 2]>> = pairs.iter().map(pair).collect();
    let items = items.ok_or_else(|| damaged("its pickle has a key without a value"))?;
    // They have been copied.
    heap.spend(items.len())?;
    Ok(heap.add(Node::Dict(items)))
}

fn storage<'a>(
    heap: &Heap<'a>,
    [class, key, len]: [Value<'a>; 3],
    view: Option<Value<'a>>,
) -> Result<StorageRef, InteropError> {
    let class = match heap.get(class) {
        Some(&Node::Name { name, .. }) => name,
        _ => return Err(damaged("a storage has no type")),
    };
    let (dtype, size) = storage_type(class).ok_or_else(|| {
        foreign(format!("it holds numbers of a type that is not read ({})", quoted(class)))
    })?;
    let key = match key {
        Value::Str(key) if key.len() <= KEY => key.to_owned(),
        Value::Int(key) => key.to_string(),
        _ => return Err(damaged("a storage has no key")),
    };
    // A part of a storage, in files before PyTorch 0.4: its key, its first element, and its length.
    let offset = match view.and_then(|view| heap.elements(view)) {
        Some([_, offset, _]) => size_of(*offset)?,
        _ => 0,
    };
    Ok(StorageRef { key, dtype, size, len: size_of(len)?, offset })
}

/// The type of a storage's elements, `None` if that is left to the tensor, and their size.
fn storage_type(class: &str) -> Option<(Option<Dtype>, usize)> {
    let other = |name: &str, size| Some((Some(Dtype::Other(name.to_owned())), size));
    let dtype = match class {
        "FloatStorage" => Dtype::F32,
        "DoubleStorage" => Dtype::F64,
        "HalfStorage" => Dtype::F16,
        "BFloat16Storage" => Dtype::BF16,
        "LongStorage" => Dtype::I64,
        "IntStorage" => Dtype::I32,
        "ShortStorage" => Dtype::I16,
        "CharStorage" => Dtype::I8,
        "ByteStorage" => Dtype::U8,
        "BoolStorage" => return other("BOOL", 1),
        "ComplexFloatStorage" => return other("C64", 8),
        "ComplexDoubleStorage" => return other("C128", 16),
        "UntypedStorage" => return Some((None, 1)),
        _ => return None,
    };
    let size = dtype.size()?;
    Some((Some(dtype), size))
}

/// The type of a tensor that names it itself.
fn tensor_type(name: &str) -> Dtype {
    match name {
        "uint16" => Dtype::U16,
        "uint32" => Dtype::U32,
        "uint64" => Dtype::U64,
        "float32" => Dtype::F32,
        "float64" => Dtype::F64,
        "float16" => Dtype::F16,
        "bfloat16" => Dtype::BF16,
        "int64" => Dtype::I64,
        "int32" => Dtype::I32,
        "int16" => Dtype::I16,
        "int8" => Dtype::I8,
        "uint8" => Dtype::U8,
        other => Dtype::Other(other.chars().take(KEY).collect()),
    }
}

/// Storage, offset, sizes, strides, then two that do not matter; in the third version also a type; and what is to
/// be done with the numbers.
fn tensor<'a>(
    heap: &Heap<'a>,
    arguments: Value<'a>,
    function: &str,
) -> Result<TensorRef, InteropError> {
    let Some([storage, offset, shape, strides, rest @ ..]) = heap.elements(arguments) else {
        return Err(damaged("a tensor has too few arguments"));
    };
    let Some(Node::Storage(storage)) = heap.get(*storage) else {
        return Err(damaged("a tensor has no storage"));
    };
    let typed = function.ends_with("v3");
    let dtype = match (rest.get(2).and_then(|&value| heap.get(value)), &storage.dtype) {
        (Some(Node::Name { name, .. }), _) if typed => tensor_type(name),
        (_, Some(dtype)) => dtype.clone(),
        (_, None) => return Err(damaged("a tensor has no type")),
    };
    let pending = rest.get(2 + usize::from(typed)).and_then(|&value| heap.items(value));
    if pending.is_some_and(|pending| !pending.is_empty()) {
        return Err(foreign("it holds tensors that are still to be negated or conjugated"));
    }
    let offset = size_of(*offset)?.checked_add(storage.offset);
    let offset = offset.ok_or_else(|| damaged("a tensor lies outside its storage"))?;
    let (shape, strides) = (sizes(heap, *shape)?, sizes(heap, *strides)?);
    if shape.len() != strides.len() {
        return Err(damaged("a tensor has other axes than strides"));
    }
    Ok(TensorRef { storage: (**storage).clone(), dtype, offset, shape, strides })
}

fn sizes<'a>(heap: &Heap<'a>, value: Value<'a>) -> Result<Vec<usize>, InteropError> {
    match heap.elements(value) {
        Some(sizes) if sizes.len() <= AXES => sizes.iter().map(|&size| size_of(size)).collect(),
        _ => Err(damaged("a tensor has no shape")),
    }
}

fn size_of(value: Value) -> Result<usize, InteropError> {
    match value {
        Value::Int(size) => {
            usize::try_from(size).map_err(|_| damaged(format!("it has the size {size}")))
        }
        _ => Err(damaged("it has a size that is not an integer")),
    }
}
