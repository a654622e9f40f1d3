use image::{DynamicImage, GrayImage, ImageBuffer, Luma, Rgb, RgbImage, Rgba, RgbaImage};

use super::shape;
use crate::crop_resize::crop_resize;

fn fitted(image: impl Into<DynamicImage>, side: usize, channels: usize) -> Vec<u8> {
    let mut out = vec![0; shape(side, channels).len()];
    crop_resize(&image.into(), shape(side, channels), &mut out);
    out
}

#[test]
fn an_image_of_the_right_size_is_taken_as_it_is() {
    let image = RgbImage::from_fn(4, 4, |x, y| Rgb([x as u8 * 9, y as u8 * 7, 200]));
    assert_eq!(fitted(image.clone(), 4, 3), image.into_raw());
    let image = RgbaImage::from_fn(4, 4, |x, y| Rgba([x as u8 * 9, 7, 200, y as u8 * 80]));
    assert_eq!(fitted(image.clone(), 4, 4), image.into_raw());
}

#[test]
fn the_square_in_the_middle_is_cut_out() {
    // Red, green and blue from left to right, and from top to bottom.
    let colour = |i: u32| [Rgb([255, 0, 0]), Rgb([0, 255, 0]), Rgb([0, 0, 255])][(i / 4) as usize];
    let wide = RgbImage::from_fn(12, 4, |x, _| colour(x));
    let high = RgbImage::from_fn(4, 12, |_, y| colour(y));
    for image in [wide, high] {
        assert_eq!(fitted(image, 2, 3), [0, 255, 0].repeat(4));
    }
}

#[test]
fn what_is_too_fine_for_the_pixels_is_averaged_not_sampled() {
    let checks = GrayImage::from_fn(64, 64, |x, y| Luma([255 * ((x + y) % 2) as u8]));
    for byte in fitted(checks, 8, 1) {
        assert!(byte.abs_diff(128) <= 2, "{byte}");
    }
}

#[test]
fn transparent_pixels_show_white() {
    let image = RgbaImage::from_fn(2, 1, |x, _| Rgba([255, 0, 0, [0, 128][x as usize]]));
    let left = image::imageops::crop_imm(&image, 0, 0, 1, 1).to_image();
    let right = image::imageops::crop_imm(&image, 1, 0, 1, 1).to_image();
    assert_eq!(fitted(left.clone(), 1, 3), [255, 255, 255]);
    assert_eq!(fitted(left, 1, 1), [255]);
    assert_eq!(fitted(right, 1, 3), [255, 127, 127]);
}

#[test]
fn hidden_colours_do_not_bleed_through_a_resize() {
    // Opaque red next to transparent green: no green may appear, and red keeps its value. (At opaque
    // pixels the filter sharpens the edge, as in any image.)
    let image =
        RgbaImage::from_fn(
            8,
            8,
            |x, _| {
                if x < 4 { Rgba([200, 0, 0, 255]) } else { Rgba([0, 255, 0, 0]) }
            },
        );
    for pixel in fitted(image, 3, 4).chunks(4) {
        assert_eq!(pixel[1], 0, "{pixel:?}");
        assert!([0, 255].contains(&pixel[3]) || pixel[0].abs_diff(200) <= 1, "{pixel:?}");
    }
}

#[test]
fn sixteen_bits_are_scaled_not_cut() {
    let image: ImageBuffer<Luma<u16>, Vec<u16>> =
        ImageBuffer::from_raw(3, 1, vec![0, 0x8080, 0xffff]).unwrap();
    let image = DynamicImage::from(image);
    for (x, byte) in [0, 128, 255].into_iter().enumerate() {
        assert_eq!(fitted(image.crop_imm(x as u32, 0, 1, 1), 1, 3), [byte; 3]);
    }
}

#[test]
fn grey_becomes_colour_and_colour_grey() {
    let grey = GrayImage::from_pixel(2, 2, Luma([77]));
    assert_eq!(fitted(grey.clone(), 1, 3), [77; 3]);
    assert_eq!(fitted(grey, 1, 4), [77, 77, 77, 255]);
    let green = RgbImage::from_pixel(2, 2, Rgb([0, 255, 0]));
    assert!(fitted(green, 1, 1)[0] > 150, "green looks bright");
}

#[test]
fn one_pixel_and_a_long_panorama_are_images_too() {
    assert_eq!(fitted(RgbImage::from_pixel(1, 1, Rgb([9, 8, 7])), 16, 3), [9, 8, 7].repeat(256));
    assert_eq!(fitted(GrayImage::from_pixel(20_000, 20, Luma([5])), 16, 1), [5; 256]);
}
