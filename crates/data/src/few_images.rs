/// With fewer images the discriminator recognises each of them.
const ENOUGH: usize = 500;

/// The warning for a set that is too small to train on, without the word `warning`.
///
/// ```
/// assert!(dcgan_data::few_images(50).is_some_and(|text| text.starts_with("only 50 images: ")));
/// assert_eq!(dcgan_data::few_images(500), None);
/// ```
pub fn few_images(images: usize) -> Option<String> {
    let s = if images == 1 { "" } else { "s" };
    (images < ENOUGH).then(|| {
        format!(
            "only {images} image{s}: with fewer than about {ENOUGH}, the networks memorise them and quality stays low; add more if you can"
        )
    })
}
