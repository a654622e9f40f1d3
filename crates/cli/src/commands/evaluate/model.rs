use anyhow::{Result, anyhow};
use dcgan_data::{Shape, Source};
use dcgan_gan::Generator;
use dcgan_run::evaluation::{FeatureSets, FeatureSpace, Reals, generate};
use dcgan_run::provenance::Maker;
use dcgan_run::{data_of, is_run, run_containing};

use super::Args;
use crate::console;
use crate::failure::usage;
use crate::invocation::Invocation;
use crate::loading::Loading;
use crate::stages::Stages;

/// The images of a model and the real ones that they are compared with.
pub(super) struct Compared {
    /// The path of the model.
    pub(super) model: String,
    pub(super) maker: Maker,
    /// Whether the weights are those of the last step.
    pub(super) raw: bool,
    /// Where the real images are.
    pub(super) data: String,
    pub(super) shape: Shape,
    pub(super) reals: Reals,
    pub(super) generated: Vec<u8>,
}

impl Compared {
    /// The number of generated images; there are twice as many real ones.
    pub(super) fn images(&self) -> usize {
        self.reals.half()
    }

    pub(super) fn features(&self, space: &FeatureSpace) -> Result<FeatureSets> {
        Ok(FeatureSets::of(space, self.shape, self.reals.bytes(), &self.generated)?)
    }
}

impl Args {
    /// The real images for a model: those that were named, or those of its run. `None` without a model.
    pub(super) fn source(&self) -> Result<Option<Source>> {
        let Some(model) = self.model.given() else { return Ok(None) };
        if let Some(data) = &self.data {
            return Ok(Some(Source::at(data).map_err(|error| usage(error.to_string()))?));
        }
        let run = if is_run(model) { Some(model.to_owned()) } else { run_containing(model) };
        let run = run.ok_or_else(|| match model.exists() {
            true => usage(format!(
                "{} is not part of a run, so its images are not known; name them with --data",
                model.display()
            )),
            false => anyhow!("{} does not exist; name a run folder, a checkpoint, or the weights of a generator from PyTorch", model.display()),
        })?;
        let source = data_of(&run);
        let source = source.map_err(|error| {
            anyhow!("{}; name the images to compare with by --data", error.report())
        });
        source.map(Some)
    }

    /// Reads the real images, and generates as many as half of them.
    pub(super) fn compared(
        &self,
        source: &Source,
        invocation: &Invocation,
        stages: &Stages,
    ) -> Result<Compared> {
        let model = self.model.open()?;
        let config = &model.weights.config;
        let shape = Shape { side: config.image_size, channels: config.channels };
        let loading = Loading::new(invocation.quiet);
        let show = |done: usize, total: usize| loading.show(done, total);
        let reals = Reals::read(source, shape, 2 * self.count, &show);
        loading.clear();
        let reals = reals?;
        if reals.half() < self.count {
            let (n, half) = (reals.total() as u64, reals.half() as u64);
            invocation.note(format_args!(
                "there are {} in {source}, so {} are generated instead of {}: half as many",
                console::count(n, "usable image"),
                console::thousands(half),
                console::thousands(self.count as u64)
            ));
        }
        let count = console::count(reals.half() as u64, "image");
        let generated = stages.during(&format!("generating {count}"), || {
            generate(&mut Generator::from_weights(&model.weights), reals.half())
        });
        Ok(Compared {
            model: self.model.path()?.display().to_string(),
            maker: model.maker(),
            raw: self.model.raw,
            data: source.to_string(),
            shape,
            reals,
            generated,
        })
    }
}
