/// The IEEE half that is nearest to a float below 2¹⁶ in magnitude; ties go to the even one.
pub(crate) fn to_half(value: f32) -> u16 {
    // Now the exponent has the offset of a half, and the bits of the half are at the top. Tiny values become subnormal,
    // as in a half, and lose bits far below the last one of it.
    let shifted = (value.abs() * 2f32.powi(-112)).to_bits();
    let rounded = (shifted + 0x0fff + (shifted >> 13 & 1)) >> 13;
    (value.to_bits() >> 16 & 0x8000) as u16 | rounded as u16
}
