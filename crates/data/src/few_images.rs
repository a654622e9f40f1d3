/// Images below which a DCGAN rather learns them by heart than what they have in common.
const FEW: usize = 500;

/// Says in one sentence what so few images can give; `None` if there are enough.
#[must_use]
pub fn few_images(images: usize) -> Option<String> {
    match images {
        1 => Some("there is only 1 image: the generator can at best reproduce it; use at least 500 images for new ones".to_owned()),
        _ if images < FEW => Some(format!(
            "there are only {images} images: the generator can at best reproduce them, with little variation; use at least {FEW}, better some thousands"
        )),
        _ => None,
    }
}
