//! Pickles that no `torch.save` writes: none of them is executed, panics, or takes more than its file.

use dcgan_gan::interop::{NetworkKind, export, import};
use dcgan_gan::{Config, State};

use crate::torch_writer::{Written, state_dict, stream, tensor, text, written, zip};

/// What is said of a pickle in a zip archive.
fn refused(pickle: &[u8], storages: &[&[u8]]) -> String {
    let message = import(&zip(pickle, storages), None).unwrap_err().to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

fn generator() -> Vec<Written> {
    let config = Config { image_size: 16, ngf: 2, ndf: 2, nz: 2, ..Config::default() };
    written(&export(&State::new(config).unwrap(), NetworkKind::Generator))
}

/// One key, one tensor.
fn only(tensor: &[u8]) -> Vec<u8> {
    [b"\x80\x02}", &text("main.0.weight")[..], tensor, b"s."].concat()
}

/// `os.system("touch FILE")` before a state dict that is in order: nothing happens, and the weights are read.
#[test]
fn a_function_in_a_pickle_is_not_called() {
    let place = std::env::temp_dir().join(format!("dcgan_called_{}", std::process::id()));
    let call = |module: &str| {
        let command = text(&format!("touch {}", place.display()));
        [format!("c{module}\nsystem\n").as_bytes(), &command, b"\x85R0"].concat()
    };
    let tensors = generator();
    let pickle = state_dict(&tensors);
    let (start, rest) = pickle.split_at(2);
    let pickle = [start, &call("os"), &call("posix"), rest].concat();
    let storages: Vec<&[u8]> = tensors.iter().map(|tensor| &*tensor.data).collect();
    for bytes in [zip(&pickle, &storages), stream(&pickle, &tensors)] {
        assert!(import(&bytes, None).is_ok());
    }
    assert!(!place.exists());
}

#[test]
fn a_tensor_lies_within_its_storage() {
    let bytes = [0u8; 64];
    for (len, shape, strides, expected) in [
        // Longer than the storage, by its length, its sizes, or its strides.
        (17, &[1][..], &[1][..], "lies outside its storage"),
        (16, &[17], &[1], "lies outside its storage"),
        (16, &[2, 2], &[16, 1], "lies outside its storage"),
        (16, &[usize::MAX, 4], &[4, 1], "it has the size -1"),
        (16, &[1 << 62, 1 << 62], &[0, 0], "lies outside its storage"),
        (16, &[2, 2], &[1 << 62, 1 << 62], "lies outside its storage"),
        (16, &[4, 4], &[1], "other axes than strides"),
    ] {
        let message = refused(&only(&tensor("FloatStorage", 0, len, shape, strides)), &[&bytes]);
        assert!(message.starts_with("a damaged PyTorch file: "), "{message}");
        assert!(message.contains(expected), "{shape:?}, {strides:?}: {message}");
    }
    let message = refused(&only(&tensor("FloatStorage", 1, 16, &[16], &[1])), &[&bytes]);
    assert!(
        message.ends_with("the numbers of the tensor `main.0.weight` are missing"),
        "{message}"
    );
}

/// A network of 200 million weights, all of them one number.
#[test]
fn a_number_that_is_repeated_is_not_a_network() {
    let number = 0.0f32.to_le_bytes();
    let mut items = Vec::new();
    let mut put = |name: &str, shape: &[usize]| {
        items.extend(text(name));
        items.extend(tensor("FloatStorage", 0, 1, shape, &vec![0; shape.len()]));
    };
    let (mut width, nz) = (4096, 1000);
    put("main.0.weight", &[nz, width, 4, 4]);
    for layer in 1..=4 {
        for array in ["weight", "bias", "running_mean", "running_var"] {
            put(&format!("main.{}.{array}", 3 * layer - 2), &[width]);
        }
        let next = if layer == 4 { 3 } else { width / 2 };
        put(&format!("main.{}.weight", 3 * layer), &[width, next, 4, 4]);
        width = next;
    }
    let pickle = [b"\x80\x02}(", &items[..], b"u."].concat();
    let message = refused(&pickle, &[&number]);
    assert!(message.starts_with("its tensors repeat the same numbers"), "{message}");
}

#[test]
fn nesting_and_repetition_are_limited() {
    // A list that holds itself.
    let cycle = refused(b"\x80\x02]q\0h\0a.", &[]);
    assert!(cycle.starts_with("its tensors are too many, or nested too deeply"), "{cycle}");
    // A thousand lists in each other.
    let deep = refused(&[b"\x80\x02", &[b']'; 1000][..], &[b'a'; 999], b"."].concat(), &[]);
    assert!(deep.starts_with("its tensors are too many"), "{deep}");
    // Each list holds the one before ten times: 10^20 in all.
    let mut laughs = b"\x80\x02]q\0".to_vec();
    for level in 0..20u8 {
        laughs.extend([b']', b'q', level + 1, b'(']);
        laughs.extend([b'h', level].repeat(10));
        laughs.push(b'e');
    }
    laughs.push(b'.');
    let message = refused(&laughs, &[]);
    assert!(message.starts_with("it holds too much beside tensors"), "{message}");
    // A long list that becomes a dictionary again and again.
    let mut copies = b"\x80\x02](".to_vec();
    copies.extend(b"NN\x86".repeat(10_000));
    copies.extend(b"eq\0ccollections\nOrderedDict\nq\x01");
    copies.extend(b"h\x01h\0\x85R0".repeat(1000));
    copies.push(b'.');
    let message = refused(&copies, &[]);
    assert!(message.starts_with("it holds too much beside tensors"), "{message}");
    let message = refused(&[b"\x80\x02", &b"N0".repeat(1 << 20)[..], b"."].concat(), &[]);
    assert!(message.starts_with("it holds too much beside tensors"), "{message}");
}

/// A zip archive that lists the same bytes again and again, each time to be checked.
#[test]
fn entries_do_not_overlap() {
    let tensors = generator();
    let storages: Vec<&[u8]> = tensors.iter().map(|tensor| &*tensor.data).collect();
    let whole = zip(&state_dict(&tensors), &storages);
    let end = whole.len() - 22;
    let start = u32::from_le_bytes(whole[end + 16..end + 20].try_into().unwrap()) as usize;
    let mut repeated = [&whole[..start], &whole[start..end].repeat(3), &whole[end..]].concat();
    let entries = 3 * (tensors.len() as u16 + 1);
    let end = repeated.len() - 22;
    repeated[end + 8..end + 10].copy_from_slice(&entries.to_le_bytes());
    repeated[end + 10..end + 12].copy_from_slice(&entries.to_le_bytes());
    repeated[end + 12..end + 16].copy_from_slice(&((end - start) as u32).to_le_bytes());
    let message = import(&repeated, None).unwrap_err().to_string();
    assert_eq!(message, "a damaged PyTorch file: its entries overlap");
}

/// Each instruction where it makes no sense.
#[test]
fn a_pickle_that_contradicts_itself_is_refused() {
    for pickle in [
        &b""[..],
        b"\x80\x02",
        b"\x80\x02.",
        b"\x80\x02h\0.",
        b"\x80\x02(.",
        b"\x80\x02t.",
        b"\x80\x02(N\x86.",
        b"\x80\x02NNa.",
        b"\x80\x02}Ns.",
        b"\x80\x02}(Nu.",
        b"\x80\x02]NNs.",
        b"\x80\x02NNb.",
        b"\x80\x02NQ.",
        b"\x80\x02)Q.",
        b"\x80\x02X\xff\xff\xff\xff.",
        b"\x80\x02\x8d\xff\xff\xff\xff\xff\xff\xff\xff.",
        b"\x80\x02ctorch",
        b"\x80\x02NN\x93.",
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n)R.",
        b"\x80\x02ctorch._tensor\n_rebuild_from_type_v2\n)R.",
        b"\x80\x02ccollections\nOrderedDict\n]N\x85a\x85R.",
        b"\x80\x02I1\n.",
        b"\x80\x02\xfe.",
    ] {
        let message = refused(pickle, &[]);
        assert!(message.starts_with("a damaged PyTorch file: "), "{pickle:?}: {message}");
    }
    let sparse = refused(b"\x80\x02ctorch._utils\n_rebuild_sparse_tensor\n)R.", &[]);
    let expected = "it holds a tensor of a kind that is not read (`_rebuild_sparse_tensor`); save";
    assert!(sparse.starts_with(expected), "{sparse}");
}
