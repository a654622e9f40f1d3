use super::grid::Grid;
use super::report::Report;
use super::signals::variance;
use super::size::{growth, squares};
use super::spell::{Spell, Turn, Verdict};
use super::{Event, Trouble};
use crate::{Config, State};
use ndarray::Array4;

/// A report of a run that learns.
const WELL: Report = Report {
    right_real: 0.9,
    right_fake: 0.9,
    gap: 5.0,
    spreads: Some([0.3, 0.25]),
    spread_grid: 0.25,
    moved: Some(0.1),
    restless: Some(0.4),
    grown: Some(1.1),
};

/// The same with one thing wrong with it.
fn bad(trouble: Trouble) -> Report {
    match trouble {
        Trouble::Overpowered => Report { right_real: 0.996, right_fake: 1.0, ..WELL },
        Trouble::Blind => Report { gap: -0.01, ..WELL },
        Trouble::Collapsed => Report { spread_grid: 0.02, ..WELL },
        Trouble::Alike => Report { spreads: Some([0.005, 0.25]), ..WELL },
        Trouble::Still => Report { moved: Some(0.001), ..WELL },
        Trouble::Restless => Report { restless: Some(1.3), ..WELL },
        Trouble::Outgrown => Report { grown: Some(3.1), ..WELL },
    }
}

/// Reports in a row that are told of, and that take it back.
fn patience(trouble: Trouble) -> [u64; 2] {
    match trouble {
        Trouble::Overpowered => [8, 2],
        Trouble::Collapsed => [5, 2],
        Trouble::Alike | Trouble::Outgrown => [1, 1],
        Trouble::Restless => [4, 2],
        Trouble::Blind | Trouble::Still => [3, 2],
    }
}

/// What the watch says of these reports, from step 2,100 on, and of which of them.
fn told(reports: &[Report]) -> Vec<(usize, Event)> {
    let mut spells = Trouble::ALL.map(|_| Spell::default());
    let mut told = Vec::new();
    for (i, report) in reports.iter().enumerate() {
        for (trouble, spell) in Trouble::ALL.into_iter().zip(&mut spells) {
            let step = 2100 + 100 * i as u64;
            told.extend(trouble.judge(step, report, spell).map(|event| (i, event)));
        }
    }
    told
}

#[test]
fn each_trouble_is_told_once_when_it_has_lasted_and_once_when_it_has_passed() {
    for trouble in Trouble::ALL {
        let [begins, ends] = patience(trouble).map(|n| n as usize);
        let reports = [vec![WELL; 3], vec![bad(trouble); begins + 20], vec![WELL; 5]].concat();
        let events = told(&reports);
        let what: Vec<_> = events.iter().map(|(i, e)| (*i, e.trouble, e.begins, e.steps)).collect();
        let begun = (2 + begins, trouble, true, 100 * begins as u64);
        let ended = (2 + begins + 20 + ends, trouble, false, 100 * ends as u64);
        assert_eq!(what, [begun, ended]);
        for ((_, event), report) in events.iter().zip([bad(trouble), WELL]) {
            let measured = trouble.measure(&report).unwrap();
            assert!((event.mean - measured).abs() < 1e-12, "{event:?} of {measured}");
        }
    }
}

#[test]
fn a_trouble_that_is_broken_off_is_not_told_and_the_count_begins_anew() {
    for trouble in Trouble::ALL {
        let [begins, ends] = patience(trouble).map(|n| n as usize);
        let almost = [vec![bad(trouble); begins - 1], vec![WELL]].concat();
        assert_eq!(told(&almost.repeat(4)), [], "{trouble:?}");
        // Nor is it taken back for a moment.
        let moment = [vec![bad(trouble); begins], vec![WELL; ends - 1]].concat();
        assert_eq!(told(&moment.repeat(4)).len(), 1, "{trouble:?}");
    }
}

#[test]
fn between_the_limits_a_spell_neither_begins_nor_ends() {
    let between = Report {
        right_real: 0.99,
        right_fake: 0.99,
        gap: 0.05,
        spreads: Some([0.015, 0.3]),
        spread_grid: 0.0022,
        moved: Some(0.004),
        restless: Some(1.0),
        grown: Some(2.5),
    };
    assert_eq!(told(&vec![between; 30]), []);
    for trouble in Trouble::ALL {
        let begins = vec![bad(trouble); patience(trouble)[0] as usize];
        let told = told(&[begins, vec![between; 30]].concat());
        assert_eq!(told.len(), 1, "{trouble:?}: {told:?}");
    }
}

#[test]
fn what_a_report_does_not_have_is_passed_over() {
    let silent = Report { spreads: None, moved: None, restless: None, grown: None, ..WELL };
    for trouble in
        [Trouble::Collapsed, Trouble::Alike, Trouble::Still, Trouble::Restless, Trouble::Outgrown]
    {
        let [begins, _] = patience(trouble).map(|n| n as usize);
        let reports =
            [vec![bad(trouble); begins - 1], vec![silent; 9], vec![bad(trouble)]].concat();
        assert_eq!(told(&reports).len(), 1, "{trouble:?}");
    }
    assert_eq!(told(&[silent; 9]), []);
    // The spread of pictures that do not differ has no ratio to anything.
    let alike = Report { spreads: Some([0.0, 0.0]), ..WELL };
    assert_eq!(Trouble::Collapsed.measure(&alike), None);
}

#[test]
fn a_run_that_begins_is_given_time() {
    for (trouble, warm_up) in [(Trouble::Collapsed, 1500), (Trouble::Restless, 1000)] {
        let mut spell = Spell::default();
        let first = (1..).map(|i| 100 * i).find(|&step| {
            let event = trouble.judge(step, &bad(trouble), &mut spell);
            event.is_some()
        });
        assert_eq!(first, Some(warm_up + 100 * patience(trouble)[0]));
    }
}

#[test]
fn pictures_that_do_not_differ_at_all_are_given_none() {
    for (spread_grid, expected) in [(0.0, 500), (2e-7, 500), (1e-6, 2000)] {
        let report = Report { spread_grid, ..WELL };
        let mut spell = Spell::default();
        let told = |step: &u64| Trouble::Collapsed.judge(*step, &report, &mut spell).is_some();
        assert_eq!((1..).map(|i| 100 * i).find(told), Some(expected), "a spread of {spread_grid}");
    }
}

#[test]
fn the_mean_of_a_spell_is_that_of_its_own_reports() {
    let mut spell = Spell::default();
    assert_eq!(spell.take(Verdict::Bad, 100.0, [2, 1]), None);
    assert_eq!(spell.take(Verdict::Well, 7.0, [2, 1]), None);
    assert_eq!(spell.take(Verdict::Bad, 1.0, [2, 1]), None);
    assert_eq!(spell.take(Verdict::Bad, 2.0, [2, 1]), Some(Turn { reports: 2, mean: 1.5 }));
    assert!(spell.lasts);
    assert_eq!(spell.take(Verdict::Well, 7.0, [2, 1]), Some(Turn { reports: 1, mean: 7.0 }));
    assert!(!spell.lasts);
}

#[test]
fn the_variance_is_half_the_mean_squared_distance_of_neighbours() {
    // Pictures k · (−1)ᵏ: neighbours k and k + 1 lie 2k + 1 apart, in every pixel.
    let pictures =
        Array4::from_shape_fn(
            (12, 9, 7, 3),
            |(k, ..)| {
                if k % 2 == 0 { k as f32 } else { -(k as f32) }
            },
        );
    let expected = (0..8).map(|k| f64::from(2 * k + 1).powi(2)).sum::<f64>() / 8.0 / 2.0;
    let found = variance(pictures.view()).unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} for {expected}");

    let alone = pictures.slice(ndarray::s![..1, .., .., ..]);
    assert_eq!(variance(alone), None);
    let pair = pictures.slice(ndarray::s![..2, .., .., ..]);
    assert_eq!(variance(pair), Some(0.5));
}

#[test]
fn a_grid_tells_how_far_it_has_moved_and_how_its_tiles_differ() {
    let grid = |shift: f32| {
        // Tile k is k in its left half and −k in its right.
        let picture = |(k, _, x, _): (usize, usize, usize, usize)| {
            shift + if x < 8 { k as f32 } else { -(k as f32) }
        };
        Grid::of_pictures(Array4::from_shape_fn((16, 16, 16, 3), picture).view())
    };
    assert_eq!(grid(0.0).distance(&Grid::default()), None);
    assert_eq!(grid(0.25).distance(&grid(0.0)), Some(0.25));
    // The variance of 0, …, 15.
    let spread = (f64::from(16 * 16 - 1) / 12.0).sqrt();
    assert!((grid(0.5).spread() - spread).abs() < 1e-9, "{}", grid(0.5).spread());
}

#[test]
fn the_squares_of_all_floats_are_added_whatever_their_number() {
    for len in [0, 1, 15, 16, 17, 50] {
        let floats: Vec<f32> = (0..len).map(|i| i as f32 - 7.5).collect();
        let plain: f64 = floats.iter().map(|&v| f64::from(v).powi(2)).sum();
        assert!((squares(&floats) - plain).abs() < 1e-9 * plain.max(1.0), "{len} floats");
        for at in 0..len as usize {
            for lost in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let mut floats = floats.clone();
                floats[at] = lost;
                assert!(!squares(&floats).is_finite(), "{lost} at {at} of {len}");
            }
        }
    }
    // Large is not lost.
    assert!(squares(&[f32::MAX; 1000]).is_finite());
}

#[test]
fn the_weights_of_the_convolutions_have_grown_so_many_times() {
    let config = Config { image_size: 16, ngf: 8, ndf: 8, ..Config::default() };
    let state = State::new(config).unwrap();
    for half in [state.generator, state.discriminator] {
        let mut theta = half.theta;
        assert!((growth(&theta) - 1.0).abs() < 0.05, "{}", growth(&theta));
        let drawn = growth(&theta);
        for entry in theta.entries().to_vec() {
            // Those of the normalisations are drawn around 1, and do not count.
            let factor = if entry.spec.shape.len() == 4 { 3.0 } else { 100.0 };
            theta.as_mut_slice()[entry.range].iter_mut().for_each(|v| *v *= factor);
        }
        assert!((growth(&theta) / drawn - 3.0).abs() < 1e-6, "{}", growth(&theta));
    }
}
