//! A generator from everything that a model can be, and what is said of everything else.

use std::error::Error;
use std::fs;
use std::path::Path;

use dcgan_gan::interop;
use dcgan_gan::{Generator, State, checkpoint, latent};
use dcgan_model::{CHECKPOINTS, Config, LoadError, Reason, SavedName, load};
use tempfile::TempDir;

#[path = "../examples/generate.rs"]
#[expect(dead_code, reason = "the example's main is not called")]
mod generate;

fn state(seed: u64) -> State {
    let small = Config { image_size: 16, nz: 5, ngf: 4, ndf: 4, seed, ..Config::default() };
    State::new(small).expect("a valid config")
}

fn images(mut generator: Generator) -> Vec<u8> {
    generator.generate_bytes(&latent::from_seeds(0..3, 5)).into_raw_vec_and_offset().0
}

fn save(run: &Path, step: u64, bytes: &[u8]) {
    let path = SavedName { rollbacks: 0, step, reason: Reason::Due }.path(run);
    fs::create_dir_all(run.join(CHECKPOINTS)).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_run_folder_gives_its_newest_valid_checkpoint() {
    let run = TempDir::new().unwrap();
    save(run.path(), 9, &checkpoint::encode(&state(1)).unwrap());
    save(run.path(), 10, &checkpoint::encode(&state(2)).unwrap());
    assert_eq!(images(load(run.path()).unwrap()), images(Generator::new(&state(2))));
    save(run.path(), 11, b"damaged");
    assert_eq!(images(load(run.path()).unwrap()), images(Generator::new(&state(2))));
}

#[test]
fn a_checkpoint_and_a_safetensors_file_give_the_same_generator_under_any_name() {
    let folder = TempDir::new().unwrap();
    let (ckpt, exported) = (folder.path().join("m.safetensors"), folder.path().join("g.ckpt"));
    fs::write(&ckpt, checkpoint::encode(&state(1)).unwrap()).unwrap();
    fs::write(&exported, interop::export_generator(&state(1).shown())).unwrap();
    let expected = images(Generator::new(&state(1)));
    assert_eq!(images(load(&ckpt).unwrap()), expected);
    assert_eq!(images(load(&exported).unwrap()), expected);
}

#[test]
fn a_file_of_torch_save_is_a_model() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../gan/tests/weights");
    let generator = load(folder.join("netG_epoch_24.pth")).unwrap();
    assert_eq!((generator.config().nz, generator.config().image_size), (3, 16));
    let old = load(folder.join("old.pth")).unwrap();
    let z = latent::from_seeds(0..3, 3);
    let [a, b] = [generator, old].map(|mut generator| generator.generate(&z));
    assert_eq!(a, b);
    let error = load(folder.join("netD_epoch_24.pth")).err().expect("a discriminator");
    assert!(error.source().unwrap().to_string().contains("a generator is wanted"), "{error}");
}

#[test]
fn what_is_not_a_model_is_named_with_the_reason() {
    let folder = TempDir::new().unwrap();
    let refused = |path: &Path| load(path).err().expect("not a model");

    let missing = refused(&folder.path().join("none.ckpt"));
    assert!(matches!(&missing, LoadError::Unreadable { path, .. } if path.ends_with("none.ckpt")));
    let empty = refused(folder.path());
    assert!(matches!(&empty, LoadError::NoCheckpoint { path } if path.ends_with(CHECKPOINTS)));
    for name in ["text.ckpt", "text.safetensors"] {
        let path = folder.path().join(name);
        fs::write(&path, "not a model").unwrap();
        let error = refused(&path);
        assert!(error.to_string().ends_with(name), "{error}");
        assert!(error.source().is_some());
    }
    save(folder.path(), 1, b"older");
    save(folder.path(), 2, b"newer");
    assert!(refused(folder.path()).to_string().contains("step_00000002"));
}

#[test]
fn the_example_writes_the_image_of_a_seed() {
    let folder = TempDir::new().unwrap();
    let (model, out) = (folder.path().join("m.ckpt"), folder.path().join("image.ppm"));
    fs::write(&model, checkpoint::encode(&state(1)).unwrap()).unwrap();
    generate::write(model.to_str().unwrap(), 2, out.to_str().unwrap()).unwrap();
    let written = fs::read(out).unwrap();
    let expected = images(Generator::new(&state(1)));
    assert_eq!(written, [b"P6 16 16 255\n".as_slice(), &expected[2 * 768..]].concat());
}
