//! Every kind of image file that is read gives the pixels that are in it, and every other kind is
//! skipped with the reason. `make.py` makes the files, and says where the pixels and tolerances come
//! from.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use dcgan_data::{DataError, Shape, Source, load, survey};
use flate2::read::GzDecoder;

/// The path of a file of the matrix.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix").join(name)
}

/// The cases of make.py: a file, the name of its pixels or `skipped`, and two numbers or a reason.
fn cases() -> Vec<[String; 4]> {
    let text = fs::read_to_string(path("cases.tsv")).unwrap();
    let cases = text.lines().map(|line| {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        fields.try_into().unwrap()
    });
    cases.collect()
}

/// The side and the RGB bytes of a square picture.
fn expected(name: &str) -> (usize, Vec<u8>) {
    let file = fs::File::open(path(&format!("expected/{name}.ppm.gz"))).unwrap();
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    let header = bytes.iter().position(|&byte| byte == b'\n').unwrap();
    let text = std::str::from_utf8(&bytes[..header]).unwrap();
    let side = text.split(' ').nth(1).unwrap().parse().unwrap();
    (side, bytes[header + 1..].to_vec())
}

/// The pixels of a file as training sees them.
fn read(name: &str, side: usize, channels: usize) -> Result<Vec<u8>, DataError> {
    let source = Source::at(&path(&format!("files/{name}")))?;
    let (images, _) = load(&source, Shape { side, channels }, &|_, _| ())?;
    Ok(images.as_bytes().to_vec())
}

/// What differs by more than the tolerances.
fn difference(found: &[u8], wanted: &[u8], mean: f64, most: u8) -> Option<String> {
    let each = || found.iter().zip(wanted).map(|(a, b)| a.abs_diff(*b));
    let (sum, max) = (each().map(f64::from).sum::<f64>(), each().max().unwrap_or(0));
    let average = sum / wanted.len() as f64;
    let wrong = found.len() != wanted.len() || average > mean || max > most;
    wrong.then(|| format!("differs by {average:.2} on average and {max} at most"))
}

#[test]
fn every_kind_of_file_is_read_right_or_skipped_by_name() {
    let (mut wrong, mut read_right) = (Vec::new(), 0);
    for [name, pixels, mean, most] in cases() {
        if pixels == "skipped" {
            match read(&name, 16, 3) {
                Ok(_) => wrong.push(format!("{name} is read")),
                Err(error) if !error.to_string().contains(&mean) => {
                    wrong.push(format!("{name}: {error}"));
                }
                Err(_) => {}
            }
            continue;
        }
        let (side, wanted) = expected(&pixels);
        let problem = match read(&name, side, 3) {
            Ok(found) => difference(&found, &wanted, mean.parse().unwrap(), most.parse().unwrap()),
            Err(error) => Some(error.to_string()),
        };
        read_right += usize::from(problem.is_none());
        wrong.extend(problem.map(|problem| format!("{name} {problem}")));
    }
    assert!(wrong.is_empty(), "{} of the matrix:\n{}", wrong.len(), wrong.join("\n"));
    assert!(read_right > 200, "only {read_right} files");
}

/// The survey decides on one channel or three.
#[test]
fn the_header_tells_grey_from_colour_as_the_pixels_do() {
    let mut wrong = Vec::new();
    for [name, pixels, ..] in cases().into_iter().filter(|case| case[1] != "skipped") {
        let (_, wanted) = expected(&pixels);
        let grey = wanted.chunks_exact(3).all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
        let survey = survey(&Source::at(&path(&format!("files/{name}"))).unwrap()).unwrap();
        // A palette is taken for colours, whatever they are.
        if survey.channels == 1 && !grey {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
