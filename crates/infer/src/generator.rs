use alloc::vec::Vec;
use core::fmt;

use crate::file::{File, Header};
use crate::layers::{Project, Upsample};
use crate::{Error, Image, latent};

/// A trained generator: latents in, images out. It is not changed by that, so threads can share it.
pub struct Generator {
    header: Header,
    project: Project,
    upsample: Vec<Upsample>,
}

/// Identifies a model: its training files, its exports and its images have the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 6]);

impl Generator {
    /// The generator of a `.gen` file, from the bytes of the file.
    ///
    /// # Errors
    /// If they are not a whole `.gen` file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut file = File::open(bytes)?;
        let header = file.header;
        let mut layers = header.layers();
        let (nz, c) = layers.next().expect("there is a first layer");
        let project = Project::new(file.take(16 * nz * c)?, file.take(c)?);
        let last = header.side.ilog2() - 3;
        let mut upsample = Vec::new();
        for (i, (c_in, c_out)) in (0..=last).zip(layers) {
            let weights = file.take(16 * c_in * c_out)?;
            let bias = if i < last { Some(file.take(c_out)?) } else { None };
            upsample.push(Upsample::new(&weights, c_in, c_out, bias.as_deref()));
        }
        Ok(Self { header, project, upsample })
    }

    /// The length of a latent.
    pub fn nz(&self) -> usize {
        self.header.nz
    }

    /// Width and height of an image in pixels.
    pub fn side(&self) -> usize {
        self.header.side
    }

    /// Channels of an image: 1 for grey, 3 for RGB, 4 for RGBA.
    pub fn channels(&self) -> usize {
        self.header.channels
    }

    /// The fingerprint of the model.
    pub fn fingerprint(&self) -> Fingerprint {
        self.header.fingerprint
    }

    /// Training steps of the model; 0 if unknown.
    pub fn steps(&self) -> u64 {
        self.header.steps
    }

    /// The latent of a seed; see [`latent::from_seed`].
    pub fn latent(&self, seed: u64) -> Vec<f32> {
        latent::from_seed(seed, self.nz())
    }

    /// The image of a latent.
    ///
    /// # Panics
    /// If the latent does not have [`nz`](Self::nz) numbers.
    pub fn image(&self, latent: &[f32]) -> Image {
        assert_eq!(latent.len(), self.nz(), "a latent of another length");
        let map = self.project.forward(latent);
        let layers = self.upsample.iter().enumerate();
        let floats = layers.fold(map, |map, (i, layer)| layer.forward(&map, 4 << i));
        Image { side: self.side(), channels: self.channels(), floats }
    }
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Generator").field("header", &self.header).finish_non_exhaustive()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
