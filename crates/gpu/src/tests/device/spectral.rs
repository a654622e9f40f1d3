//! Spectral normalisation.

use super::support::{array, assert_near, doubles, gpu, nan, noise, run};
use crate::kernels::spectral::Matrix;

/// Power iteration finds the largest singular value, and the gradient is that of the quotient W/(vᵀ·W·u).
#[test]
fn spectral_norm_divides_by_the_largest_singular_value() {
    for (rows, columns) in [(48, 8), (300, 20), (70, 1)] {
        let matrix = Matrix { rows, columns, weight: 2, u: 1, bias_len: 3 };
        let len = 2 + rows * columns + 3;
        let (theta, gradient, start) = (noise(0, len), noise(1, len), noise(2, 1 + columns));
        let [normalised, u, vectors, pulled] = run(&gpu(), |to| {
            let (theta, buffers) = (array(to, &theta), array(to, &start));
            let (vectors, normalised) = (nan(to, matrix.vectors_len()), nan(to, len));
            let gradient = array(to, &gradient);
            for _ in 0..2 {
                matrix.normalise(to, [&theta, &buffers, &vectors], &normalised);
            }
            matrix.pull_back(to, [&normalised, &buffers, &vectors], &gradient);
            Ok([normalised, buffers, vectors, gradient])
        });
        let w = |i: usize, j: usize| f64::from(theta[2 + i * columns + j]);
        let unit = |x: Vec<f64>| -> (Vec<f64>, f64) {
            let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
            (x.into_iter().map(|x| x / length).collect(), length)
        };
        let mut known = (doubles(&start[1..]), Vec::new(), 0.0);
        for _ in 0..2 {
            let row = |i| (0..columns).map(|j| w(i, j) * known.0[j]).sum();
            let (v, _) = unit((0..rows).map(row).collect());
            let column = |j| (0..rows).map(|i| w(i, j) * v[i]).sum();
            let (u, sigma) = unit((0..columns).map(column).collect());
            known = (u, v, sigma);
        }
        let (want_u, want_v, sigma) = known;
        assert_near("u", &u[1..], &want_u, 1e-5);
        assert_near("v", &vectors[..rows], &want_v, 1e-5);
        let (weight, bias) = normalised[2..].split_at(rows * columns);
        let want: Vec<f64> =
            doubles(&theta[2..][..rows * columns]).iter().map(|w| w / sigma).collect();
        assert_near("W/σ", weight, &want, 1e-5);
        assert_eq!((bias, u[0]), (&theta[2 + rows * columns..], start[0]));
        let dw = doubles(&gradient[2..][..rows * columns]);
        let along: f64 = dw.iter().zip(&want).map(|(d, w)| d * w).sum();
        let back = |i: usize| (dw[i] - along * want_v[i / columns] * want_u[i % columns]) / sigma;
        let back: Vec<f64> = (0..rows * columns).map(back).collect();
        assert_near("dW", &pulled[2..][..rows * columns], &back, 1e-4);
    }
}
