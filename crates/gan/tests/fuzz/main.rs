//! Files of all kinds of damage: the readers of checkpoints and of weights refuse them with a reason, never panic,
//! and take no more memory than a multiple of the file. Alone in its process, since it counts what is allocated.

#[path = "../it/torch_writer.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod torch_writer;

use dcgan_gan::interop::{NetworkKind, export, import};
use dcgan_gan::{Config, State, checkpoint};
use dcgan_mutate::{Draws, most_of, mutated};

/// Inputs for each reader.
const INPUTS: u64 = 4000;

/// Memory that does not grow with the file: names, shapes, an error's text.
const FLAT: usize = 64 << 10;

fn state() -> State {
    let config =
        Config { image_size: 16, ngf: 2, ndf: 2, nz: 4, batch_size: 2, ..Config::default() };
    State::new(config).unwrap()
}

/// A damaged body under a header that says it is whole, so that the body's own reader sees it.
fn sealed(body: &[u8]) -> Vec<u8> {
    sealed_as(checkpoint::VERSION, body)
}

fn sealed_as(version: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = checkpoint::MAGIC.to_vec();
    bytes.extend(version.to_le_bytes());
    bytes.extend((body.len() as u64).to_le_bytes());
    bytes.extend(crc32fast::hash(body).to_le_bytes());
    bytes.extend(body);
    bytes
}

/// One test, since two at a time would count each other's memory.
#[test]
fn no_damage_panics_or_takes_memory() {
    checkpoints();
    bodies();
    bodies_that_claim_large_networks();
    tensors();
    tensors_that_claim_large_networks();
    files_of_torch_save();
    pickles();
    pickles_that_repeat_an_instruction();
}

fn checkpoints() {
    let whole = checkpoint::encode(&state()).unwrap();
    for i in 0..INPUTS {
        let bytes = mutated(&whole, &mut Draws::new(1, i));
        let (decoded, most) = most_of(|| checkpoint::decode(&bytes));
        assert!(most <= 8 * bytes.len() + FLAT, "input {i}: {most} of {}", bytes.len());
        assert!(decoded.is_err() || bytes == whole, "input {i} was taken");
    }
}

fn bodies() {
    let whole = checkpoint::encode(&state()).unwrap()[24..].to_vec();
    for i in 0..INPUTS {
        let bytes = sealed(&mutated(&whole, &mut Draws::new(2, i)));
        let (decoded, most) = most_of(|| checkpoint::decode(&bytes));
        assert!(most <= 8 * bytes.len() + FLAT, "input {i}: {most} of {}", bytes.len());
        match decoded {
            // Other weights are a state too; it must hold what was in the file.
            Ok(state) => {
                // Nothing that could not be written is read.
                assert!(checkpoint::encode(&state).unwrap() == bytes, "input {i}");
            }
            Err(error) => assert!(error.to_string().starts_with("not the state of a run: ")),
        }
    }
}

/// The lengths that decide about memory, one by one, under a checksum that matches: those in the index of
/// the present format, and those of the formats before.
fn bodies_that_claim_large_networks() {
    let refused = |version: u32, body: &[u8], why: &str| {
        let (decoded, most) = most_of(|| checkpoint::decode(&sealed_as(version, body)));
        let error = decoded.unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
        assert!(most <= 8 * body.len() + FLAT, "{most}");
    };
    let whole = checkpoint::encode(&state()).unwrap()[24..].to_vec();
    let place = |name: &str| {
        let name = name.as_bytes();
        whole.windows(name.len()).position(|at| at == name).unwrap() + name.len()
    };
    let weight = place("generator.main.0.weight");
    for claim in [u64::MAX, 1 << 40, 1 << 20] {
        for (at, why) in [
            (0, "its index claims"),
            // The number of values, the length of a name, the number of sizes, and a size.
            (8, "its index cannot be read"),
            (16, "its index cannot be read"),
            (weight, "its index cannot be read"),
            (weight + 8, "its arrays claim"),
        ] {
            let mut body = whole.clone();
            body[at..at + 8].copy_from_slice(&claim.to_le_bytes());
            refused(checkpoint::VERSION, &body, why);
        }
    }
    // A configuration of 200 million weights.
    let mut body = whole.clone();
    let ngf = place("config.ngf") + 4;
    body[ngf..ngf + 8].copy_from_slice(&2000u64.to_le_bytes());
    refused(checkpoint::VERSION, &body, "`generator.main.0.weight` has shape");

    let old = &include_bytes!("../golden/checkpoint_v2.ckpt")[24..];
    let state = checkpoint::decode(include_bytes!("../golden/checkpoint_v2.ckpt")).unwrap();
    let (theta, buffers) = (state.generator.theta.len(), state.generator.buffers.len());
    let lengths = [92, 92 + 8 + 4 * theta, 92 + 8 + 4 * theta + 8 + 4 * buffers + 16];
    for at in lengths {
        for claim in [u64::MAX, 1 << 40, 1 << 20] {
            let mut body = old.to_vec();
            body[at..at + 8].copy_from_slice(&claim.to_le_bytes());
            refused(2, &body, &format!("{claim} floats at byte {}", at + 24));
        }
    }
    let mut body = old.to_vec();
    body[24..32].copy_from_slice(&2000u64.to_le_bytes());
    refused(2, &body, "generator's theta has");
}

fn tensors() {
    let [g, d] =
        [NetworkKind::Generator, NetworkKind::Discriminator].map(|net| export(&state(), net));
    for i in 0..INPUTS {
        let draws = &mut Draws::new(3, i);
        // Each second one in the header, where all the lengths are.
        let header = 8 + u64::from_le_bytes(g[..8].try_into().unwrap()) as usize;
        let bytes = if i % 2 == 0 {
            mutated(&g, draws)
        } else {
            [&mutated(&g[..header], draws), &g[header..]].concat()
        };
        let (imported, most) = most_of(|| import(&bytes, Some(&d)));
        assert!(most <= 32 * (bytes.len() + d.len()) + FLAT, "input {i}: {most}");
        if let Err(error) = imported {
            assert!(!error.to_string().contains('\n'), "input {i}: {error}");
        }
    }
}

/// A first tensor as wide as networks can be, and nothing behind it.
fn tensors_that_claim_large_networks() {
    let header = br#"{"main.0.weight":{"dtype":"F32","shape":[1,4096,4,4],"data_offsets":[0,262144]},"main.3.weight":{"dtype":"F32","shape":[0,0,4,4],"data_offsets":[262144,262144]},"main.6.weight":{"dtype":"F32","shape":[0,3,4,4],"data_offsets":[262144,262144]}}"#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header);
    bytes.resize(bytes.len() + 262_144, 0);
    let (imported, most) = most_of(|| import(&bytes, None));
    assert!(imported.unwrap_err().to_string().contains("main."));
    assert!(most <= 2 * bytes.len() + FLAT, "{most}");
}

/// Memory for each byte of a pickle: an instruction of one byte can make a list, which is a place of its own.
const PER_BYTE: usize = 256;

fn files_of_torch_save() {
    let files = [
        &include_bytes!("../weights/netG_epoch_24.pth")[..],
        include_bytes!("../weights/run.pth"),
        include_bytes!("../weights/whole_module.pth"),
        include_bytes!("../weights/types.pth"),
        include_bytes!("../weights/old_whole_module.pth"),
        include_bytes!("../weights/old_views.pth"),
    ];
    for i in 0..INPUTS {
        let whole = files[i as usize % files.len()];
        let bytes = mutated(whole, &mut Draws::new(4, i));
        is_refused_or_read(&bytes, &format!("input {i}"));
    }
}

fn is_refused_or_read(bytes: &[u8], input: &str) {
    let (imported, most) = most_of(|| import(bytes, Some(bytes)).or_else(|_| import(bytes, None)));
    assert!(most <= PER_BYTE * bytes.len() + FLAT, "{input}: {most} of {}", bytes.len());
    match imported {
        // What is taken can be saved.
        Ok(state) => drop(checkpoint::encode(&state).unwrap()),
        Err(error) => assert!(!error.to_string().contains('\n'), "{input}: {error}"),
    }
}

/// Damaged descriptions in containers that say they are whole.
fn pickles() {
    let tensors = torch_writer::written(&export(&state(), NetworkKind::Generator));
    let whole = torch_writer::state_dict(&tensors);
    let storages: Vec<&[u8]> = tensors.iter().map(|tensor| &*tensor.data).collect();
    for i in 0..INPUTS {
        let pickle = mutated(&whole, &mut Draws::new(5, i));
        is_refused_or_read(&torch_writer::zip(&pickle, &storages), &format!("pickle {i}"));
        is_refused_or_read(&torch_writer::stream(&pickle, &tensors), &format!("old pickle {i}"));
    }
}

/// Every instruction as often as fits, with what it needs.
fn pickles_that_repeat_an_instruction() {
    for instruction in 0..=u8::MAX {
        for start in [&b"\x80\x02"[..], b"\x80\x02]q\0(", b"\x80\x02N}q\0(", b"\x80\x02NN"] {
            for rest in [&b""[..], b"\0", b"\0q\x01", b"NN"] {
                let repeated = [&[instruction][..], rest].concat().repeat(20_000);
                let pickle = [start, &repeated, b"."].concat();
                let zip = torch_writer::zip(&pickle, &[]);
                is_refused_or_read(&zip, &format!("{instruction:#04x} after {start:?}"));
            }
        }
    }
}
