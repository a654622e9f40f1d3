use std::iter::zip;

use crate::Accum;

/// to ← Σ parts, or to ← to + Σ parts, in the order of the parts. Each part is as long as `to`.
#[inline(always)]
pub(crate) fn sum_parts<'a>(
    accum: Accum,
    mut parts: impl Iterator<Item = &'a [f32]>,
    to: &mut [f32],
) {
    if accum == Accum::Overwrite {
        match parts.next() {
            Some(first) => to.copy_from_slice(first),
            None => to.fill(0.0),
        }
    }
    parts.for_each(|part| zip(&mut *to, part).for_each(|(to, from)| *to += from));
}
