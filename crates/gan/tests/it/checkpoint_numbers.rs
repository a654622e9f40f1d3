//! Numbers that no state may hold, in checkpoints of every format.

use dcgan_gan::checkpoint::{VERSION, decode, decode_generator, encode};

use crate::format::{golden, resealed};

/// The first place of a float in a checkpoint, changed under a matching checksum.
fn with_float(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = bytes.windows(from.len()).position(|at| at == from).expect("such a float");
    bytes[at..at + to.len()].copy_from_slice(to);
    resealed(bytes)
}

/// In every array and value of every format, whichever function reads it.
#[test]
fn a_checkpoint_with_a_number_that_no_state_may_hold_is_refused() {
    for version in 1..=VERSION {
        let bytes = golden(version);
        let state = decode(&bytes).unwrap();
        let (g, d) = (&state.generator, &state.discriminator);
        let (m, v) = g.adam.moments();
        let variance = &g.buffers.as_slice()[g.buffers.entries()[1].range.clone()];
        for (floats, name, generator, negative) in [
            (g.theta.as_slice(), "main.0.weight in the generator", true, false),
            (g.buffers.as_slice(), "main.1.running_mean in the generator", true, false),
            (d.theta.as_slice(), "main.0.weight in the discriminator", false, false),
            (m, "a moment of Adam for main.0.weight in the generator", false, false),
            (v, "a moment of Adam for main.0.weight in the generator", false, true),
            (variance, "main.1.running_var in the generator", true, true),
        ] {
            let wrong = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0];
            for wrong in &wrong[..if negative { 4 } else { 3 }] {
                let damaged = with_float(&bytes, &floats[0].to_le_bytes(), &wrong.to_le_bytes());
                let error = decode(&damaged).unwrap_err().to_string();
                let fault = if *wrong == -1.0 { "negative" } else { "not finite" };
                let expected = format!("not the state of a run: {name} is {fault}");
                assert!(error.starts_with(&expected), "format {version}: {error}");
                assert_eq!(decode_generator(&damaged).is_err(), generator, "{name}");
            }
        }
    }
}

/// Sums, histories and sample grid, at their places from the end of format 2 and behind their names in format 3.
#[test]
fn a_value_of_the_monitor_that_no_state_may_hold_is_refused() {
    let named = golden(3);
    let behind = |name: &str| {
        let at = named.windows(name.len()).position(|window| window == name.as_bytes());
        // The type of the value is between.
        at.unwrap() + name.len() + 4
    };
    let old = golden(2);
    let (grid, history) = (old.len() - 1024, old.len() - 1024 - 1 - 6 * 17);
    let places = [
        (&named, behind("monitor.accuracy_real"), true),
        (&named, behind("monitor.logit_gap"), false),
        (&named, behind("monitor.variance_fake"), true),
        (&named, behind("monitor.mode_collapse.sum"), true),
        (&old, history + 9, true),
        (&old, history - 8, true),
        (&old, history - 16, true),
        (&old, history - 32, false),
    ];
    for (bytes, at, is_positive) in places {
        for wrong in [f64::NAN, f64::INFINITY, -1.0] {
            let mut bytes = bytes.clone();
            bytes[at..at + 8].copy_from_slice(&wrong.to_le_bytes());
            let decoded = decode(&resealed(bytes));
            match decoded {
                Err(error) => {
                    let error = error.to_string();
                    assert!(error.contains("the monitor's "), "{at}, {wrong}: {error}");
                }
                Ok(_) => assert!(wrong == -1.0 && !is_positive, "{at}: {wrong} was taken"),
            }
        }
    }
    for (bytes, at) in [(&old, grid), (&named, named.len() - 4)] {
        let mut bytes = bytes.clone();
        bytes[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        let error = decode(&resealed(bytes)).unwrap_err().to_string();
        assert!(error.contains("the monitor's sample grid is not finite"), "{error}");
    }
}

/// What no file holds is not written either.
#[test]
fn a_variance_or_moment_below_zero_is_not_written() {
    let whole = decode(&golden(VERSION)).unwrap();
    let mut state = whole.clone();
    let variance = state.generator.buffers.entries()[1].range.start;
    state.generator.buffers.as_mut_slice()[variance] = -1e-30;
    let error = encode(&state).unwrap_err().to_string();
    assert_eq!(error, "step 3: main.1.running_var in the generator is negative");
    let mut state = whole;
    let (steps, (m, v)) = (state.discriminator.adam.steps(), state.discriminator.adam.moments());
    let (m, mut v) = (m.to_vec(), v.to_vec());
    *v.last_mut().unwrap() = -1.0;
    state.discriminator.adam = dcgan_optim::Adam::from_moments(steps, m, v);
    let error = encode(&state).unwrap_err().to_string();
    assert!(error.contains("a moment of Adam for main.5.weight in the discriminator"), "{error}");
}
