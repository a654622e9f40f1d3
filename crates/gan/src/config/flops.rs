use super::Config;

impl Config {
    /// Floating-point operations in the convolutions of a forward pass of G and of D over one batch, as
    /// a direct convolution does them: 2·h_out·w_out·kernel²·c_in·c_out for each image and layer.
    pub fn forward_flops(&self) -> (u64, u64) {
        let [g, d] = self.layer_flops();
        (g.iter().sum(), d.iter().sum())
    }

    /// The same for a whole training step: exactly the passes that a step of [`crate::Trainer`] needs.
    pub fn step_flops(&self) -> u64 {
        let (g, d) = self.forward_flops();
        let [[g_first, ..], [.., d_first]] = self.layer_flops();
        // G: forward and backward; the gradient in the latents is not needed.
        let g = 3 * g - g_first;
        // D: forward over generated and real images; backward to the generated ones for G; backward
        // from both for itself, without the gradient in the images.
        let d = 2 * d + d + 2 * (2 * d - d_first);
        g + d
    }

    /// Those of a forward pass of G and of D: in the layer at 1 × 1, in all inner ones together, and in
    /// the one at the image.
    fn layer_flops(&self) -> [[u64; 3]; 2] {
        let network = |narrowest: usize, end: usize| {
            let widths: Vec<usize> = self.widths(narrowest).collect();
            // Each has a quarter of the pixels and four times the product of channels of the next.
            let pairs =
                widths.windows(2).zip(0..).map(|(pair, i)| pair[0] * pair[1] * (16 << (2 * i)));
            let outer = narrowest * self.channels * self.image_size * self.image_size / 4;
            [widths[0] * end, pairs.sum(), outer]
                .map(|terms| (2 * 16 * self.batch_size * terms) as u64)
        };
        [network(self.ngf, self.nz), network(self.ndf, 1)]
    }
}
