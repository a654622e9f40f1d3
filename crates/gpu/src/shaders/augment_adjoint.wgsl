// From the gradient in each augmented image, x, that in the image, y: the adjoints of the square, the shift and the
// colours, in this order. Counterpart: gan/src/augment/.

// Where in x the gradient of a pixel comes from; `OUTSIDE` if it left the image or is under the square.
fn source(drawn: Drawn, pixel: u32) -> u32 {
    let to = shifted(pixel / p.side, pixel % p.side, drawn.shift_rows, drawn.shift_columns);
    if to == OUTSIDE || is_cut(drawn, to / p.side, to % p.side) {
        return OUTSIDE;
    }
    return to;
}

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let image = group.x;
    let drawn = drawn[p.first + image];
    let start = image * p.side * p.side * p.channels;
    var own = 0.0;
    for (var pixel = lane; pixel < p.side * p.side; pixel += 256u) {
        let at = source(drawn, pixel);
        if at != OUTSIDE {
            own += sum_of_pixel(start + at * p.channels);
        }
    }
    let constant = drawn.from_mean * (sum_of_image(lane, own) / f32(p.side * p.side * p.channels));
    for (var pixel = lane; pixel < p.side * p.side; pixel += 256u) {
        let at = source(drawn, pixel);
        let is_zero = at == OUTSIDE;
        let known = start + select(at, 0u, is_zero) * p.channels;
        let shared_part = select(drawn.grey * sum_of_pixel(known), 0.0, is_zero) + constant;
        for (var channel = 0u; channel < p.channels; channel++) {
            let own_part = select(drawn.own * x[known + channel], 0.0, is_zero);
            y[start + pixel * p.channels + channel] = own_part + shared_part;
        }
    }
}
