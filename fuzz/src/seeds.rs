//! Writes valid inputs for every target into `corpus`, as the seeds of the fuzzer.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use dcgan_data::CacheWriter;
use dcgan_fuzz::{SHAPE, SOURCE};
use dcgan_gan::gen_file::{self, Precision};
use dcgan_gan::interop::{NetworkKind, export};
use dcgan_gan::{Config, State, checkpoint};
use ndarray::{Array3, Array4};
use ndarray_npy::WriteNpyExt;

fn main() {
    let config =
        Config { image_size: 16, ngf: 1, ndf: 1, nz: 1, batch_size: 2, ..Config::default() };
    let text = toml::to_string(&config).expect("a configuration");
    let state = State::new(config).expect("small networks");
    put("checkpoint", "state", &checkpoint::encode(&state).expect("finite values"));
    put("safetensors", "generator", &export(&state, NetworkKind::Generator));
    put("safetensors", "discriminator", &export(&state, NetworkKind::Discriminator));
    for (name, precision) in [("single", Precision::F32), ("half", Precision::F16)] {
        let file = gen_file::encode(&state.as_trained(), 0, precision);
        put("gen", name, &file.expect("small weights"));
    }
    for (name, file) in [
        ("state_dict", &include_bytes!("../../crates/gan/tests/weights/netG_epoch_24.pth")[..]),
        ("run", include_bytes!("../../crates/gan/tests/weights/run.pth")),
        ("whole_module", include_bytes!("../../crates/gan/tests/weights/whole_module.pth")),
        ("old_whole_module", include_bytes!("../../crates/gan/tests/weights/old_whole_module.pth")),
        ("old_views", include_bytes!("../../crates/gan/tests/weights/old_views.pth")),
    ] {
        put("torch", name, file);
    }
    put("config", "networks", text.as_bytes());
    put("config", "run", include_bytes!("config.toml"));
    put("npy", "bytes", &npy(Array4::from_elem((2, 4, 4, 3), 7u8)));
    put("npy", "floats", &npy(Array4::from_elem((2, 1, 4, 4), 0.5f32)));
    put("npy", "doubles", &npy(Array3::from_elem((2, 4, 4), -0.5f64)));
    let header = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 4];
    put("idx", "bytes", &[&header[..], &[7; 32]].concat());
    let mut cache =
        CacheWriter::new(Cursor::new(Vec::new()), SHAPE, SOURCE).expect("room in memory");
    cache.write(&[7; 96]).expect("room in memory");
    put("cache", "images", &cache.finish("a note").expect("room in memory").into_inner());
    let image = include_bytes!("../../crates/data/tests/matrix/files/png/grey-8.png");
    let files = [("a/1.png", &image[..]), ("notes.txt", b"notes")];
    put("archive", "zip", &zip(&files));
    put("archive", "tar", &tar(&files));
    put("archive", "nested", &zip(&[("in.zip", &zip(&files)), ("in.tar", &tar(&files))]));
    let matrix = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/data/tests/matrix/files");
    for folder in fs::read_dir(matrix).expect("the matrix").flatten() {
        for file in fs::read_dir(folder.path()).expect("a format").flatten() {
            let name = file.file_name();
            put("image", &name.to_string_lossy(), &fs::read(file.path()).expect("a file"));
        }
    }
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = rawzip::ZipArchiveWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let (mut entry, config) = zip.new_file(*name).start().expect("room in memory");
        let mut writer = config.wrap(&mut entry);
        writer.write_all(bytes).expect("room in memory");
        let (_, written) = writer.finish().expect("room in memory");
        entry.finish(written).expect("room in memory");
    }
    zip.finish().expect("room in memory").into_inner()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, name, *bytes).expect("room in memory");
    }
    tar.into_inner().expect("room in memory")
}

fn npy(array: impl WriteNpyExt) -> Vec<u8> {
    let mut bytes = Vec::new();
    array.write_npy(&mut bytes).expect("room in memory");
    bytes
}

fn put(target: &str, name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder).expect("a folder for the inputs");
    fs::write(folder.join(name), bytes).expect("room for an input");
}
