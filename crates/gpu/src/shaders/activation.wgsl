// Activations f, and their derivatives as functions of y = f(x). The codes are those of `kernels/activation.rs`.

const IDENTITY: u32 = 0u;
const RELU: u32 = 1u;
const LEAKY_RELU: u32 = 2u;
const TANH: u32 = 3u;

fn activate(kind: u32, slope: f32, x: f32) -> f32 {
    switch kind {
        case RELU: { return max(x, 0.0); }
        case LEAKY_RELU: { return select(slope * x, x, x > 0.0); }
        // Some drivers compute tanh from powers of e, which overflow. It is 1 from 9.02 on.
        case TANH: { return select(tanh(x), sign(x), abs(x) > 10.0); }
        default: { return x; }
    }
}

fn derivative(kind: u32, slope: f32, y: f32) -> f32 {
    switch kind {
        case RELU: { return select(0.0, 1.0, y > 0.0); }
        case LEAKY_RELU: { return select(slope, 1.0, y > 0.0); }
        case TANH: { return 1.0 - y * y; }
        default: { return 1.0; }
    }
}
