use super::hysteresis::{Hysteresis, Transition, Verdict};
use super::norms::{sum_of_squares, weight_growth};
use super::report::Report;
use super::{Alert, Symptom};
use crate::{Config, State};

mod signals;

/// A report of a run that learns.
const WELL: Report = Report {
    accuracy: Some([0.9, 0.9]),
    logit_gap: 5.0,
    spreads: Some([0.3, 0.25]),
    mean_shift: Some(0.05),
    sample_spread: 0.25,
    sample_change: Some(0.1),
    relative_change: Some(0.4),
    growth: Some(1.1),
};

/// The same with one thing wrong with it.
fn bad(symptom: Symptom) -> Report {
    match symptom {
        Symptom::DiscriminatorSaturated => Report { accuracy: Some([0.996, 1.0]), ..WELL },
        Symptom::DiscriminatorStalled => Report { logit_gap: -0.01, ..WELL },
        Symptom::ModeCollapse => Report { sample_spread: 0.02, ..WELL },
        Symptom::DegenerateData => Report { spreads: Some([0.005, 0.25]), ..WELL },
        Symptom::GeneratorStalled => Report { sample_change: Some(0.001), ..WELL },
        Symptom::Unstable => Report { relative_change: Some(1.3), ..WELL },
        Symptom::ColourShift => Report { mean_shift: Some(0.23), ..WELL },
        Symptom::WeightBlowup => Report { growth: Some(3.1), ..WELL },
    }
}

/// Reports in a row after which the symptom starts, and after which it clears.
fn patience(symptom: Symptom) -> [u64; 2] {
    match symptom {
        Symptom::DiscriminatorSaturated => [8, 2],
        Symptom::ModeCollapse | Symptom::ColourShift => [5, 2],
        Symptom::DegenerateData | Symptom::WeightBlowup => [1, 1],
        Symptom::Unstable => [4, 2],
        Symptom::DiscriminatorStalled | Symptom::GeneratorStalled => [3, 2],
    }
}

/// The alerts that these reports raise, starting at step 2,100, each with the index of its report.
fn alerts(reports: &[Report]) -> Vec<(usize, Alert)> {
    let mut memory = Symptom::ALL.map(|_| Hysteresis::default());
    let mut alerts = Vec::new();
    for (i, report) in reports.iter().enumerate() {
        for (symptom, hysteresis) in Symptom::ALL.into_iter().zip(&mut memory) {
            let step = 2100 + 100 * i as u64;
            alerts.extend(symptom.judge(step, report, hysteresis).map(|event| (i, event)));
        }
    }
    alerts
}

#[test]
fn each_symptom_is_reported_once_when_it_starts_and_once_when_it_clears() {
    for symptom in Symptom::ALL {
        let [starts_after, clears_after] = patience(symptom).map(|n| n as usize);
        let reports =
            [vec![WELL; 3], vec![bad(symptom); starts_after + 20], vec![WELL; 5]].concat();
        let events = alerts(&reports);
        let what: Vec<_> = events.iter().map(|(i, e)| (*i, e.symptom, e.starts, e.steps)).collect();
        let started = (2 + starts_after, symptom, true, 100 * starts_after as u64);
        let ended =
            (2 + starts_after + 20 + clears_after, symptom, false, 100 * clears_after as u64);
        assert_eq!(what, [started, ended]);
        for ((_, event), report) in events.iter().zip([bad(symptom), WELL]) {
            let measured = symptom.measure(&report).unwrap();
            assert!((event.mean - measured).abs() < 1e-12, "{event:?} of {measured}");
        }
    }
}

#[test]
fn an_interrupted_symptom_is_not_reported_and_the_count_restarts() {
    for symptom in Symptom::ALL {
        let [starts_after, clears_after] = patience(symptom).map(|n| n as usize);
        let almost = [vec![bad(symptom); starts_after - 1], vec![WELL]].concat();
        assert_eq!(alerts(&almost.repeat(4)), [], "{symptom:?}");
        // Nor does a short absence clear it.
        let moment = [vec![bad(symptom); starts_after], vec![WELL; clears_after - 1]].concat();
        assert_eq!(alerts(&moment.repeat(4)).len(), 1, "{symptom:?}");
    }
}

#[test]
fn between_the_limits_a_symptom_neither_starts_nor_clears() {
    let between = Report {
        accuracy: Some([0.99, 0.99]),
        logit_gap: 0.05,
        spreads: Some([0.015, 0.3]),
        mean_shift: Some(0.15),
        sample_spread: 0.0022,
        sample_change: Some(0.004),
        relative_change: Some(1.0),
        growth: Some(2.5),
    };
    assert_eq!(alerts(&vec![between; 30]), []);
    for symptom in Symptom::ALL {
        let starts_after = vec![bad(symptom); patience(symptom)[0] as usize];
        let alerts = alerts(&[starts_after, vec![between; 30]].concat());
        assert_eq!(alerts.len(), 1, "{symptom:?}: {alerts:?}");
    }
}

#[test]
fn missing_measurements_are_ignored() {
    let silent = Report {
        spreads: None,
        mean_shift: None,
        sample_change: None,
        relative_change: None,
        growth: None,
        ..WELL
    };
    for symptom in [
        Symptom::ModeCollapse,
        Symptom::DegenerateData,
        Symptom::GeneratorStalled,
        Symptom::Unstable,
        Symptom::ColourShift,
        Symptom::WeightBlowup,
    ] {
        let [starts_after, _] = patience(symptom).map(|n| n as usize);
        let reports =
            [vec![bad(symptom); starts_after - 1], vec![silent; 9], vec![bad(symptom)]].concat();
        assert_eq!(alerts(&reports).len(), 1, "{symptom:?}");
    }
    assert_eq!(alerts(&[silent; 9]), []);
    // Relative to identical real images the spread is undefined.
    let alike = Report { spreads: Some([0.0, 0.0]), ..WELL };
    assert_eq!(Symptom::ModeCollapse.measure(&alike), None);
}

#[test]
fn symptoms_are_ignored_during_the_warm_up() {
    let warm_ups =
        [(Symptom::ModeCollapse, 1500), (Symptom::Unstable, 1000), (Symptom::ColourShift, 1500)];
    for (symptom, warm_up) in warm_ups {
        let mut hysteresis = Hysteresis::default();
        let first = (1..).map(|i| 100 * i).find(|&step| {
            let event = symptom.judge(step, &bad(symptom), &mut hysteresis);
            event.is_some()
        });
        assert_eq!(first, Some(warm_up + 100 * patience(symptom)[0]));
    }
}

#[test]
fn identical_images_are_reported_even_during_the_warm_up() {
    for (sample_spread, expected) in [(0.0, 500), (2e-7, 500), (1e-6, 2000)] {
        let report = Report { sample_spread, ..WELL };
        let mut hysteresis = Hysteresis::default();
        let is_reported =
            |step: &u64| Symptom::ModeCollapse.judge(*step, &report, &mut hysteresis).is_some();
        assert_eq!(
            (1..).map(|i| 100 * i).find(is_reported),
            Some(expected),
            "a spread of {sample_spread}"
        );
    }
}

#[test]
fn the_mean_covers_only_the_reports_that_show_the_change() {
    let mut hysteresis = Hysteresis::default();
    assert_eq!(hysteresis.update(Verdict::Present, 100.0, [2, 1]), None);
    assert_eq!(hysteresis.update(Verdict::Absent, 7.0, [2, 1]), None);
    assert_eq!(hysteresis.update(Verdict::Present, 1.0, [2, 1]), None);
    assert_eq!(
        hysteresis.update(Verdict::Present, 2.0, [2, 1]),
        Some(Transition { reports: 2, mean: 1.5 })
    );
    assert!(hysteresis.active);
    assert_eq!(
        hysteresis.update(Verdict::Absent, 7.0, [2, 1]),
        Some(Transition { reports: 1, mean: 7.0 })
    );
    assert!(!hysteresis.active);
}

#[test]
fn squares_are_summed_for_every_length() {
    for len in [0, 1, 15, 16, 17, 50] {
        let floats: Vec<f32> = (0..len).map(|i| i as f32 - 7.5).collect();
        let plain: f64 = floats.iter().map(|&v| f64::from(v).powi(2)).sum();
        assert!((sum_of_squares(&floats) - plain).abs() < 1e-9 * plain.max(1.0), "{len} floats");
        for at in 0..len as usize {
            for lost in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let mut floats = floats.clone();
                floats[at] = lost;
                assert!(!sum_of_squares(&floats).is_finite(), "{lost} at {at} of {len}");
            }
        }
    }
    // Large values are not reported as non-finite.
    assert!(sum_of_squares(&[f32::MAX; 1000]).is_finite());
}

#[test]
fn weight_growth_is_that_of_the_convolutions() {
    let config = Config { image_size: 16, ngf: 8, ndf: 8, ..Config::default() };
    let state = State::new(config).unwrap();
    for network in [state.generator, state.discriminator] {
        let mut theta = network.theta;
        assert!((weight_growth(&theta) - 1.0).abs() < 0.05, "{}", weight_growth(&theta));
        let initial = weight_growth(&theta);
        for entry in theta.entries().to_vec() {
            // Batch-norm weights are initialised around 1, and do not count.
            let factor = if entry.spec.shape.len() == 4 { 3.0 } else { 100.0 };
            theta.as_mut_slice()[entry.range].iter_mut().for_each(|v| *v *= factor);
        }
        assert!((weight_growth(&theta) / initial - 3.0).abs() < 1e-6, "{}", weight_growth(&theta));
    }
}
