use std::fmt;

use dcgan_layers::{Activations, Network, Params};

use super::LOOK_STEPS;
use crate::interop::NetworkKind;
use crate::numbers::{self, Allowed, Fault};
use crate::{Losses, NetworkState, State, Trainer, Value};

/// A number in a run that no state may hold: NaN, infinity, or less than zero where that is impossible.
#[derive(Clone, Debug, PartialEq)]
pub struct NonFinite {
    /// The step that produced it.
    pub step: u64,
    /// The network; `None` for a value of the monitor.
    pub network: Option<NetworkKind>,
    /// The layer, such as `main.3`, its array, such as `main.3.weight`, or the value of the monitor.
    pub name: String,
    /// What of it.
    pub quantity: Quantity,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Which value of a run it is.
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
    /// A value of the monitor.
    Monitor,
}

impl NonFinite {
    /// What it is a value of.
    pub(crate) fn place(&self) -> String {
        let of = match self.quantity {
            Quantity::Output => "the output of ",
            Quantity::Gradient => "the gradient of ",
            Quantity::Moment => "a moment of Adam for ",
            Quantity::Monitor => "the monitor's ",
            Quantity::Weight | Quantity::Buffer => "",
        };
        let network = self.network.map_or(String::new(), |net| format!(" in the {}", net.name()));
        format!("{of}{}{network}", self.name)
    }
}

impl fmt::Display for NonFinite {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let still = if self.fault == Fault::NonFinite {
            "no longer finite (NaN or infinity)"
        } else {
            "negative"
        };
        write!(f, "step {}: {} is {still}", self.step, self.place())
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
        let at = |(network, name, quantity)| {
            let network = Some(network);
            NonFinite { step, network, name, quantity, fault: Fault::NonFinite }
        };
        output.or_else(gradient).map(at).or_else(|| self.state().non_finite())
    }
}

impl State {
    /// The first number that no state may hold. Such a state cannot be trained further, saved, or read from a
    /// file.
    pub fn non_finite(&self) -> Option<NonFinite> {
        let networks = [
            (NetworkKind::Generator, &self.generator),
            (NetworkKind::Discriminator, &self.discriminator),
        ];
        let step = self.step;
        let in_network = networks.into_iter().find_map(|(network, state)| {
            let (name, quantity, fault) = state.non_finite()?;
            Some(NonFinite { step, network: Some(network), name: name.to_owned(), quantity, fault })
        });
        let shown = [(&self.average, Quantity::Weight), (&self.statistics, Quantity::Buffer)];
        let in_shown = || {
            shown.into_iter().find_map(|(params, quantity)| {
                let (name, fault) = numbers::first_fault(params.as_ref()?)?;
                let network = Some(NetworkKind::Generator);
                Some(NonFinite { step, network, name: name.to_owned(), quantity, fault })
            })
        };
        in_network.or_else(in_shown).or_else(|| {
            let (name, fault) = self.non_finite_in_monitor()?;
            Some(NonFinite { step, network: None, name, quantity: Quantity::Monitor, fault })
        })
    }

    fn non_finite_in_monitor(&self) -> Option<(String, Fault)> {
        let in_values = self.monitor.values().into_iter().find_map(|(name, value)| {
            let Value::Float(value) = value else { return None };
            // The others are sums of shares, variances and distances.
            let is_signed = name.ends_with("logit_gap") || name.contains("mean_");
            let allowed = if is_signed { Allowed::Finite } else { Allowed::NonNegative };
            Some((name, allowed.first_fault(&[value])?.1))
        });
        in_values.or_else(|| {
            let (_, fault) = Allowed::Finite.first_fault(self.monitor.grid.tiles.as_flattened())?;
            Some(("sample grid".to_owned(), fault))
        })
    }
}

impl NetworkState {
    fn non_finite(&self) -> Option<(&str, Quantity, Fault)> {
        let (m, v) = self.adam.moments();
        let in_params = |params, quantity| {
            numbers::first_fault(params).map(|(name, fault)| (name, quantity, fault))
        };
        let in_moment = |moment: &[f32], allowed: Allowed| {
            let (at, fault) = allowed.first_fault(moment)?;
            let entry = self.theta.entries().iter().find(|entry| entry.range.contains(&at))?;
            Some((entry.name.as_str(), Quantity::Moment, fault))
        };
        in_params(&self.theta, Quantity::Weight)
            .or_else(|| in_params(&self.buffers, Quantity::Buffer))
            .or_else(|| in_moment(m, Allowed::Finite))
            .or_else(|| in_moment(v, Allowed::NonNegative))
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

/// The name of the last array that is not finite.
fn last(params: &Params) -> Option<String> {
    let wrong = params.iter().filter(|(_, floats)| !finite(floats)).last()?;
    Some(wrong.0.name.clone())
}

fn finite(floats: &[f32]) -> bool {
    Allowed::Finite.first_fault(floats).is_none()
}
