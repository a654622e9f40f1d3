use dcgan_gan::monitor::{Alert, Symptom};

use crate::symptom_messages::{message, smaller};

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
