use dcgan_layers::{Layer, Network, Spec};

use super::HEADER;
use crate::{Config, discriminator, generator};

/// Configuration, step and pictures: nine numbers of eight bytes, one, and one with four more.
const FIXED: usize = 9 * 8 + 8 + 8 + 4;

/// Holds every length in `body` against the networks of `config`, so that no number in a file
/// decides how much memory is taken. Behind the networks there are `tail` bytes.
pub(super) fn check(body: &[u8], config: &Config, tail: usize) -> Result<(), String> {
    let mut walk = Walk { body, at: FIXED };
    for (name, network) in
        [("generator", generator(config)), ("discriminator", discriminator(config))]
    {
        let theta = floats(&network, |layer| layer.params());
        let running = floats(&network, |layer| layer.running());
        walk.floats(name, "theta", theta)?;
        walk.floats(name, "running", running)?;
        // How many passes were tracked, and how many steps Adam took.
        walk.at += 2 * 8;
        walk.floats(name, "Adam's m", theta)?;
        walk.floats(name, "Adam's v", theta)?;
    }
    walk.at += tail;
    match body.len() {
        len if len == walk.at => Ok(()),
        len => Err(format!("a body of {len} bytes where this configuration has {}", walk.at)),
    }
}

fn floats(network: &Network, of: fn(&dyn Layer) -> Vec<Spec>) -> usize {
    network.nodes().iter().flat_map(|node| of(&*node.layer)).map(|spec| spec.len()).sum()
}

/// Where in a body we are.
struct Walk<'a> {
    body: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    /// Goes behind so many floats, if the length before them says the same.
    fn floats(&mut self, network: &str, array: &str, expected: usize) -> Result<(), String> {
        let at = HEADER + self.at;
        let rest = self.body.get(self.at..).and_then(|rest| rest.first_chunk());
        let Some(length) = rest else {
            return Err(format!("the {network}'s {array} is missing at byte {at}"));
        };
        let found = u64::from_le_bytes(*length);
        if found != expected as u64 {
            return Err(format!(
                "the {network}'s {array} has {found} floats at byte {at} where the network has {expected}"
            ));
        }
        self.at += 8 + 4 * expected;
        Ok(())
    }
}
