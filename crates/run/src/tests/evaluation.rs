use std::error::Error;

use dcgan_data::{Shape, Source};
use dcgan_quality::Features;

use crate::evaluation::{
    FeatureExtractor, FeatureSets, FeatureSpace, Figure, Measured, Pairs, Reals, feature_figures,
    image_figures,
};
use crate::journal::{Evaluation, Evaluations};

const SHAPE: Shape = Shape { side: 16, channels: 3 };

fn cats(count: usize, wanted: usize) -> Reals {
    Reals::read(&Source::Synthetic { count, seed: 1 }, SHAPE, wanted, &|_, _| ()).unwrap()
}

/// The mean of each channel.
struct Means;

impl FeatureExtractor for Means {
    fn name(&self) -> String {
        "mean colours".to_owned()
    }

    fn features(
        &self,
        images: &[u8],
        shape: Shape,
    ) -> Result<(Vec<f32>, usize), Box<dyn Error + Send + Sync>> {
        let mean = |image: &[u8], c| {
            let levels = image.iter().skip(c).step_by(3).map(|&level| f32::from(level));
            levels.sum::<f32>() / 256.0
        };
        let of_image = |image| (0..3).map(move |c| mean(image, c));
        Ok((images.chunks_exact(shape.len()).flat_map(of_image).collect(), 3))
    }
}

/// Fails, or returns what is not features.
struct Broken(Option<f32>);

impl FeatureExtractor for Broken {
    fn name(&self) -> String {
        "broken.onnx".to_owned()
    }

    fn features(
        &self,
        _: &[u8],
        _: Shape,
    ) -> Result<(Vec<f32>, usize), Box<dyn Error + Send + Sync>> {
        self.0.map(|v| (vec![v; 4], 2)).ok_or_else(|| "no such layer".into())
    }
}

#[test]
fn real_images_are_evenly_spaced_and_an_even_number() {
    let some = cats(21, 8);
    let indices: Vec<usize> = (0..some.len()).map(|i| some.origin(i).0).collect();
    assert_eq!(indices, [0, 2, 5, 7, 10, 13, 15, 18]);
    assert_eq!((some.half(), some.total()), (4, 21));
    let all = cats(21, 1000);
    assert_eq!((all.len(), all.half()), (20, 10));
    let image = |reals: &Reals, i: usize| reals.bytes()[i * SHAPE.len()..][..SHAPE.len()].to_vec();
    assert_eq!(image(&some, 3), image(&all, 7));
    assert_eq!(some.bytes().len(), 8 * SHAPE.len());
}

#[test]
fn features_come_from_any_extractor() {
    let reals = cats(24, 24);
    let generated = vec![128; 12 * SHAPE.len()];
    let of = |extractor: &dyn FeatureExtractor| {
        FeatureSets::of(&FeatureSpace::Extractor(extractor), SHAPE, reals.bytes(), &generated)
    };
    let sets = of(&Means).unwrap();
    assert_eq!((sets.space.as_str(), sets.reals.dim(), sets.images()), ("mean colours", 3, 12));
    let figures = feature_figures(&sets, 5);
    let frechet = figures.iter().find(|figure| figure.name == "frechet").unwrap();
    let found = frechet.found.clone().unwrap();
    // The same grey twelve times.
    assert!(found.value > 5.0 * found.floor && found.floor > 0.0, "{found:?}");
    for (broken, why) in [
        (Broken(None), "cannot compute the features of broken.onnx: no such layer"),
        (Broken(Some(f32::NAN)), "what broken.onnx makes of the images contains NaN"),
    ] {
        let error = of(&broken).unwrap_err().report();
        assert!(error.contains(why), "{error}");
    }
}

/// A set that is compared with its own reference is as near as can be, and one with the other half is at the floor.
#[test]
fn the_floor_compares_the_two_halves() {
    let reals = cats(80, 80);
    let half = |odd: usize| -> Vec<u8> {
        let images = reals.bytes().chunks_exact(SHAPE.len()).skip(odd).step_by(2);
        images.flatten().copied().collect()
    };
    let figures = |generated: &[u8]| {
        let space = FeatureSpace::PrincipalComponents;
        let sets = FeatureSets::of(&space, SHAPE, reals.bytes(), generated).unwrap();
        let mut all = image_figures(SHAPE, reals.bytes(), generated);
        all.extend(feature_figures(&sets, 5));
        all.into_iter().map(|figure| (figure.name, figure.found.unwrap())).collect::<Vec<_>>()
    };
    let same = figures(&half(0));
    let find = |name: &str| same.iter().find(|(own, _)| own == name).unwrap().1;
    for name in ["colour_error", "swd_16", "frechet", "nearest", "nearest_least"] {
        assert!(find(name).value < 1e-9 && find(name).floor > 0.0, "{name}: {:?}", find(name));
    }
    assert_eq!((find("contrast_ratio").value, find("coverage").value), (1.0, 1.0));
    // The random pairs and subsets are others than those of the floor.
    let drawn = ["ms_ssim", "kernel", "nearest", "nearest_least"];
    for (name, found) in figures(&half(1)) {
        if !drawn.contains(&name.as_str()) {
            assert_eq!(found.value, found.floor, "{name}");
        }
    }
}

/// Nothing but the reference decides the space.
#[test]
fn the_components_are_those_of_the_reference() {
    let reals = cats(80, 80);
    let space = FeatureSpace::PrincipalComponents;
    let sets = FeatureSets::of(&space, SHAPE, reals.bytes(), &reals.bytes()[..40 * SHAPE.len()]);
    let sets = sets.unwrap();
    // Four images for each of ten components.
    assert_eq!(sets.reals.dim(), 10);
    let mean = |odd: usize| {
        let rows = (0..40).map(|i| f64::from(sets.reals.row(2 * i + odd)[0]));
        rows.sum::<f64>().abs() / 40.0
    };
    assert!(mean(0) < 1e-5 && mean(1) > 1e-3, "{} {}", mean(0), mean(1));
}

#[test]
fn no_pair_is_shown_twice() {
    let rows = |n: usize, shift: f32| {
        Features::new((0..n).map(|i| (i * i) as f32 + shift).collect(), 1).unwrap()
    };
    let sets = FeatureSets::given("x".to_owned(), rows(100, 0.0), rows(9, 0.25)).unwrap();
    let Pairs { farthest, nearest } = Pairs::of(&sets);
    assert_eq!((farthest.len(), nearest.len()), (4, 4));
    assert!(nearest.iter().all(|near| farthest.iter().all(|far| far.generated != near.generated)));
    assert!(nearest.is_sorted_by_key(|pair| pair.distance));
    assert!(nearest.iter().all(|pair| pair.real == pair.generated));
}

/// An evaluation after this many steps.
fn evaluation(step: u64) -> Evaluation {
    let figure = |name: &str, found| Figure {
        name: name.to_owned(),
        title: String::new(),
        meaning: "",
        images: 9,
        found,
    };
    let measured = |value| Measured { value, floor: 0.1, std: Some([0.2, 0.3]) };
    let figures = vec![
        figure("frechet", Ok(measured(1.0 / step as f64))),
        figure("coverage", Err("it needs more images".to_owned())),
        figure("kernel", Ok(measured(f64::NAN))),
    ];
    Evaluation::new(step, step as f64 / 47.0, 9, figures)
}

#[test]
fn evaluations_are_cut_back_to_a_checkpoint_or_a_rollback() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("evaluations.jsonl");
    let mut evaluations = Evaluations::up_to(path.clone(), 0).unwrap();
    assert!(!path.exists());
    [10, 20, 30].into_iter().for_each(|step| evaluations.push(evaluation(step)).unwrap());
    let written = std::fs::read_to_string(&path).unwrap();
    let line = r#"{"step":10,"epoch":0.2127659574468085,"images":9,"figures":{"frechet":{"value":0.1,"floor":0.1,"std":[0.2,0.3]}}}"#;
    assert_eq!(written.lines().next(), Some(line), "what is no number is left out");
    evaluations.rewind(20).unwrap();
    assert_eq!(evaluations.lines(), [evaluation(10), evaluation(20)]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), written[..2 * line.len() + 2]);
    let evaluations = Evaluations::up_to(path, 15).unwrap();
    assert_eq!(evaluations.lines(), [evaluation(10)]);
}
