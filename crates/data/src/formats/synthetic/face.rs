//! The shapes of a cat's face. The head extends about one unit to each side of (0, 0); y points down.

use tiny_skia::Path;

use super::brush::path;

/// The outline of the head; `cheek` is its fullness, about 0 to 0.15.
pub(super) fn head(cheek: f32) -> Option<Path> {
    path(|p| {
        p.move_to(0.0, -0.78);
        p.cubic_to(0.55, -0.80, 0.96, -0.48, 1.0, 0.08);
        p.cubic_to(1.02, 0.5 + cheek, 0.56, 0.84, 0.0, 0.85);
        p.cubic_to(-0.56, 0.84, -1.02, 0.5 + cheek, -1.0, 0.08);
        p.cubic_to(-0.96, -0.48, -0.55, -0.80, 0.0, -0.78);
        p.close();
    })
}

/// An ear on `side` (−1 left, 1 right) with its tip at (x, y), scaled by `size`.
pub(super) fn ear(side: f32, (x, y): (f32, f32), size: f32) -> Option<Path> {
    // Scaled around the middle of its base; the skin inside is a smaller ear.
    let (cx, cy) = (0.57, -0.5);
    let at = |x: f32, y: f32| (side * (cx + (x - cx) * size), cy + (y - cy) * size);
    path(|p| {
        let (inner, outer, tip) = (at(0.14, -0.66), at(0.98, -0.12), at(x, y));
        let (up, down) =
            (at(0.36 * x + 0.08, 0.62 * y - 0.36), at(x * 0.62 + 0.49, 0.5 * y - 0.12));
        p.move_to(inner.0, inner.1);
        p.quad_to(up.0, up.1, tip.0, tip.1);
        p.quad_to(down.0, down.1, outer.0, outer.1);
        p.close();
    })
}

/// An open eye centred on (x, y), of half-width `w` and half-height `h`, its outer corner raised.
pub(super) fn eye(side: f32, (x, y): (f32, f32), w: f32, h: f32) -> Option<Path> {
    let (inner, outer) = ((x - side * w, y + 0.16 * h), (x + side * w, y - 0.22 * h));
    path(|p| {
        p.move_to(inner.0, inner.1);
        p.cubic_to(
            x - side * 0.62 * w,
            y - 1.12 * h,
            x + side * 0.55 * w,
            y - 1.3 * h,
            outer.0,
            outer.1,
        );
        p.cubic_to(
            x + side * 0.66 * w,
            y + 1.08 * h,
            x - side * 0.5 * w,
            y + 1.22 * h,
            inner.0,
            inner.1,
        );
        p.close();
    })
}

/// A closed eye.
pub(super) fn shut_eye((x, y): (f32, f32), w: f32) -> Option<Path> {
    path(|p| {
        p.move_to(x - w, y + 0.1);
        p.quad_to(x, y - 0.2, x + w, y + 0.1);
    })
}

/// The tip of the nose, centred on (x, y).
pub(super) fn nose((x, y): (f32, f32), w: f32) -> Option<Path> {
    path(|p| {
        p.move_to(x - w, y - 0.5 * w);
        p.quad_to(x, y - 0.95 * w, x + w, y - 0.5 * w);
        p.quad_to(x + 0.75 * w, y + 0.5 * w, x, y + 0.75 * w);
        p.quad_to(x - 0.75 * w, y + 0.5 * w, x - w, y - 0.5 * w);
        p.close();
    })
}

/// The mouth below a nose at (x, y).
pub(super) fn mouth((x, y): (f32, f32), w: f32) -> Option<Path> {
    path(|p| {
        p.move_to(x, y);
        p.line_to(x, y + 0.12);
        p.quad_to(x + 0.4 * w, y + 0.26, x + w, y + 0.13);
        p.move_to(x, y + 0.12);
        p.quad_to(x - 0.4 * w, y + 0.26, x - w, y + 0.13);
    })
}

/// Whisker number `i` of three, from the muzzle at (x, y) outward.
pub(super) fn whisker(side: f32, (x, y): (f32, f32), i: usize) -> Option<Path> {
    let row = i as f32 - 1.0;
    path(|p| {
        p.move_to(x + side * 0.26, y + 0.05 * row);
        p.quad_to(x + side * 0.7, y - 0.05 + 0.08 * row, x + side * 1.12, y + 0.04 + 0.17 * row);
    })
}

/// A tabby's stripe: a spindle between two points, `w` thick in the middle.
pub(super) fn stripe((x0, y0): (f32, f32), (x1, y1): (f32, f32), w: f32) -> Option<Path> {
    let (mx, my) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
    let length = f32::hypot(x1 - x0, y1 - y0).max(1e-3);
    let (nx, ny) = ((y0 - y1) / length * w, (x1 - x0) / length * w);
    path(|p| {
        p.move_to(x0, y0);
        p.quad_to(mx + nx, my + ny, x1, y1);
        p.quad_to(mx - nx, my - ny, x0, y0);
        p.close();
    })
}
