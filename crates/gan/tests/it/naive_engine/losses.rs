//! The losses of both networks, in double precision.

use dcgan_gan::{LecamAnchors, Objective};

use super::layers::{Step, Tensor, output};

pub(super) fn sigmoid(l: f64) -> f64 {
    1.0 / (1.0 + (-l).exp())
}

/// The two losses of D and their gradients in its logits: real, then generated.
type OfD = [(f64, Tensor); 2];

/// The loss of G with its gradient in the logits of the generated images, and those of D.
pub(super) fn losses(
    objective: Objective,
    smoothing: f64,
    real: &Tensor,
    fake: &Tensor,
) -> ((f64, Tensor), OfD) {
    let each = |logits: &Tensor, loss: &dyn Fn(usize, f64) -> (f64, f64)| {
        let n = logits.data.len() as f64;
        let all: Vec<(f64, f64)> =
            logits.data.iter().enumerate().map(|(i, &l)| loss(i, l)).collect();
        let gradient = all.iter().map(|(_, slope)| slope / n).collect();
        let mean = all.iter().map(|(loss, _)| loss).sum::<f64>() / n;
        (mean, Tensor { dims: logits.dims, data: gradient })
    };
    let bce = |target: f64| {
        move |_, l: f64| {
            let p = sigmoid(l);
            (-target * p.ln() - (1.0 - target) * (1.0 - p).ln(), p - target)
        }
    };
    let square = |target: f64| move |_, l: f64| ((l - target).powi(2) / 2.0, l - target);
    let hinge = |sign: f64| {
        move |_, l: f64| if sign * l < 1.0 { (1.0 - sign * l, -sign) } else { (0.0, 0.0) }
    };
    let linear = |sign: f64| move |_, l: f64| (sign * l, sign);
    match objective {
        Objective::NonSaturating => {
            (each(fake, &bce(1.0)), [each(real, &bce(1.0 - smoothing)), each(fake, &bce(0.0))])
        }
        Objective::LeastSquares => (
            each(fake, &square(1.0)),
            [each(real, &square(1.0 - smoothing)), each(fake, &square(0.0))],
        ),
        Objective::Hinge => {
            (each(fake, &linear(-1.0)), [each(real, &hinge(1.0)), each(fake, &hinge(-1.0))])
        }
        Objective::Wasserstein => {
            (each(fake, &linear(-1.0)), [each(real, &linear(-1.0)), each(fake, &linear(1.0))])
        }
        Objective::Relativistic => {
            // G says that the generated image is the real one of each pair, D that the real one is.
            let g = each(fake, &|i, l| bce(1.0)(i, l - real.data[i]));
            let half = |(loss, slope): (f64, f64)| (loss / 2.0, slope);
            let d_real = each(real, &|i, l| half(bce(1.0)(i, l - fake.data[i])));
            let d_fake = each(fake, &|i, l| half(bce(0.0)(i, l - real.data[i])));
            (g, [d_real, d_fake])
        }
    }
}

/// Moves the anchors of the LeCam penalty, and adds its gradients in the logits of real and of generated images.
pub(super) fn lecam_penalty(
    anchors: &mut LecamAnchors,
    lambda: f64,
    step: u64,
    [(real, dreal), (fake, dfake)]: [(&[Step], &mut Tensor); 2],
) {
    let decay = ((1.0 + step as f64) / (10.0 + step as f64)).min(0.99);
    for (anchor, steps) in [(&mut anchors.real, real), (&mut anchors.fake, fake)] {
        let logits = &output(steps).data;
        let mean = logits.iter().sum::<f64>() / logits.len() as f64;
        *anchor = decay * *anchor + (1.0 - decay) * mean;
    }
    for (steps, dlogits, anchor) in [(real, dreal, anchors.fake), (fake, dfake, anchors.real)] {
        let logits = &output(steps).data;
        let n = logits.len() as f64;
        for (d, l) in dlogits.data.iter_mut().zip(logits) {
            *d += 2.0 * lambda * (l - anchor) / n;
        }
    }
}
