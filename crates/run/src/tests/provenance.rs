use std::io::Cursor;

use dcgan_data::own_files::is_own_image;
use dcgan_gan::latent::{from_seed, slerp};
use dcgan_gan::{Config, State};
use dcgan_mutate::{Draws, mutated};

use crate::Program;
use crate::canvas::Canvas;
use crate::provenance::{Contents, Illustration, Maker, Mix, Provenance, Tiles};

const PROGRAM: Program = Program { name: "dcgan", version: "1.0" };

const NZ: usize = 5;

/// Damaged files that are tried.
const INPUTS: u64 = 3000;

fn maker() -> Maker {
    let config = Config { image_size: 16, ngf: 1, ndf: 1, nz: NZ, ..Config::default() };
    Maker::new(&State::new(config).unwrap().as_trained(), 0)
}

/// One of each kind: 4 seeds, 6 blends and 3 rows, in rows of 4.
fn made() -> Provenance {
    let rows: Vec<f32> = (0..15).map(|i| i as f32 / 7.0).collect();
    let seeds = Tiles::from_seeds(&[7, 3, 4, 5]);
    let rest = [Tiles::from_blends(&[2, 9, 2], 3), vec![Tiles::from_rows(10, &rows, NZ)]].concat();
    maker().grid(4, [seeds, rest].concat())
}

/// What only the second format has.
fn mixed() -> Provenance {
    let mix = "(3,4) - 8 + 15".parse::<Mix>().unwrap();
    maker().grid(4, mix.with_operands()).truncated(0.5).enlarged(3)
}

fn png(made: &Provenance) -> Vec<u8> {
    made.png(&Canvas::from_bytes(8, 1, &[9; 64]), PROGRAM).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let (read, software) = Provenance::read(&png(&made())).unwrap();
    assert_eq!(read, made());
    assert!(software == "dcgan 1.0");
    assert_eq!((read.count(), read.rows(), read.columns), (13, 4, 4));
}

#[test]
fn a_latent_that_is_not_finite_is_refused() {
    let tiles = Tiles::from_rows(0, &[0.0, f32::NAN, 0.0, 0.0, 0.0], NZ);
    let error = maker().grid(1, vec![tiles]).latents(NZ).unwrap_err().to_string();
    assert!(error.contains("number 1 of its latents is not finite"), "{error}");
}

#[test]
fn every_image_is_recognised_as_this_programs() {
    let other = Program { name: "another", version: "1.0" };
    let canvas = Canvas::from_bytes(8, 1, &[9; 64]);
    let generated = made().png(&canvas, other).unwrap();
    assert!(is_own_image(Cursor::new(generated)));
    for illustration in [Illustration::Losses, Illustration::Reals, Illustration::Neighbours] {
        let bytes = illustration.png(&canvas, other).unwrap();
        let read = (Contents::Illustration(illustration), "another 1.0".to_owned());
        assert_eq!(Contents::read(&bytes).unwrap(), read);
        let refused = Provenance::read(&bytes).unwrap_err().report();
        assert!(refused.contains("no model generated it"), "{refused}");
        assert!(is_own_image(Cursor::new(bytes)));
    }
}

#[test]
fn each_latent_is_found_at_its_place() {
    let rows: Vec<f32> = (0..15).map(|i| i as f32 / 7.0).collect();
    let seeds = [7, 3, 4, 5].map(|seed| from_seed(seed, NZ));
    let blend = |from, to, t| slerp(&from_seed(from, NZ), &from_seed(to, NZ), t);
    let blends = [(2, 9), (9, 2)].map(|(from, to)| [0.0, 0.5, 1.0].map(|t| blend(from, to, t)));
    let rows = rows.chunks_exact(NZ).map(<[f32]>::to_vec);
    let expected: Vec<Vec<f32>> =
        seeds.into_iter().chain(blends.into_iter().flatten()).chain(rows).collect();
    assert_eq!(made().latents(NZ).unwrap(), expected.concat());
    for (i, latent) in expected.iter().enumerate() {
        let only = made().only(i as u64).unwrap();
        assert_eq!((only.count(), only.columns, only.padding), (1, 1, 0));
        assert_eq!(only.latents(NZ).unwrap(), *latent, "{i}");
    }
    assert_eq!(made().only(13), None);
    assert!(made().latents(NZ + 1).unwrap_err().to_string().contains("5 numbers"));
}

#[test]
fn neighbouring_seeds_are_one_run() {
    let run = |first, last| Tiles::Seeds { first, last };
    assert_eq!(
        Tiles::from_seeds(&[0, 1, 2, 2, 9, 8]),
        [run(0, 2), run(2, 2), run(9, 9), run(8, 8)]
    );
    assert_eq!(Tiles::from_seeds(&[u64::MAX, 0]), [run(u64::MAX, u64::MAX), run(0, 0)]);
}

/// Whatever a file claims: no panic, no memory for what it claims, and a reason in one line.
#[test]
fn texts_that_make_no_sense_are_refused() {
    let text = made().texts(PROGRAM).unwrap()[1].1.clone();
    let png = |text: &str| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 8, 8);
        encoder.add_text_chunk("dcgan".to_owned(), text.to_owned()).unwrap();
        encoder.write_header().unwrap().write_image_data(&[0; 64]).unwrap();
        bytes
    };
    assert_eq!(Provenance::read(&png(&text)).unwrap().0, made());
    for (from, to, why) in [
        ("\"columns\":4", "\"columns\":0", "rows of 0"),
        ("\"columns\":4", "\"columns\":14", "rows of 14"),
        ("\"padding\":2", "\"padding\":0", "0 pixels apart"),
        ("\"padding\":2", "\"padding\":3", "3 pixels apart"),
        ("\"first\":3,\"last\":5", "\"first\":5,\"last\":3", "from 5 to 3"),
        ("\"first\":3,\"last\":5", "\"first\":3,\"last\":90", "98 images in 64 pixels"),
        (
            "\"first\":3,\"last\":5",
            "\"first\":0,\"last\":18446744073709551615",
            "images in 64 pixels",
        ),
        ("\"frames\":3", "\"frames\":2", "frame 2 of 2"),
        (
            "\"frames\":3,\"first\":0,\"last\":2",
            "\"frames\":1,\"first\":0,\"last\":0",
            "frame 0 of 1",
        ),
        ("\"nz\":5", "\"nz\":4", "15 floats for 3 latents of 4"),
        ("\"nz\":5", "\"nz\":0", "15 floats for 3 latents of 0"),
        ("\"last\":12", "\"last\":13", "15 floats for 4 latents of 5"),
        ("\"floats\":\"", "\"floats\":\"!", "its latents: "),
        ("\"model\":\"", "\"model\":\"0", "is not a fingerprint"),
        ("\"tiles\"", "\"tile\"", "tiles"),
        ("\"format\":1,", "", "format"),
    ] {
        assert!(text.contains(from), "{from} is not in {text}");
        let message = Provenance::read(&png(&text.replace(from, to))).unwrap_err().report();
        assert!(
            message.contains("metadata is invalid") && message.contains(why),
            "{to}: {message}"
        );
    }
}

#[test]
fn a_mix_is_read_and_each_of_its_images_alone() {
    let (read, _) = Provenance::read(&png(&mixed())).unwrap();
    assert_eq!((&read, read.truncation(), read.scale()), (&mixed(), 0.5, 3));
    let z = |seed| from_seed(seed, NZ);
    let mean: Vec<f64> = (0..NZ).map(|i| (f64::from(z(3)[i]) + f64::from(z(4)[i])) / 2.0).collect();
    let sum = (0..NZ).map(|i| mean[i] - f64::from(z(8)[i]) + f64::from(z(15)[i]));
    let wide = |z: Vec<f32>| z.into_iter().map(f64::from).collect::<Vec<_>>();
    let expected = [mean.clone(), wide(z(8)), wide(z(15)), sum.collect()];
    for (i, expected) in expected.iter().enumerate() {
        let only = read.only(i as u64).unwrap();
        assert_eq!((only.truncation(), only.scale()), (0.5, 3));
        let found = only.latents(NZ).unwrap();
        let is_near = |(found, z): (&f32, &f64)| (f64::from(*found) - z / 2.0).abs() < 1e-6;
        assert!(found.iter().zip(expected).all(is_near), "{i}: {found:?}");
    }
    // Older versions read what they could have made.
    for (made, format) in [(made().truncated(1.0).enlarged(1), 1), (mixed(), 2)] {
        let text = made.texts(PROGRAM).unwrap()[1].1.clone();
        assert!(text.starts_with(&format!("{{\"format\":{format},")), "{text}");
    }
    for (from, to, why) in [
        ("0.5", "0.0", "multiplied by 0"),
        ("0.5", "1.5", "multiplied by 1.5"),
        ("\"scale\":3", "\"scale\":0", "enlarged 0 times"),
        ("\"scale\":3", "\"scale\":33", "enlarged 33 times"),
        ("- 8 + 15", "8 + 15", "there is no + or - before"),
    ] {
        let text = mixed().texts(PROGRAM).unwrap()[1].1.replace(from, to);
        let read: Result<Provenance, String> = serde_json::from_str(&text)
            .map_err(|error| error.to_string())
            .and_then(|made: Provenance| made.check(1000).map(|()| made));
        let message = read.unwrap_err();
        assert!(message.contains(why), "{to}: {message}");
    }
}

#[test]
fn an_expression_is_written_as_it_is_read() {
    for (text, written) in [
        ("3-8+15", "3 - 8 + 15"),
        (" ( 3 , 4-6 )−8", "(3,4,5,6) - 8"),
        ("- 3 + 8", "-3 + 8"),
        ("+7", "7"),
        ("18446744073709551615", "18446744073709551615"),
    ] {
        let mix: Mix = text.parse().unwrap();
        assert_eq!(mix.to_string(), written);
        assert_eq!(written.parse(), Ok(mix));
    }
    assert_eq!("7".parse::<Mix>().unwrap().latent(NZ), from_seed(7, NZ));
}

#[test]
fn no_damaged_image_panics() {
    let whole = [png(&made()), png(&mixed())];
    let mut refused = 0;
    for i in 0..INPUTS {
        let bytes = mutated(&whole[i as usize % 2], &mut Draws::new(6, i));
        match Provenance::read(&bytes) {
            Err(error) => {
                refused += 1;
                assert!(!error.report().contains('\n'), "input {i}: {}", error.report());
            }
            Ok((read, _)) => {
                // What is read can be used.
                read.tiles.iter().for_each(|tiles| drop(tiles.describe()));
                read.latents(NZ).ok();
            }
        }
    }
    assert!(refused > INPUTS / 4, "only {refused} were damaged");
}
