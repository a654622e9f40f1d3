use ndarray::Array3;

use crate::canvas::Canvas;

#[test]
fn a_grid_pads_its_tiles_with_two_black_pixels() {
    let tile = |shade: u8| Canvas::from_bytes(1, 1, &[shade]);
    let grid = Canvas::grid(&[tile(1), tile(2), tile(3)], 2);
    assert_eq!((grid.width, grid.height), (8, 8));
    let lit: Vec<(usize, u8)> =
        grid.pixels.into_iter().enumerate().filter(|(_, shade)| *shade > 0).collect();
    // Row 2, columns 2 and 5; row 5, column 2.
    assert_eq!(lit, [(2 * 8 + 2, 1), (2 * 8 + 5, 2), (5 * 8 + 2, 3)]);
}

#[test]
fn contrast_is_not_stretched() {
    let image = Array3::from_shape_vec((1, 5, 1), vec![-1.0, 0.0, 0.2, 1.0, 9.0]).unwrap();
    assert_eq!(Canvas::from_units(image.view()).pixels, [0, 128, 153, 255, 255]);
}
