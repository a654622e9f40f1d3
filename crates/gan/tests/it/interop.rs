use dcgan_gan::interop::{InteropError, NetworkKind, export, import};
use dcgan_gan::{Config, State};
use dcgan_tensor::Window;
use safetensors::{Dtype, SafeTensors};

fn state() -> State {
    let config = Config { image_size: 32, ngf: 4, ndf: 6, nz: 5, ..Config::default() };
    let mut state = State::new(config).unwrap();
    state.generator.num_batches_tracked = 12;
    state.discriminator.num_batches_tracked = 24;
    state
}

#[test]
fn names_and_shapes_are_torch_s() {
    let state = State::new(Config::default()).unwrap();
    let bytes = export(&state, NetworkKind::Generator);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name: &str| file.tensor(name).unwrap().shape().to_vec();
    assert_eq!(shape("main.0.weight"), [100, 256, 4, 4]);
    assert_eq!(shape("main.3.weight"), [256, 128, 4, 4]);
    assert_eq!(shape("main.12.weight"), [32, 3, 4, 4]);
    assert_eq!(shape("main.10.running_var"), [32]);
    assert_eq!(file.tensor("main.1.num_batches_tracked").unwrap().dtype(), Dtype::I64);
    assert_eq!(file.len(), 5 + 4 * 5);

    let bytes = export(&state, NetworkKind::Discriminator);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let shape = |name: &str| file.tensor(name).unwrap().shape().to_vec();
    assert_eq!(shape("main.0.weight"), [32, 3, 4, 4]);
    assert_eq!(shape("main.8.weight"), [256, 128, 4, 4]);
    assert_eq!(shape("main.11.weight"), [1, 256, 4, 4]);
    assert_eq!(shape("main.9.bias"), [256]);
    assert_eq!(file.len(), 5 + 3 * 5);
}

/// Against the definition, float by float: torch's (c_in, c_out, ky, kx) is our (ky, kx, c_out, c_in).
#[test]
fn the_axes_are_torch_s() {
    let state = state();
    let bytes = export(&state, NetworkKind::Generator);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let (entry, ours) = state.generator.theta.iter().next().unwrap();
    let Window { kernel, .. } = Window { kernel: 4, stride: 1, pad: 0 };
    let (c_out, c_in) = (entry.spec.shape[2], entry.spec.shape[3]);
    let theirs = file.tensor(&entry.name).unwrap();
    for (i, bytes) in theirs.data().chunks_exact(4).enumerate() {
        let (kx, ky) = (i % kernel, i / kernel % kernel);
        let (o, c) = (i / 16 % c_out, i / 16 / c_out);
        let at = ((ky * kernel + kx) * c_out + o) * c_in + c;
        assert_eq!(f32::from_le_bytes(bytes.try_into().unwrap()), ours[at]);
    }
}

#[test]
fn what_is_exported_is_imported() {
    let state = state();
    let (g, d) =
        (export(&state, NetworkKind::Generator), export(&state, NetworkKind::Discriminator));
    let back = import(&g, Some(&d)).unwrap();
    assert!(back.generator == state.generator && back.discriminator == state.discriminator);
    assert_eq!(back.config, Config { batch_size: back.config.batch_size, ..state.config });
    assert_eq!(export(&back, NetworkKind::Generator), g);

    let alone = import(&g, None).unwrap();
    assert!(alone.generator == state.generator);
    assert_eq!(alone.config.ndf, alone.config.ngf);
}

/// A tensor to be changed: name, type, shape and data.
pub(crate) type Edited = (String, Dtype, Vec<usize>, Vec<u8>);

/// The file with its tensors changed.
pub(crate) fn edited(bytes: &[u8], edit: impl Fn(&mut Vec<Edited>)) -> Vec<u8> {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut tensors: Vec<_> = file
        .iter()
        .map(|(name, view)| {
            (name.to_owned(), view.dtype(), view.shape().to_vec(), view.data().to_vec())
        })
        .collect();
    edit(&mut tensors);
    let views = tensors.iter().map(|(name, dtype, shape, data)| {
        (name, safetensors::tensor::TensorView::new(*dtype, shape.clone(), data).unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}

#[test]
fn what_is_wrong_is_named() {
    let bytes = export(&state(), NetworkKind::Generator);
    let without = |name: &'static str| edited(&bytes, move |t| t.retain(|(own, ..)| own != name));
    for name in ["main.0.weight", "main.1.bias", "main.4.running_var", "main.7.num_batches_tracked"]
    {
        let error = import(&without(name), None).unwrap_err();
        let missing = matches!(&error, InteropError::Names { wanted, .. } if *wanted == [name]);
        assert!(missing, "{error}");
    }
    let more = edited(&bytes, |t| t.push(("fc.bias".into(), Dtype::F32, vec![1], vec![0; 4])));
    let error = import(&more, None).unwrap_err();
    let (wanted, found) = (vec![], vec!["fc.bias".to_owned()]);
    assert_eq!(error, InteropError::Names { wanted, found });

    let misshapen = edited(&bytes, |t| {
        let bias = t.iter_mut().find(|(name, ..)| name == "main.1.bias").unwrap();
        (bias.2, bias.3) = (vec![2], vec![0; 8]);
    });
    let error = import(&misshapen, None).unwrap_err();
    assert_eq!(error.to_string(), "the tensor `main.1.bias` has shape [2] instead of [16]");

    let whole = edited(&bytes, |t| {
        let bias = t.iter_mut().find(|(name, ..)| name == "main.1.bias").unwrap();
        bias.1 = Dtype::I32;
    });
    assert!(matches!(import(&whole, None), Err(InteropError::Type { .. })));

    assert!(matches!(import(b"not at all", None), Err(InteropError::Foreign(_))));
    let d = export(
        &State::new(Config { image_size: 16, ..state().config }).unwrap(),
        NetworkKind::Discriminator,
    );
    assert!(matches!(import(&bytes, Some(&d)), Err(InteropError::Mismatch(..))));
}
