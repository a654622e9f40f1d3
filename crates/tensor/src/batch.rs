use ndarray::Axis;

use crate::norm::PictureMoments;
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

impl<'a> Input<'a> {
    /// Its parts of so many pictures, one behind the other.
    pub fn chunks(self, pictures: usize) -> impl Iterator<Item = Input<'a>> {
        let (n, .., c) = self.pictures.dim();
        (0..n).step_by(pictures).map(move |first| {
            let end = n.min(first + pictures);
            let part = |moments: &'a [f32]| &moments[2 * c * first..2 * c * end];
            Self {
                pictures: self.pictures.slice_axis_move(Axis(0), (first..end).into()),
                moments: self.moments.map(part),
            }
        })
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
    pub fn chunks(self, pictures: usize) -> impl Iterator<Item = Output<'a>> {
        let mut rest = Some(self);
        std::iter::from_fn(move || {
            let (n, .., c) = rest.as_ref()?.pictures.dim();
            let all = rest.take().filter(|_| n > 0)?;
            let at = pictures.min(n);
            let (first, later) = all.pictures.split_at(Axis(0), at);
            let moments = all.moments.map(|moments| moments.split_at_mut(2 * c * at));
            let (own, others) = moments.unzip();
            rest = Some(Output { pictures: later, moments: others });
            Some(Output { pictures: first, moments: own })
        })
    }

    /// y ← f(y + bias), and gathers what is asked for.
    pub(crate) fn finish(self, level: Level, end: Epilogue) {
        dispatch(level, Finish { end, output: self });
    }
}

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
            PictureMoments { x, moments }.run(simd);
        }
    }
}
