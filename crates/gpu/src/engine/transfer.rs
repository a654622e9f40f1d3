//! The state and the images between host and device.

use dcgan_gan::{EngineError, NetworkState, State};
use dcgan_layers::Params;
use dcgan_optim::Adam;

use super::GpuEngine;
use crate::floats::Floats;
use crate::plan::{D, G};

/// Arrays of a network in a state.
const ARRAYS: usize = 4;

impl GpuEngine {
    /// Brings the state up to date with the device.
    pub(super) fn pull(&mut self) -> Result<(), EngineError> {
        if !self.is_stale {
            return Ok(());
        }
        self.guarded(|engine| {
            let arrays = engine.step.arrays.iter();
            let mut wanted: Vec<&Floats> =
                arrays.flat_map(|a| [&a.theta, &a.buffers, &a.m, &a.v]).collect();
            wanted.extend(&engine.step.average);
            let mut pulled = engine.gpu.read(&wanted)?.into_iter();
            let State { generator, discriminator, average, .. } = &mut engine.state;
            for state in [generator, discriminator] {
                let arrays: [Option<Vec<f32>>; ARRAYS] = [(); ARRAYS].map(|()| pulled.next());
                let [Some(theta), Some(buffers), Some(m), Some(v)] = arrays else { break };
                replace(state, (&theta, &buffers), (m, v));
            }
            if let (Some(average), Some(pulled)) = (average, pulled.next()) {
                average.as_mut_slice().copy_from_slice(&pulled);
            }
            engine.is_stale = false;
            Ok(())
        })
    }

    /// Brings the device up to date with the state.
    pub(super) fn push(&mut self) {
        let State { generator, discriminator, average, .. } = &self.state;
        for (arrays, state) in self.step.arrays.iter().zip([generator, discriminator]) {
            let (m, v) = state.adam.moments();
            self.gpu.write(&arrays.theta, 0, state.theta.as_slice());
            self.gpu.write(&arrays.buffers, 0, state.buffers.as_slice());
            self.gpu.write(&arrays.m, 0, m);
            self.gpu.write(&arrays.v, 0, v);
        }
        if let (Some(to), Some(average)) = (&self.step.average, average) {
            self.gpu.write(to, 0, average.as_slice());
        }
        self.is_stale = false;
    }

    /// Brings down the images that G made in the last step.
    pub(super) fn pull_images(&mut self) -> Result<(), EngineError> {
        self.guarded(|engine| {
            let fake = engine.gpu.read(&[engine.step.networks[G].output()])?.swap_remove(0);
            engine.fake.as_slice_mut().expect("images are contiguous").copy_from_slice(&fake);
            Ok(())
        })
    }

    /// The gradients of the last step: G's and D's.
    ///
    /// # Errors
    /// If the device is lost.
    pub fn gradients(&mut self) -> Result<[Params; 2], EngineError> {
        self.guarded(|engine| {
            let arrays = engine.step.arrays.each_ref().map(|arrays| &arrays.gradient);
            let pulled = engine.gpu.read(&arrays)?;
            let State { generator, discriminator, .. } = &engine.state;
            let mut gradients = [generator, discriminator].map(|state| state.theta.zeros_like());
            for (gradient, pulled) in gradients.iter_mut().zip(&pulled) {
                gradient.as_mut_slice().copy_from_slice(pulled);
            }
            Ok(gradients)
        })
    }

    /// The outputs of all layers in the last step: those of G, then those of D.
    pub(super) fn pull_outputs(&mut self) -> Result<[Vec<Vec<f32>>; 2], EngineError> {
        self.guarded(|engine| {
            let outputs = |i: usize| {
                let values = &engine.step.networks[i].values[1..];
                engine.gpu.read(&values.iter().map(|value| &value.floats).collect::<Vec<_>>())
            };
            Ok([outputs(G)?, outputs(D)?])
        })
    }
}

fn replace(
    state: &mut NetworkState,
    (theta, buffers): (&[f32], &[f32]),
    (m, v): (Vec<f32>, Vec<f32>),
) {
    state.theta.as_mut_slice().copy_from_slice(theta);
    state.buffers.as_mut_slice().copy_from_slice(buffers);
    state.adam = Adam::from_moments(state.adam.steps(), m, v);
}
