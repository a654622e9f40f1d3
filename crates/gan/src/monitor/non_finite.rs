use std::fmt;

use dcgan_layers::{Activations, Network, Params};

use super::LOOK_STEPS;
use crate::interop::NetworkKind;
use crate::{Losses, NetworkState, State, Trainer};

/// A NaN or infinity in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct NonFinite {
    /// The step that produced it.
    pub step: u64,
    /// The network.
    pub network: NetworkKind,
    /// The layer, such as `main.3`, or its array, such as `main.3.weight`.
    pub name: String,
    /// What of it.
    pub quantity: Quantity,
}

/// Which value of a layer is not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Its output.
    Output,
    /// The gradient of the loss.
    Gradient,
    /// A parameter.
    Weight,
    /// A running statistic.
    Buffer,
    /// A moment of the optimiser.
    Moment,
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { step, network, name, quantity } = self;
        let of = match quantity {
            Quantity::Output => "the output of ",
            Quantity::Gradient => "the gradient of ",
            Quantity::Moment => "a moment of Adam for ",
            Quantity::Weight | Quantity::Buffer => "",
        };
        write!(
            f,
            "step {step}: {of}{name} in the {} is no longer finite (NaN or infinity)",
            network.name()
        )
    }
}

impl std::error::Error for NonFinite {}

impl Trainer {
    /// Where the last step produced a NaN or infinity, if a loss shows it or, every ten steps, the norm of
    /// a gradient. What neither shows is found by [`State::non_finite`] before it is saved.
    ///
    /// The layer is the one where it started: the first whose output is not finite, from the latents to
    /// D's logits; or else the first of the backward passes whose gradient is not.
    pub fn non_finite(&self, losses: &Losses) -> Option<NonFinite> {
        let look = self.state().step.is_multiple_of(LOOK_STEPS);
        let norms_are_finite = || self.gradient_norms().iter().all(|norm| norm.is_finite());
        if losses.are_finite() && (!look || norms_are_finite()) {
            return None;
        }
        let (dg, dd) = self.gradients();
        let output = self.forward_passes().into_iter().find_map(first_output);
        let backward = [(NetworkKind::Discriminator, dd), (NetworkKind::Generator, dg)];
        let gradient = || {
            backward
                .iter()
                .find_map(|&(network, grad)| Some((network, last(grad)?, Quantity::Gradient)))
        };
        let step = self.state().step;
        let at = |(network, name, quantity)| NonFinite { step, network, name, quantity };
        output.or_else(gradient).map(at).or_else(|| self.state().non_finite())
    }
}

impl State {
    /// The first value that is not finite. Such a state cannot be trained further or saved.
    pub fn non_finite(&self) -> Option<NonFinite> {
        let networks = [
            (NetworkKind::Generator, &self.generator),
            (NetworkKind::Discriminator, &self.discriminator),
        ];
        networks.into_iter().find_map(|(network, state)| {
            let (name, quantity) = state.non_finite()?;
            Some(NonFinite { step: self.step, network, name, quantity })
        })
    }
}

impl NetworkState {
    fn non_finite(&self) -> Option<(String, Quantity)> {
        let (m, v) = self.adam.moments();
        let among = |params: &Params, floats: &[f32], quantity| {
            first(params, floats).map(|name| (name, quantity))
        };
        among(&self.theta, self.theta.as_slice(), Quantity::Weight)
            .or_else(|| among(&self.buffers, self.buffers.as_slice(), Quantity::Buffer))
            .or_else(|| among(&self.theta, m, Quantity::Moment))
            .or_else(|| among(&self.theta, v, Quantity::Moment))
    }
}

/// The first layer of a forward pass whose output is not finite.
fn first_output(
    (kind, network, activations): (NetworkKind, &Network, &Activations),
) -> Option<(NetworkKind, String, Quantity)> {
    let wrong = |i: &usize| !activations.layer_output(*i).as_slice().is_some_and(finite);
    let i = (0..network.nodes().len()).find(wrong)?;
    Some((kind, network.nodes()[i].name.clone(), Quantity::Output))
}

/// The name of the first array that is not finite in `floats`, which are laid out as `params`.
fn first(params: &Params, floats: &[f32]) -> Option<String> {
    if finite(floats) {
        return None;
    }
    let wrong = params.entries().iter().find(|entry| !finite(&floats[entry.range.clone()]))?;
    Some(wrong.name.clone())
}

/// The name of the last array that is not finite.
fn last(params: &Params) -> Option<String> {
    let wrong = params.iter().filter(|(_, floats)| !finite(floats)).last()?;
    Some(wrong.0.name.clone())
}

/// Whether all values are finite; in chunks, each without a branch.
pub(crate) fn finite(floats: &[f32]) -> bool {
    floats.chunks(1024).all(|chunk| chunk.iter().fold(true, |all, v| all & v.is_finite()))
}
