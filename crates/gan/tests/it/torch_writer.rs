//! A minimal writer of both containers of `torch.save`, for tests that need files with anything in them.

/// A tensor to write: name, class of its storage, sizes and bytes.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) class: &'static str,
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<u8>,
}

/// The tensors of a safetensors file.
pub(crate) fn written(safetensors: &[u8]) -> Vec<Written> {
    let file = safetensors::SafeTensors::deserialize(safetensors).unwrap();
    let tensors = file.iter().map(|(name, view)| Written {
        name: name.to_owned(),
        class: match view.dtype() {
            safetensors::Dtype::F32 => "FloatStorage",
            safetensors::Dtype::I64 => "LongStorage",
            other => panic!("no state has {other:?}"),
        },
        shape: view.shape().to_vec(),
        data: view.data().to_vec(),
    });
    tensors.collect()
}

/// Instructions for a string.
pub(crate) fn text(text: &str) -> Vec<u8> {
    [b"X", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()
}

/// Instructions for a tuple of integers.
pub(crate) fn tuple(integers: &[usize]) -> Vec<u8> {
    let integers = integers.iter().flat_map(|&n| [&[0x8a, 8][..], &n.to_le_bytes()].concat());
    [vec![b'('], integers.collect(), vec![b't']].concat()
}

/// Instructions for a tensor with these sizes and strides.
pub(crate) fn tensor(
    class: &str,
    key: usize,
    len: usize,
    shape: &[usize],
    strides: &[usize],
) -> Vec<u8> {
    let class = format!("ctorch\n{class}\n");
    let len = [b"J", &(len as u32).to_le_bytes()[..]].concat();
    let storage = [
        b"(",
        &text("storage")[..],
        class.as_bytes(),
        &text(&key.to_string()),
        &text("cpu"),
        &len,
        b"tQ",
    ];
    let storage = storage.concat();
    [
        b"ctorch._utils\n_rebuild_tensor_v2\n(",
        &storage[..],
        b"K\0",
        &tuple(shape),
        &tuple(strides),
        b"\x89}tR",
    ]
    .concat()
}

fn strides(shape: &[usize]) -> Vec<usize> {
    (1..=shape.len()).map(|axis| shape[axis..].iter().product()).collect()
}

/// The pickle of a state dict, each tensor with a storage of its own.
pub(crate) fn state_dict(tensors: &[Written]) -> Vec<u8> {
    let items = tensors.iter().enumerate().flat_map(|(key, written)| {
        let Written { name, class, shape, .. } = written;
        let tensor = tensor(class, key, shape.iter().product(), shape, &strides(shape));
        [text(name), tensor].concat()
    });
    [b"\x80\x02}(".to_vec(), items.collect(), b"u.".to_vec()].concat()
}

/// The container since PyTorch 1.6.
pub(crate) fn zip(pickle: &[u8], storages: &[&[u8]]) -> Vec<u8> {
    let data = storages.iter().enumerate().map(|(i, data)| (format!("net/data/{i}"), *data));
    archive([("net/data.pkl".to_owned(), pickle)].into_iter().chain(data))
}

/// A zip archive of these files, without compression.
pub(crate) fn archive<'a>(files: impl IntoIterator<Item = (String, &'a [u8])>) -> Vec<u8> {
    let (mut bytes, mut directory, mut n) = (Vec::new(), Vec::new(), 0u16);
    for (path, data) in files {
        let mut common = [20u16, 0, 0, 0, 0x21].map(u16::to_le_bytes).concat();
        let (crc32, len) = (crc32fast::hash(data), data.len() as u32);
        common.extend([crc32, len, len].map(u32::to_le_bytes).concat());
        common.extend((path.len() as u16).to_le_bytes());
        directory.extend([b"PK\x01\x02\x14\0", &common[..], &[0; 12]].concat());
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(path.as_bytes());
        bytes.extend([b"PK\x03\x04", &common[..], &[0; 2], path.as_bytes(), data].concat());
        n += 1;
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([n, n].map(u16::to_le_bytes).concat());
    bytes.extend([directory.len() as u32, start].map(u32::to_le_bytes).concat());
    bytes.extend([0; 2]);
    bytes
}

/// The container before PyTorch 1.6: a magic number, a version, and the machine; the pickle, the keys, the numbers.
pub(crate) fn stream(pickle: &[u8], tensors: &[Written]) -> Vec<u8> {
    let mut bytes =
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.".to_vec();
    bytes.extend([b"\x80\x02}", &text("little_endian")[..], b"\x88s."].concat());
    bytes.extend(pickle);
    let keys = (0..tensors.len()).flat_map(|key| text(&key.to_string()));
    bytes.extend([b"\x80\x02](".to_vec(), keys.collect(), b"e.".to_vec()].concat());
    for Written { shape, data, .. } in tensors {
        bytes.extend(shape.iter().product::<usize>().to_le_bytes());
        bytes.extend(data);
    }
    bytes
}

/// A network in either container, from its safetensors file.
pub(crate) fn both(safetensors: &[u8]) -> [Vec<u8>; 2] {
    let tensors = written(safetensors);
    let pickle = state_dict(&tensors);
    let storages: Vec<&[u8]> = tensors.iter().map(|tensor| &*tensor.data).collect();
    [zip(&pickle, &storages), stream(&pickle, &tensors)]
}
