use clap::ValueEnum;
use dcgan_gan::Config;
use dcgan_gan::watch::{Event, Trouble};
use serde::{Deserialize, Serialize};

use crate::console::count;

/// Whether troubles are told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Watching {
    /// They are.
    #[default]
    On,
    /// They are not even looked for.
    Off,
}

/// What a trouble is called in `events.jsonl`.
pub(crate) fn name(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Overpowered => "overpowered",
        Trouble::Blind => "blind",
        Trouble::Collapsed => "collapsed",
        Trouble::Alike => "alike",
        Trouble::Still => "still",
        Trouble::Restless => "restless",
        Trouble::Outgrown => "outgrown",
    }
}

/// What the watch has found, in plain words; when it is bad, with what may help a run at this learning
/// rate.
pub(crate) fn of(event: &Event, lr: f64) -> String {
    let Event { trouble, begins, steps, mean } = *event;
    let (steps, percent) = (count(steps, "step"), 100.0 * mean);
    if begins {
        begun(trouble, &steps, mean, percent, &smaller(lr))
    } else {
        ended(trouble, &steps, mean, percent)
    }
}

/// A learning rate to try where `lr` is too large.
pub(crate) fn smaller(lr: f64) -> String {
    let default = Config::default().lr;
    if lr > default {
        format!("a smaller --lr than {lr}, such as {default}, the default")
    } else {
        format!("a smaller --lr than {lr}")
    }
}

fn begun(trouble: Trouble, steps: &str, mean: f64, percent: f64, smaller: &str) -> String {
    match trouble {
        Trouble::Overpowered => format!(
            "D has been right on {percent:.1} % of the real and of the generated pictures for {steps}; the generator hardly learns from it any more. Try more pictures, a smaller --ndf or a larger --ngf, or {smaller}"
        ),
        Trouble::Blind => format!(
            "D has given real and generated pictures the same answer for {steps} (its logits lie {mean:.3} apart); it has stopped learning. Try a larger --ndf, or {smaller}"
        ),
        Trouble::Collapsed => format!(
            "the generated pictures have been all but the same for {steps}: they differ {percent:.0} % as much as the real ones. The generator has collapsed. Remove the checkpoints since then and --resume; or try a larger --batch-size, or {smaller}"
        ),
        Trouble::Alike => format!(
            "the real pictures have been all but the same for {steps}; there is nothing to learn but one picture. See `dcgan data`, and try more pictures"
        ),
        Trouble::Still => format!(
            "the pictures of the grid have not changed for {steps}; the generator no longer learns. Remove the checkpoints since then and --resume; or try another --seed, or {smaller}"
        ),
        Trouble::Restless => format!(
            "the pictures of the grid have changed beyond recognition every hundred steps, for {steps}: {mean:.1} times as much as they differ from one another. The steps are too large. Try {smaller}"
        ),
        Trouble::Outgrown => format!(
            "the weights have grown to {mean:.1} times what they began with in the first {steps}: each step undoes what the ones before it have learnt. The steps are too large. Stop, and begin a new run with {smaller}"
        ),
    }
}

fn ended(trouble: Trouble, steps: &str, mean: f64, percent: f64) -> String {
    match trouble {
        Trouble::Overpowered => format!(
            "D is no longer right on all pictures: on {percent:.1} % in the last {steps}. The generator learns again"
        ),
        Trouble::Blind => format!(
            "D tells real from generated pictures again: its logits lay {mean:.2} apart in the last {steps}"
        ),
        Trouble::Collapsed => format!(
            "the generated pictures differ again: {percent:.0} % as much as the real ones in the last {steps}"
        ),
        Trouble::Alike => format!("the real pictures have differed again in the last {steps}"),
        Trouble::Still => {
            format!("the pictures of the grid have changed again in the last {steps}")
        }
        Trouble::Restless => {
            format!("the pictures of the grid have kept their shape again in the last {steps}")
        }
        Trouble::Outgrown => format!("the weights have not grown much in the last {steps}"),
    }
}
