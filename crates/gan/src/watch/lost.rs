use std::fmt;

use dcgan_layers::{Network, Params, Pass};

use super::LOOK;
use crate::exchange::Net;
use crate::{Half, Losses, State, Trainer};

/// A number that is none any more: NaN, or infinite.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    /// The step that had it.
    pub step: u64,
    /// The network.
    pub net: Net,
    /// The layer, such as `main.3`, or its array, such as `main.3.weight`.
    pub name: String,
    /// What of it.
    pub what: What,
}

/// What of a layer is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// What it put out.
    Output,
    /// The gradient of the loss.
    Gradient,
    /// A parameter.
    Weight,
    /// A running statistic.
    Running,
    /// A moment of the optimiser.
    Moment,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { step, net, name, what } = self;
        let of = match what {
            What::Output => "the output of ",
            What::Gradient => "the gradient of ",
            What::Moment => "a moment of Adam for ",
            What::Weight | What::Running => "",
        };
        write!(
            f,
            "step {step}: {of}{name} in the {} is no longer finite (NaN or infinite)",
            net.name()
        )
    }
}

impl std::error::Error for Lost {}

impl Trainer {
    /// Where the last step has lost a number, if a loss shows it or, every ten steps, the norm of a gradient.
    /// What hides from both is found by [`State::lost`] before it is saved.
    ///
    /// The layer is the one in which it began: the first whose output is not finite, on the way from
    /// the latents to D's logits; or else the first on the way back whose gradient is not.
    pub fn lost(&self, losses: &Losses) -> Option<Lost> {
        let whole =
            [losses.generator, losses.real, losses.fake].iter().all(|loss| loss.is_finite());
        let closely = self.state().step.is_multiple_of(LOOK);
        if whole && !(closely && self.gradient_norms().iter().any(|norm| !norm.is_finite())) {
            return None;
        }
        let (dg, dd) = self.gradients();
        let outputs = self.runs().into_iter().find_map(output);
        let back = [(Net::Discriminator, dd), (Net::Generator, dg)];
        let gradient = || back.iter().find_map(|&(net, d)| Some((net, last(d)?, What::Gradient)));
        let step = self.state().step;
        let lost = |(net, name, what)| Lost { step, net, name, what };
        outputs.or_else(gradient).map(lost).or_else(|| self.state().lost())
    }
}

impl State {
    /// The first number that is not finite: such a state leads nowhere, and is not worth saving.
    pub fn lost(&self) -> Option<Lost> {
        let halves = [(Net::Generator, &self.generator), (Net::Discriminator, &self.discriminator)];
        halves.into_iter().find_map(|(net, half)| {
            let (name, what) = half.lost()?;
            Some(Lost { step: self.step, net, name, what })
        })
    }
}

impl Half {
    fn lost(&self) -> Option<(String, What)> {
        let (m, v) = self.adam.moments();
        let theta = || first(&self.theta, self.theta.as_slice()).map(|name| (name, What::Weight));
        let running =
            || first(&self.running, self.running.as_slice()).map(|name| (name, What::Running));
        let moment = |floats| first(&self.theta, floats).map(|name| (name, What::Moment));
        theta().or_else(running).or_else(|| moment(m)).or_else(|| moment(v))
    }
}

/// The first layer of a run whose output is not finite.
fn output((net, network, pass): (Net, &Network, &Pass)) -> Option<(Net, String, What)> {
    let lost = |i: &usize| !pass.activation(*i).as_slice().is_some_and(finite);
    let i = (0..network.nodes().len()).find(lost)?;
    Some((net, network.nodes()[i].name.clone(), What::Output))
}

/// The name of the first of the arrays in `floats`, which lie as those of `params`, that is not
/// finite.
fn first(params: &Params, floats: &[f32]) -> Option<String> {
    if finite(floats) {
        return None;
    }
    let lost = params.entries().iter().find(|entry| !finite(&floats[entry.range.clone()]))?;
    Some(lost.name.clone())
}

/// The name of the last array that is not finite.
fn last(params: &Params) -> Option<String> {
    let lost = params.iter().filter(|(_, floats)| !finite(floats)).last()?;
    Some(lost.0.name.clone())
}

/// Whether all are finite; in pieces, each without a branch.
fn finite(floats: &[f32]) -> bool {
    floats.chunks(1024).all(|piece| piece.iter().fold(true, |all, v| all & v.is_finite()))
}
