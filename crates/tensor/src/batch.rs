use ndarray::Axis;

use crate::conv::epilogue::Epilogue;
use crate::image_stats::ImageStats;
use crate::simd::{Kernel, Simd, dispatch};
use crate::strips::InStrips;
use crate::view::floats_mut;
use crate::{Dims, Isa, View, ViewMut};

/// A batch to read, and the statistics of its images where they are known.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// (n, h, w, c).
    pub images: View<'a>,
    /// The partial statistics of each image, if they have been gathered: see [`Output::image_stats`].
    pub image_stats: Option<&'a [f32]>,
}

impl<'a> From<View<'a>> for Input<'a> {
    fn from(images: View<'a>) -> Self {
        Self { images, image_stats: None }
    }
}

/// A batch to write, and the statistics to gather while its images are in the cache.
#[derive(Debug)]
pub struct Output<'a> {
    /// (n, h, w, c), overwritten.
    pub images: ViewMut<'a>,
    /// If requested, the partial statistics of each image, from which [`crate::norm::batch_stats`] computes
    /// those of the batch: c means, then c sums of squared deviations from them. Of length n·2c,
    /// overwritten.
    pub image_stats: Option<&'a mut [f32]>,
}

impl<'a> From<ViewMut<'a>> for Output<'a> {
    fn from(images: ViewMut<'a>) -> Self {
        Self { images, image_stats: None }
    }
}

impl<'a> Output<'a> {
    /// Sizes of the batch.
    ///
    /// # Panics
    /// If `image_stats` does not have the length for this batch.
    #[track_caller]
    pub fn dim(&self) -> Dims {
        let (n, h, w, c) = self.images.dim();
        let len = self.image_stats.as_ref().map_or(2 * n * c, |image_stats| image_stats.len());
        assert_eq!(len, 2 * n * c, "statistics of {n} images of {c} channels");
        (n, h, w, c)
    }

    /// Its parts of `images` images each, in order; the last one may have fewer.
    pub fn chunks(
        self,
        images: usize,
    ) -> impl DoubleEndedIterator<Item = Output<'a>> + ExactSizeIterator {
        let n = self.images.dim().0;
        self.parts((0..n.div_ceil(images)).map(move |i| images.min(n - i * images)))
    }

    /// Its parts of these numbers of images, in order.
    pub(crate) fn parts(
        self,
        images: impl DoubleEndedIterator<Item = usize> + ExactSizeIterator,
    ) -> impl DoubleEndedIterator<Item = Output<'a>> + ExactSizeIterator {
        Parts { rest: self, images }
    }

    fn split_at(self, image: usize) -> (Self, Self) {
        let c = self.images.dim().3;
        let (first, second) = self.images.split_at(Axis(0), image);
        let image_stats =
            self.image_stats.map(|image_stats| image_stats.split_at_mut(2 * c * image));
        let (own, others) = image_stats.unzip();
        (Self { images: first, image_stats: own }, Self { images: second, image_stats: others })
    }

    /// y ← f(y + bias), and gathers the statistics that are requested.
    pub(crate) fn finish(self, isa: Isa, epilogue: Epilogue) {
        dispatch(isa, Finish { epilogue, output: self });
    }
}

/// The rest of an output, and the number of images in each of its parts.
struct Parts<'a, I> {
    rest: Output<'a>,
    images: I,
}

impl<'a, I> Parts<'a, I> {
    fn split_at(&mut self, image: usize) -> (Output<'a>, Output<'a>) {
        let nothing = ViewMut::from_shape((0, 0, 0, 0), &mut []).expect("no floats");
        std::mem::replace(&mut self.rest, nothing.into()).split_at(image)
    }
}

impl<'a, I: Iterator<Item = usize>> Iterator for Parts<'a, I> {
    type Item = Output<'a>;

    fn next(&mut self) -> Option<Output<'a>> {
        let own = self.images.next()?;
        let (first, rest) = self.split_at(own);
        self.rest = rest;
        Some(first)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.images.size_hint()
    }
}

impl<I: DoubleEndedIterator<Item = usize>> DoubleEndedIterator for Parts<'_, I> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let own = self.images.next_back()?;
        let (rest, last) = self.split_at(self.rest.images.dim().0 - own);
        self.rest = rest;
        Some(last)
    }
}

impl<I: ExactSizeIterator<Item = usize>> ExactSizeIterator for Parts<'_, I> {}

struct Finish<'e, 'a> {
    epilogue: Epilogue<'e>,
    output: Output<'a>,
}

impl Kernel for Finish<'_, '_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (_, h, w, c) = self.output.images.dim();
        let y = floats_mut(self.output.images);
        self.epilogue.apply(y);
        let stats = self.output.image_stats.unwrap_or_default().chunks_exact_mut(2 * c);
        for (x, stats) in y.chunks_exact(h * w * c).zip(stats) {
            InStrips(ImageStats { x, stats }).run(simd);
        }
    }
}
