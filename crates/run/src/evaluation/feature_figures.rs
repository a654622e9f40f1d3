use dcgan_quality::{
    Features, Frechet, KernelDistance, Neighbour, Overlap, Subsets, nearest, nearest_others,
};
use dcgan_random::{Purpose, stream};

use super::figure::{Figure, Measured};
use super::halves;
use super::space::FeatureSets;
use crate::messages::counted;

/// Principal axes of the real images for the second Fréchet distance.
const AXES: usize = 64;

/// The figures in a feature space, with balls to the `k`-th nearest neighbours for those of the overlap.
#[must_use]
pub fn feature_figures(sets: &FeatureSets, k: usize) -> Vec<Figure> {
    let images = sets.images();
    let [reals, others] = halves::of_features(&sets.reals, images);
    let numbers: Vec<usize> = (0..images).collect();
    let generated = sets.generated.select(&numbers);
    let halves = Halves { images, reals, others, generated };
    let mut figures = halves.frechet();
    figures.push(halves.kernel());
    figures.extend(halves.overlap(k));
    figures.extend(halves.neighbours(&sets.reals));
    figures
}

/// As many generated images as there are in each half of the real ones.
struct Halves {
    images: usize,
    reals: Features,
    others: Features,
    generated: Features,
}

impl Halves {
    fn figure(
        &self,
        name: &str,
        title: &str,
        meaning: &'static str,
        found: Result<Measured, String>,
    ) -> Figure {
        let (name, title) = (name.to_owned(), title.to_owned());
        Figure { name, title, meaning, images: self.images, found }
    }

    /// That a figure needs more images than this.
    fn need_more_than(&self, least: usize, why: &str) -> Result<(), String> {
        match self.images > least {
            true => Ok(()),
            false => Err(format!(
                "needs more than {} in each set, and there are {}: {why}",
                counted(least as u64, "image"),
                self.images
            )),
        }
    }

    /// In the space of all features, and along the first axes if there are more features than those.
    fn frechet(&self) -> Vec<Figure> {
        let dim = self.reals.dim();
        // The axes take a while to compute, and are not needed if there are too few images for either figure.
        let frechet = (self.images > dim.min(AXES)).then(|| Frechet::new(&self.reals));
        let along = |axes: usize| {
            self.need_more_than(axes, "a covariance of fewer says how few they are")?;
            let frechet = frechet.as_ref().ok_or("there are too few images")?;
            let of = |set| frechet.distance_along(axes, set);
            Ok(Measured::new(of(&self.generated), of(&self.others)))
        };
        let meaning = "lower is better";
        let all = self.figure("frechet", "Fréchet distance", meaning, along(dim));
        if dim <= AXES {
            return vec![all];
        }
        let title = format!("Fréchet, first {AXES} axes");
        let name = format!("frechet_{AXES}");
        vec![all, self.figure(&name, &title, meaning, along(AXES))]
    }

    fn kernel(&self) -> Figure {
        let between = |set, index| {
            let usual = Subsets::default();
            // Subsets of nearly all images would hardly differ.
            let subsets = Subsets { size: usual.size.min(self.images / 2), ..usual };
            let mut draws = stream(0, Purpose::Draw, index);
            KernelDistance::between(&self.reals, set, subsets, &mut draws)
        };
        let found = self.need_more_than(3, "it is a mean over subsets of half of them").map(|()| {
            let (value, floor) = (between(&self.generated, 0), between(&self.others, 1));
            Measured { value: value.mean, floor: floor.mean, std: Some([value.std, floor.std]) }
        });
        let meaning = "± over subsets; lower is better, 0 is best";
        self.figure("kernel", "kernel distance", meaning, found)
    }

    fn overlap(&self, k: usize) -> Vec<Figure> {
        let of = |set| Overlap::of(&self.reals, set, k);
        let found = self
            .need_more_than(k, &format!("it looks for {k} neighbours"))
            .map(|()| (of(&self.generated), of(&self.others)));
        let part = |part: fn(&Overlap) -> f64| {
            let parts =
                |(value, floor): &(Overlap, Overlap)| Measured::new(part(value), part(floor));
            found.as_ref().map(parts).map_err(String::clone)
        };
        vec![
            self.figure(
                "precision",
                "precision",
                "generated images that are like real ones; higher is better",
                part(|overlap| overlap.precision),
            ),
            self.figure(
                "recall",
                "recall",
                "real images that could be generated; higher is better",
                part(|overlap| overlap.recall),
            ),
            self.figure(
                "density",
                "density",
                "how densely generated images lie among real ones; the floor is best",
                part(|overlap| overlap.density),
            ),
            self.figure(
                "coverage",
                "coverage",
                "real images with a generated one nearby; higher is better",
                part(|overlap| overlap.coverage),
            ),
        ]
    }

    /// How near generated images are to all `reals`, and those to each other.
    fn neighbours(&self, reals: &Features) -> [Figure; 2] {
        let distances = |neighbours: Vec<Neighbour>| {
            let mut distances: Vec<f64> = neighbours.iter().map(|found| found.distance).collect();
            distances.sort_by(f64::total_cmp);
            distances
        };
        let value = distances(nearest(&self.generated, reals));
        let floor = distances(nearest_others(reals));
        let at = |part: fn(&[f64]) -> f64| Ok(Measured::new(part(&value), part(&floor)));
        [
            self.figure(
                "nearest",
                "nearest real image",
                "median distance; far below the floor, real images are learnt by heart",
                at(|sorted| sorted[sorted.len() / 2]),
            ),
            self.figure(
                "nearest_least",
                "nearest of all pairs",
                "least distance; far below the floor, an image is a copy of a real one",
                at(|sorted| sorted[0]),
            ),
        ]
    }
}
