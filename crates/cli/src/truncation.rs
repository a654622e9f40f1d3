/// `--truncation`, of the commands that make images of latents.
#[derive(Debug, clap::Args)]
pub(crate) struct Truncation {
    /// Multiply latents by PSI, greater than 0 and at most 1: below 1, images are more typical and less varied [default: 1]
    #[arg(long, value_name = "PSI", value_parser = psi)]
    truncation: Option<f64>,
}

impl Truncation {
    /// The factor of the latents.
    pub(crate) fn psi(&self) -> f64 {
        self.truncation.unwrap_or(1.0)
    }
}

fn psi(text: &str) -> Result<f64, String> {
    let psi = text.trim().parse().ok().filter(|&psi: &f64| psi > 0.0 && psi <= 1.0);
    psi.ok_or_else(|| "it must be a number greater than 0 and at most 1, such as 0.7".to_owned())
}
