use dcgan_random::{Purpose, Stream, fill_normal, stream};
use ndarray::Array3;
use proptest::prelude::*;

use super::*;

/// Rounding, beside images of values around 1.
const TOLERANCE: f64 = 2e-6;

fn draws(seed: u64) -> Stream {
    stream(seed, Purpose::Augment, 0)
}

fn normals(seed: u64, dims: (usize, usize, usize)) -> Array3<f32> {
    let mut image = Array3::zeros(dims);
    let mut noise = stream(seed, Purpose::Noise, 0);
    fill_normal(&mut noise, image.as_slice_mut().unwrap());
    image
}

fn applied(augmentation: &Augmentation, image: &Array3<f32>) -> Array3<f32> {
    let mut image = image.clone();
    augmentation.apply(image.view_mut());
    image
}

fn dot(a: &Array3<f32>, b: &Array3<f32>) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}

/// One change after the other, pixel by pixel.
fn naive(augmentation: &Augmentation, image: &Array3<f32>) -> Array3<f64> {
    let mut x = image.mapv(f64::from);
    let (height, width, _) = x.dim();
    if let Some(Colour { brightness, saturation, contrast }) = augmentation.colour {
        let [b, s, c] = [brightness, saturation, contrast].map(f64::from);
        x += b;
        for mut pixel in x.rows_mut() {
            let mean = pixel.mean().unwrap();
            pixel.mapv_inplace(|x| (x - mean) * s + mean);
        }
        let mean = x.mean().unwrap();
        x.mapv_inplace(|x| (x - mean) * c + mean);
    }
    if let Some(Translation { shift: [rows, columns] }) = augmentation.translation {
        let from = x.clone();
        for ((i, j, c), x) in x.indexed_iter_mut() {
            let (i, j) = (i as isize - rows, j as isize - columns);
            // A negative index becomes one that is too large.
            *x = from.get((i as usize, j as usize, c)).copied().unwrap_or(0.0);
        }
    }
    if let Some(Cutout { centre: [row, column] }) = augmentation.cutout {
        let is_near = |i: usize, centre: usize, side: usize| {
            let distance = i as isize - centre as isize;
            (-(side as isize) / 4..side as isize / 4).contains(&distance)
        };
        for ((i, j, _), x) in x.indexed_iter_mut() {
            if is_near(i, row, height) && is_near(j, column, width) {
                *x = 0.0;
            }
        }
    }
    x
}

/// Some augmentations, with numbers drawn for an image of these sizes, and a seed for its pixels.
fn cases() -> impl Strategy<Value = (Augmentation, (usize, usize, usize), u64)> {
    let kinds = (any::<bool>(), any::<bool>(), any::<bool>());
    let sizes = (prop_oneof![Just(16), Just(32)], prop_oneof![Just(1), Just(3), Just(4)]);
    (kinds, sizes, any::<u64>()).prop_map(
        |((colour, translation, cutout), (side, channels), seed)| {
            let augment = Augment { colour, translation, cutout };
            let augmentation = Augmentation::draw(augment, side, &mut draws(seed));
            (augmentation, (side, side, channels), seed)
        },
    )
}

proptest! {
    #[test]
    fn each_augmentation_is_what_it_is_pixel_by_pixel((augmentation, dims, seed) in cases()) {
        let image = normals(seed, dims);
        let (got, want) = (applied(&augmentation, &image), naive(&augmentation, &image));
        for (&got, want) in got.iter().zip(&want) {
            prop_assert!((f64::from(got) - want).abs() < TOLERANCE, "{got} instead of {want}");
        }
    }

    /// ⟨A·x, y⟩ = ⟨x, Aᵀ·y⟩, where A·x + b is what x becomes and b what 0 does.
    #[test]
    fn each_adjoint_is_one((augmentation, dims, seed) in cases()) {
        let (x, y) = (normals(seed, dims), normals(seed ^ 1, dims));
        let ax = applied(&augmentation, &x) - applied(&augmentation, &Array3::zeros(dims));
        let mut aty = y.clone();
        augmentation.adjoint(aty.view_mut());
        let (left, right) = (dot(&ax, &y), dot(&x, &aty));
        let norm = dot(&x, &x);
        prop_assert!((left - right).abs() < TOLERANCE * norm, "{left} and {right} of {norm}");
    }
}

/// Every number is somewhere in its whole range, and nowhere else.
#[test]
fn what_is_drawn_spans_the_ranges_of_the_paper() {
    let mut seen = [(f64::MAX, f64::MIN); 7];
    let stream = &mut draws(3);
    for _ in 0..5000 {
        let drawn = Augmentation::draw(Augment::ALL, 64, stream);
        let Colour { brightness, saturation, contrast } = drawn.colour.unwrap();
        let [rows, columns] = drawn.translation.unwrap().shift.map(|shift| shift as f64);
        let [row, column] = drawn.cutout.unwrap().centre.map(|centre| centre as f64);
        let [b, s, c] = [brightness, saturation, contrast].map(f64::from);
        for (seen, x) in seen.iter_mut().zip([b, s, c, rows, columns, row, column]) {
            *seen = (seen.0.min(x), seen.1.max(x));
        }
    }
    let colour = [(-0.5, 0.5), (0.0, 2.0), (0.5, 1.5)].map(|range| (range, 1e-2));
    let place = [(-8.0, 8.0), (-8.0, 8.0), (0.0, 64.0), (0.0, 64.0)].map(|range| (range, 0.0));
    for (seen, ((min, max), slack)) in seen.into_iter().zip(colour.into_iter().chain(place)) {
        assert!(min <= seen.0 && seen.0 <= min + slack, "from {} instead of {min}", seen.0);
        assert!(max - slack <= seen.1 && seen.1 <= max, "to {} instead of {max}", seen.1);
    }
}

#[test]
fn what_is_drawn_for_one_kind_does_not_depend_on_the_others() {
    let all = Augmentation::draw(Augment::ALL, 32, &mut draws(5));
    let mut stream = draws(5);
    let one = Augmentation::draw(Augment { cutout: true, ..Augment::NONE }, 32, &mut stream);
    assert_eq!(one, Augmentation { cutout: all.cutout, ..Augmentation::default() });
    let mut other = draws(5);
    Augmentation::draw(Augment::ALL, 32, &mut other);
    let next = |stream| Augmentation::draw(Augment::ALL, 32, stream);
    assert_eq!(next(&mut stream), next(&mut other));
}

/// A change here changes every run with augmentation.
#[test]
fn the_draws_never_change() {
    let drawn = Augmentation::draw(Augment::ALL, 64, &mut draws(42));
    let colour = Colour { brightness: 0.3021294, saturation: 1.7989641, contrast: 0.73263735 };
    assert_eq!(drawn.colour, Some(colour));
    assert_eq!(drawn.translation, Some(Translation { shift: [5, -2] }));
    assert_eq!(drawn.cutout, Some(Cutout { centre: [43, 57] }));
}

#[test]
fn names_are_read_in_any_order_and_written_in_one() {
    for (text, canonical) in [
        ("none", "none"),
        ("color", "color"),
        ("cutout,color", "color,cutout"),
        ("cutout, translation,color ", "color,translation,cutout"),
    ] {
        assert_eq!(text.parse::<Augment>().unwrap().to_string(), canonical);
    }
    assert_eq!("color,translation,cutout".parse(), Ok(Augment::ALL));
    assert_eq!(Augment::default().to_string(), "none");
}

#[test]
fn other_names_are_refused_with_those_that_there_are() {
    for text in ["", "colour", "color,", "none,color", "Color", "color translation"] {
        let why = text.parse::<Augment>().unwrap_err();
        assert!(
            why.contains("none, or one or more of color, translation and cutout"),
            "{text}: {why}"
        );
    }
    let why = "color,cutout,color".parse::<Augment>().unwrap_err();
    assert!(why.contains("color is listed twice"), "{why}");
}
