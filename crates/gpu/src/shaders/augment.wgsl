// The augmentation of each image, a workgroup for each: colours, then a shift, then a grey square. Counterpart:
// gan/src/augment/. Its adjoint: `augment_adjoint.wgsl`.

@compute @workgroup_size(256)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let image = group.x;
    let drawn = drawn[p.first + image];
    let start = image * p.side * p.side * p.channels;
    var own = 0.0;
    for (var i = lane; i < p.side * p.side * p.channels; i += 256u) {
        own += x[start + i];
    }
    let mean = sum_of_image(lane, own) / f32(p.side * p.side * p.channels);
    let constant = drawn.from_mean * mean + drawn.brightness;
    for (var pixel = lane; pixel < p.side * p.side; pixel += 256u) {
        let to = ((p.first + image) * p.side * p.side + pixel) * p.channels;
        let row = pixel / p.side;
        let column = pixel % p.side;
        let source = shifted(row, column, -drawn.shift_rows, -drawn.shift_columns);
        let is_grey = source == OUTSIDE || is_cut(drawn, row, column);
        let at = start + select(source, 0u, is_grey) * p.channels;
        let shared_part = drawn.grey * sum_of_pixel(at) + constant;
        for (var channel = 0u; channel < p.channels; channel++) {
            y[to + channel] = select(drawn.own * x[at + channel] + shared_part, 0.0, is_grey);
        }
    }
}
