use dcgan_gan::monitor::{Alert, Symptom};

use crate::symptom_messages::{message, smaller, unresolved};

#[test]
fn every_symptom_has_a_name_and_two_messages_of_its_own() {
    let mut names: Vec<_> = Symptom::ALL.map(Symptom::name).into();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Symptom::ALL.len());
    let found = |symptom, starts| message(&Alert { symptom, starts, steps: 300, mean: 0.25 }, 1e-3);
    for symptom in Symptom::ALL {
        let [starts, ends] = [true, false].map(|starts| found(symptom, starts));
        assert_ne!(starts, ends);
        for text in [&starts, &ends] {
            assert!(text.contains("300 steps"), "{text}");
            assert!(!text.contains(['{', '}', '\n']), "{text}");
        }
    }
    assert!(found(Symptom::ModeCollapse, true).starts_with(
        "mode collapse: the diversity of the samples has been 25 % of the dataset's for 300 steps. "
    ));
    assert!(
        found(Symptom::ColourShift, true).contains(" 32 of 255 grey levels from the dataset's")
    );
    assert!(found(Symptom::DiscriminatorStalled, true).contains("logits are 0.250 apart"));
    assert!(found(Symptom::DiscriminatorStalled, false).contains("were 0.25 apart"));
    let one =
        message(&Alert { symptom: Symptom::WeightBlowup, starts: true, steps: 1, mean: 22.1 }, 1.0);
    assert!(one.contains("the weight norm grew 22.1× in the first 1 step. "), "{one}");
}

#[test]
fn a_smaller_learning_rate_names_the_default_where_that_is_smaller() {
    assert_eq!(smaller(0.02), "an lr below 0.02, such as 0.0002 (the default)");
    assert_eq!(smaller(1e-4), "an lr below 0.0001");
}

#[test]
fn a_symptom_with_which_a_run_ends_has_a_line_of_its_own() {
    let line = |symptom| unresolved(&Alert { symptom, starts: true, steps: 135, mean: 0.0751 });
    for symptom in Symptom::ALL {
        let text = line(symptom);
        assert!(text.starts_with("the run ends with "), "{text}");
        assert!(!text.contains(['{', '}', '\n']), "{text}");
    }
    assert!(line(Symptom::ModeCollapse).contains("their diversity is 8 % of the dataset's"));
    assert!(line(Symptom::ColourShift).contains("10 of 255 grey levels from the dataset's"));
    assert!(line(Symptom::Unstable).ends_with("has not cleared: unstable training"));
}
