use ndarray::Axis;

use crate::norm::{InStrips, PictureMoments};
use crate::simd::{Kernel, Level, Simd, dispatch};
use crate::{Dims, Epilogue, View, ViewMut, floats_mut};

/// A batch to read, with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// (n, h, w, c).
    pub pictures: View<'a>,
    /// The moments of each picture, where they have been gathered: see [`Output::moments`].
    pub moments: Option<&'a [f32]>,
}

impl<'a> From<View<'a>> for Input<'a> {
    fn from(pictures: View<'a>) -> Self {
        Self { pictures, moments: None }
    }
}

/// Where a batch goes, with what is to be gathered of it while its pictures are in the cache.
#[derive(Debug)]
pub struct Output<'a> {
    /// (n, h, w, c), overwritten.
    pub pictures: ViewMut<'a>,
    /// Where asked for, the moments of each picture, from which [`crate::norm::moments`] works out those
    /// of the batch: c means, then c sums of squared distances from them. Of length n·2c, overwritten.
    pub moments: Option<&'a mut [f32]>,
}

impl<'a> From<ViewMut<'a>> for Output<'a> {
    fn from(pictures: ViewMut<'a>) -> Self {
        Self { pictures, moments: None }
    }
}

impl<'a> Output<'a> {
    /// Sizes of the batch.
    ///
    /// # Panics
    /// If there is another number of moments than there are of such a batch.
    #[track_caller]
    pub fn dim(&self) -> Dims {
        let (n, h, w, c) = self.pictures.dim();
        let len = self.moments.as_ref().map_or(2 * n * c, |moments| moments.len());
        assert_eq!(len, 2 * n * c, "moments of {n} pictures of {c} channels");
        (n, h, w, c)
    }

    /// Its parts of so many pictures, one behind the other.
    pub fn chunks(
        self,
        pictures: usize,
    ) -> impl DoubleEndedIterator<Item = Output<'a>> + ExactSizeIterator {
        let n = self.pictures.dim().0;
        self.parts((0..n.div_ceil(pictures)).map(move |i| pictures.min(n - i * pictures)))
    }

    /// Its parts of these numbers of pictures, one behind the other.
    pub(crate) fn parts(
        self,
        pictures: impl DoubleEndedIterator<Item = usize> + ExactSizeIterator,
    ) -> impl DoubleEndedIterator<Item = Output<'a>> + ExactSizeIterator {
        Parts { rest: self, pictures }
    }

    fn split_at(self, picture: usize) -> (Self, Self) {
        let c = self.pictures.dim().3;
        let (first, second) = self.pictures.split_at(Axis(0), picture);
        let moments = self.moments.map(|moments| moments.split_at_mut(2 * c * picture));
        let (own, others) = moments.unzip();
        (Self { pictures: first, moments: own }, Self { pictures: second, moments: others })
    }

    /// y ← f(y + bias), and gathers what is asked for.
    pub(crate) fn finish(self, level: Level, end: Epilogue) {
        dispatch(level, Finish { end, output: self });
    }
}

/// What is left of an output, and of how many pictures its parts are.
struct Parts<'a, I> {
    rest: Output<'a>,
    pictures: I,
}

impl<'a, I> Parts<'a, I> {
    fn split_at(&mut self, picture: usize) -> (Output<'a>, Output<'a>) {
        let nothing = ViewMut::from_shape((0, 0, 0, 0), &mut []).expect("no floats");
        std::mem::replace(&mut self.rest, nothing.into()).split_at(picture)
    }
}

impl<'a, I: Iterator<Item = usize>> Iterator for Parts<'a, I> {
    type Item = Output<'a>;

    fn next(&mut self) -> Option<Output<'a>> {
        let own = self.pictures.next()?;
        let (first, rest) = self.split_at(own);
        self.rest = rest;
        Some(first)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.pictures.size_hint()
    }
}

impl<I: DoubleEndedIterator<Item = usize>> DoubleEndedIterator for Parts<'_, I> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let own = self.pictures.next_back()?;
        let (rest, last) = self.split_at(self.rest.pictures.dim().0 - own);
        self.rest = rest;
        Some(last)
    }
}

impl<I: ExactSizeIterator<Item = usize>> ExactSizeIterator for Parts<'_, I> {}

struct Finish<'e, 'a> {
    end: Epilogue<'e>,
    output: Output<'a>,
}

impl Kernel for Finish<'_, '_> {
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let (_, h, w, c) = self.output.pictures.dim();
        let y = floats_mut(self.output.pictures);
        self.end.apply(y);
        let moments = self.output.moments.unwrap_or_default().chunks_exact_mut(2 * c);
        for (x, moments) in y.chunks_exact(h * w * c).zip(moments) {
            InStrips(PictureMoments { x, moments }).run(simd);
        }
    }
}
