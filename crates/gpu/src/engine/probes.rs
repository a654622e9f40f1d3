use dcgan_gan::interop::NetworkKind;
use dcgan_gan::monitor::{LOOK_STEPS, NonFinite, Quantity};
use dcgan_gan::numbers::{Allowed, Fault};
use dcgan_gan::{Engine, EngineError, Losses};
use dcgan_layers::Params;

use super::GpuEngine;

/// G, then D: the order of a forward pass.
const KINDS: [NetworkKind; 2] = [NetworkKind::Generator, NetworkKind::Discriminator];

impl GpuEngine {
    /// Where the last step produced a NaN or infinity: the counterpart of [`dcgan_gan::Trainer::non_finite`].
    pub(super) fn find_non_finite(
        &mut self,
        losses: &Losses,
    ) -> Result<Option<NonFinite>, EngineError> {
        let step = self.progress().step;
        let look = step.is_multiple_of(LOOK_STEPS);
        let norms_are_finite = self.norms.iter().all(|norm| norm.is_finite());
        if losses.are_finite() && (!look || norms_are_finite) {
            return Ok(None);
        }
        let at = |network, name, quantity| {
            Some(NonFinite {
                step,
                network: Some(network),
                name,
                quantity,
                fault: Fault::NonFinite,
            })
        };
        let outputs = self.pull_outputs()?;
        for ((kind, network), outputs) in KINDS.into_iter().zip(&self.step.networks).zip(&outputs) {
            if let Some(i) = outputs.iter().position(|output| !finite(output)) {
                return Ok(at(kind, network.layers[i].name.clone(), Quantity::Output));
            }
        }
        // A backward pass goes through D first, and through the last layer first.
        let gradients = self.gradients()?;
        for (kind, gradient) in KINDS.into_iter().zip(&gradients).rev() {
            if let Some(name) = last_non_finite(gradient) {
                return Ok(at(kind, name, Quantity::Gradient));
            }
        }
        Ok(self.state()?.non_finite())
    }
}

/// The name of the last array that is not finite.
fn last_non_finite(params: &Params) -> Option<String> {
    let wrong = params.iter().filter(|(_, floats)| !finite(floats)).last()?;
    Some(wrong.0.name.clone())
}

fn finite(floats: &[f32]) -> bool {
    Allowed::Finite.first_fault(floats).is_none()
}
