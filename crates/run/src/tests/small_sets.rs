use dcgan_data::{Batches, Source, Survey};
use dcgan_gan::{Augment, Config, DNorm};

use super::SURVEY;
use crate::{Options, Recipe, Settings, few_images};

/// Images, batch size, epochs, steps, and the intervals of samples and checkpoints in epochs.
#[test]
fn few_images_get_enough_steps_and_intervals_of_many_steps() {
    let folder = Source::Folder("cats".into());
    for (images, batch, epochs, steps, sample_every, checkpoint_every) in [
        (1, 16, 256_000, 16_000, 6_400, 32_000),
        (10, 16, 25_600, 16_000, 640, 3_200),
        (16, 16, 16_000, 16_000, 400, 2_000),
        (50, 16, 5_120, 16_000, 128, 640),
        (500, 16, 512, 16_000, 12, 64),
        (1_000, 16, 300, 18_750, 10, 32),
        (3_000, 16, 300, 56_250, 10, 10),
        (10_000, 16, 96, 60_000, 10, 10),
        (2_000_000, 16, 1, 125_000, 10, 10),
    ] {
        let survey = Survey { images, ..SURVEY };
        let settings = Settings::new(&Options::default(), &folder, survey).unwrap();
        let batches = Batches::new(images, settings.config.batch_size, 1);
        assert_eq!(
            (settings.config.batch_size, settings.epochs),
            (batch, Some(epochs)),
            "{images}"
        );
        assert_eq!(batches.steps_for(epochs), steps, "{images}");
        let intervals = (settings.sample_every, settings.checkpoint_every);
        assert_eq!(intervals, (sample_every, checkpoint_every), "{images}");
    }
}

#[test]
fn settings_that_are_given_replace_those_for_few_images() {
    let few = Survey { images: 50, ..SURVEY };
    let with =
        |options: Options| Settings::new(&options, &Source::Folder("cats".into()), few).unwrap();
    let given = [("batch_size", 64), ("epochs", 7), ("sample_every", 2), ("checkpoint_every", 3)];
    let all = given.iter().fold(Options::default(), |all, (name, value)| all.set(name, *value));
    let settings = with(all);
    assert_eq!((settings.config.batch_size, settings.epochs), (64, Some(7)));
    assert_eq!((settings.sample_every, settings.checkpoint_every), (2, 3));
    // A smaller batch makes more steps, not a shorter run.
    let eight = with(Options::default().set("batch_size", 8));
    assert_eq!((eight.epochs, eight.sample_every), (Some(5_120), 128));
    let steps = with(Options::default().set("steps", 9));
    assert_eq!((steps.epochs, steps.steps), (None, Some(9)));
}

#[test]
fn a_recipe_is_what_is_asked_for_or_that_for_the_number_of_images() {
    let folder = Source::Folder("cats".into());
    let of = |images, options: Options| {
        Settings::new(&options, &folder, Survey { images, ..SURVEY }).unwrap()
    };
    let asked = |recipe: &str| Options::default().set("recipe", recipe);
    assert_eq!(of(499, Options::default()).recipe, Some(Recipe::Small));
    assert_eq!(of(500, Options::default()).recipe, Some(Recipe::Default));

    assert_eq!(of(50, Options::default().set("d_norm", "none")).recipe, Some(Recipe::Small));

    let small = of(5_000, asked("small"));
    assert_eq!((small.config.augment, small.config.ema), (Augment::ALL, 0.999));
    assert_eq!(of(50, asked("default")).config.augment, Augment::NONE);
    let article = of(5_000, asked("article")).config;
    let Config { image_size, channels, .. } = article;
    assert_eq!(article, Config { image_size, channels, ..Config::DEFAULT });
    assert!(of(5_000, asked("long")).config.ema > of(5_000, asked("default")).config.ema);
    // What is given replaces its own part only.
    let own = of(50, asked("small").set("augment", "color").set("d_norm", "none")).config;
    assert_eq!(
        (own.d_norm, own.augment.to_string(), own.ema),
        (DNorm::None, "color".into(), 0.999)
    );
}

#[test]
fn another_recipe_cannot_be_had_by_resuming() {
    let folder = Source::Folder("cats".into());
    let settings = Settings::new(&Options::default(), &folder, SURVEY).unwrap();
    let resumed =
        |recipe: &str| settings.clone().resumed(&Options::default().set("recipe", recipe));
    assert_eq!(resumed("default").unwrap(), settings);
    let error = resumed("small").unwrap_err().to_string();
    assert!(error.contains("recipe") && error.contains("small"), "{error}");
    let unknown = Settings::new(&Options::default().set("recipe", "best"), &folder, SURVEY);
    assert!(unknown.unwrap_err().to_string().contains("article"));
}

#[test]
fn few_images_and_a_batch_that_is_larger_are_warned_of() {
    let warnings = |images, batch: Option<u64>| {
        let options = Options::default();
        let options = batch.into_iter().fold(options, |all, batch| all.set("batch_size", batch));
        few_images::warnings(images, &options)
    };
    assert_eq!(warnings(499, Some(64)), [dcgan_data::few_images(499).unwrap()]);
    assert_eq!(warnings(500, Some(500)), [""; 0]);
    assert_eq!(warnings(1, None), [dcgan_data::few_images(1).unwrap()]);
    let larger = "batch_size is 51, more than the 50 images: each step uses some of them more than once; use a smaller one, or leave it out";
    assert_eq!(warnings(50, Some(51))[1..], [larger]);
    assert_eq!(warnings(500, Some(501)).len(), 1);
}
