use dcgan_gan::Config;
use dcgan_gan::monitor::{Alert, Symptom};

/// Grey levels of a pixel in a unit of its scale, [−1, 1].
const LEVELS: f64 = 127.5;

/// The messages for one symptom. In them, `{percent}`, `{levels}` and `{mean}` stand for the measurement, `{steps}` for the
/// number of steps that it covers, and `{lr}` for a smaller learning rate to try.
struct Texts {
    /// Decimals of `{percent}` and `{mean}` when the symptom starts, and when it clears.
    decimals: [usize; 2],
    /// When the symptom starts: the problem, and what may help.
    starts: &'static str,
    /// When the symptom clears.
    ends: &'static str,
}

fn texts(symptom: Symptom) -> Texts {
    match symptom {
        Symptom::DiscriminatorSaturated => Texts {
            decimals: [1, 1],
            starts: "discriminator saturated: D has classified {percent} % of the real and generated images correctly for {steps}, and the generator hardly learns. Try more images, a smaller ndf, a larger ngf, or {lr}",
            ends: "discriminator no longer saturated: D classified {percent} % of the images correctly in the last {steps}, and the generator learns again",
        },
        Symptom::DiscriminatorStalled => Texts {
            decimals: [3, 2],
            starts: "discriminator stalled: D has given real and generated images the same output for {steps} (its logits are {mean} apart). Try a larger ndf, or {lr}",
            ends: "discriminator recovered: its logits for real and generated images were {mean} apart in the last {steps}",
        },
        Symptom::ModeCollapse => Texts {
            decimals: [0, 0],
            starts: "mode collapse: the diversity of the samples has been {percent} % of the dataset's for {steps}. Delete the checkpoints since then and resume; or try a larger batch_size, or {lr}",
            ends: "mode collapse has passed: the diversity of the samples was {percent} % of the dataset's in the last {steps}",
        },
        Symptom::DegenerateData => Texts {
            decimals: [0, 0],
            starts: "degenerate data: the real images have been nearly identical for {steps}. Inspect the dataset, and try more images",
            ends: "the real images differed again in the last {steps}",
        },
        Symptom::GeneratorStalled => Texts {
            decimals: [0, 0],
            starts: "generator stalled: the fixed-seed samples have not changed for {steps}. Delete the checkpoints since then and resume; or try another seed, or {lr}",
            ends: "generator recovered: the fixed-seed samples changed again in the last {steps}",
        },
        Symptom::Unstable => Texts {
            decimals: [1, 1],
            starts: "unstable training: the fixed-seed samples have changed completely every 100 steps for {steps}, {mean} times as much as they differ from each other. The learning rate is too high. Try {lr}",
            ends: "training stable again: the fixed-seed samples kept their shape in the last {steps}",
        },
        Symptom::ColourShift => Texts {
            decimals: [0, 0],
            starts: "colour shift: the mean of the generated images has been {levels} of 255 grey levels from the dataset's for {steps}. Delete the checkpoints since then and resume; or try {lr}",
            ends: "colour shift has passed: the mean of the generated images was {levels} of 255 grey levels from the dataset's in the last {steps}",
        },
        Symptom::WeightBlowup => Texts {
            decimals: [1, 1],
            starts: "weight blow-up: the weight norm grew {mean}× in the first {steps}. The learning rate is too high. Stop, and start a new run with {lr}",
            ends: "the weight norm hardly grew in the last {steps}",
        },
    }
}

/// The message for an alert, in one line; for a problem, with what may help a run at this learning rate.
pub(crate) fn message(alert: &Alert, lr: f64) -> String {
    let Alert { symptom, starts: has_started, steps, mean } = *alert;
    let Texts { decimals, starts, ends } = texts(symptom);
    let (text, decimals) = if has_started { (starts, decimals[0]) } else { (ends, decimals[1]) };
    text.replace("{percent}", &format!("{:.decimals$}", 100.0 * mean))
        .replace("{levels}", &format!("{:.decimals$}", LEVELS * mean))
        .replace("{mean}", &format!("{mean:.decimals$}"))
        .replace("{steps}", &format!("{steps} step{}", if steps == 1 { "" } else { "s" }))
        .replace("{lr}", &smaller(lr))
}

/// The message for a symptom with which a run ends, in one line.
pub(crate) fn unresolved(alert: &Alert) -> String {
    let Alert { symptom, mean, .. } = *alert;
    let remedy = "train for more steps, or see the sample grids for when it began";
    match symptom {
        Symptom::ModeCollapse => format!(
            "the run ends with nearly identical samples: their diversity is {:.0} % of the dataset's; {remedy}",
            100.0 * mean
        ),
        Symptom::ColourShift => format!(
            "the run ends with samples of a wrong colour or brightness: their mean is {:.0} of 255 grey levels from the dataset's; {remedy}",
            LEVELS * mean
        ),
        _ => {
            let starts = texts(symptom).starts;
            let name = starts.split_once(':').map_or(starts, |(name, _)| name);
            format!("the run ends with a problem that has not cleared: {name}")
        }
    }
}

/// A learning rate to try where `lr` is too high.
pub(crate) fn smaller(lr: f64) -> String {
    let default = Config::default().lr;
    if lr > default {
        format!("an lr below {lr}, such as {default} (the default)")
    } else {
        format!("an lr below {lr}")
    }
}
