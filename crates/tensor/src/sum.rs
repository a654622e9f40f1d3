use std::iter::zip;

/// to ← Σ parts, each as long as it, in their order; zeros if there are none.
#[inline(always)]
pub(crate) fn add_up<'a>(mut parts: impl Iterator<Item = &'a [f32]>, to: &mut [f32]) {
    match parts.next() {
        Some(first) => to.copy_from_slice(first),
        None => to.fill(0.0),
    }
    parts.for_each(|part| zip(&mut *to, part).for_each(|(to, from)| *to += from));
}
