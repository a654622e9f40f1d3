//! What a checkpoint holds, and how far its run is.

use std::path::{Path, PathBuf};

use anyhow::Result;
use dcgan_gan::{Config, Fingerprint, NetworkState, State};
use dcgan_run::checkpoint_dir;
use dcgan_run::journal::Metric;
use dcgan_run::{Origin, Summary};
use serde_json::{Value, json};

use crate::console::{count, print, print_json, thousands};

/// A checkpoint, alone or as the newest one of a run.
pub(super) struct StateInfo<'a> {
    pub(super) path: &'a Path,
    pub(super) version: u32,
    pub(super) state: &'a State,
    pub(super) run: Option<&'a Summary>,
    pub(super) origins: &'a [Origin],
}

impl StateInfo<'_> {
    pub(super) fn print(&self, json: bool) -> Result<()> {
        if json { print_json(&self.json()?) } else { self.describe() }
    }

    /// What matters most first: how far the run is and how good, then what decided that, and last the layers.
    fn describe(&self) -> Result<()> {
        let state = self.state;
        print(format_args!("{}: a checkpoint of format {}", self.path.display(), self.version))?;
        self.describe_run()?;
        print(format_args!("model          {}", Fingerprint::from_generator(&state.shown())))?;
        for origin in self.origins() {
            match origin.from_step {
                0 => print(format_args!("fingerprint    {origin}"))?,
                step => print(format_args!("  from step {}: {origin}", thousands(step)))?,
            }
        }
        let data = state.dataset;
        match data.images {
            0 => print("trained on     nothing yet")?,
            n => print(format_args!(
                "trained on     {} (CRC-32 {:08x})",
                count(n, "image"),
                data.crc32
            ))?,
        }
        if state.rollbacks > 0 {
            print(format_args!("rolled back    {}", count(state.rollbacks.into(), "time")))?;
        }
        if let Some(recipe) = self.run.and_then(|run| run.recipe) {
            print(format_args!("recipe         {recipe}"))?;
        }
        for field in Config::FIELDS {
            if let Some(value) = (field.get)(&state.config) {
                print(format_args!("{:<14} {value}", field.name))?;
            }
        }
        networks(state).iter().try_for_each(|(name, network)| describe_network(name, network))?;
        networks(state).iter().try_for_each(|(name, network)| describe_layers(name, network))
    }

    /// The steps and, of a run, what became of them.
    fn describe_run(&self) -> Result<()> {
        let steps = thousands(self.state.step);
        let Some(run) = self.run else {
            return print(format_args!("steps          {steps}"));
        };
        let of = run.total.map(|total| format!(" of {}", thousands(total))).unwrap_or_default();
        print(format_args!("steps          {steps}{of} ({})", run.status.name()))?;
        if let (Some(last), Some(best)) = (&run.quality, &run.best) {
            print(format_args!(
                "quality        {}; real vs. real {:.1}",
                measured(last),
                last.floor
            ))?;
            let place = self.best_checkpoint()?;
            let place =
                place.map_or("no longer kept".to_owned(), |path| path.display().to_string());
            print(format_args!("best           {}: {place}", measured(best)))?;
        }
        if let Some(samples) = &run.samples {
            print(format_args!("samples        {}", samples.display()))?;
        }
        Ok(())
    }

    /// The checkpoint with the best samples, if it is kept.
    fn best_checkpoint(&self) -> Result<Option<PathBuf>> {
        let Some(Summary { folder, best: Some(best), .. }) = self.run else { return Ok(None) };
        let found = checkpoint_dir::list(folder)?;
        let mut history = checkpoint_dir::history(&found).into_iter();
        let saved = history.find(|saved| saved.name.step == best.step);
        Ok(saved.map(|saved| saved.path.clone()))
    }

    /// The origins of the steps that the checkpoint has taken.
    fn origins(&self) -> impl Iterator<Item = &Origin> {
        let taken = self.state.step.max(1);
        self.origins.iter().filter(move |origin| origin.from_step < taken)
    }

    fn json(&self) -> Result<Value> {
        let state = self.state;
        let networks = networks(state).map(|(name, network)| (name.to_owned(), object(network)));
        let best = self.best_checkpoint()?.map(|path| path.display().to_string());
        let run = self.run.map(|run| {
            json!({
                "folder": run.folder.display().to_string(),
                "state": run.status.name(),
                "total": run.total,
                "recipe": run.recipe,
                "quality": run.quality,
                "best": run.best,
                "best_checkpoint": best,
                "samples": run.samples.as_ref().map(|path| path.display().to_string()),
            })
        });
        Ok(json!({
            "kind": "checkpoint",
            "file": self.path.display().to_string(),
            "format": self.version,
            "model": Fingerprint::from_generator(&state.shown()),
            "steps": state.step,
            "rollbacks": state.rollbacks,
            "images": state.dataset.images,
            "crc32": format!("{:08x}", state.dataset.crc32),
            "config": state.config,
            "run": run,
            "origins": self.origins().collect::<Vec<_>>(),
            "networks": serde_json::Map::from_iter(networks),
        }))
    }
}

fn networks(state: &State) -> [(&'static str, &NetworkState); 2] {
    [("generator", &state.generator), ("discriminator", &state.discriminator)]
}

fn measured(metric: &Metric) -> String {
    format!("SWD {:.1} at step {}", metric.swd, thousands(metric.step))
}

fn describe_network(name: &str, network: &NetworkState) -> Result<()> {
    let weights = thousands(network.theta.len() as u64);
    let steps = count(network.adam.steps(), "step");
    print(format_args!("{name:<15}{weights} weights, Adam after {steps}"))
}

fn describe_layers(name: &str, network: &NetworkState) -> Result<()> {
    print("")?;
    print(name)?;
    for (entry, floats) in network.theta.iter().chain(network.buffers.iter()) {
        let shape = format!("{:?}", entry.spec.shape);
        let (mean, std) = mean_and_std(floats);
        print(format_args!("  {:22} {shape:20} mean {mean:+.4}  std {std:.4}", entry.name))?;
    }
    Ok(())
}

fn object(network: &NetworkState) -> Value {
    let arrays = network.theta.iter().chain(network.buffers.iter()).map(|(entry, floats)| {
        let (mean, std) = mean_and_std(floats);
        json!({ "name": entry.name, "shape": entry.spec.shape, "mean": mean, "std": std })
    });
    json!({
        "weights": network.theta.len(),
        "adam_steps": network.adam.steps(),
        "arrays": arrays.collect::<Vec<_>>(),
    })
}

fn mean_and_std(floats: &[f32]) -> (f64, f64) {
    let n = floats.len().max(1) as f64;
    let mean = floats.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let variance = floats.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n;
    (mean, variance.sqrt())
}
