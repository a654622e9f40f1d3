use std::fmt;
use std::str::FromStr;

use dcgan_run::provenance::Tiles;

/// The largest number of images in one list.
const MAX_IMAGES: u64 = 100_000;

/// A list of seeds: `7`, `0-63`, `0-35,40,100-110`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seeds(pub(crate) Vec<u64>);

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut seeds = Vec::new();
        for part in text.split(',').map(str::trim) {
            let range = part.split_once('-').filter(|(first, _)| !first.is_empty());
            let (first, last) = match range {
                Some((first, last)) => (seed(first, text)?, seed(last, text)?),
                None => (seed(part, text)?, seed(part, text)?),
            };
            if first > last {
                return Err(format!("{part} is backwards; write {last}-{first}"));
            }
            if seeds.len() as u64 + (last - first) >= MAX_IMAGES {
                return Err(format!("{text} asks for more than {MAX_IMAGES} images"));
            }
            seeds.extend(first..=last);
        }
        Ok(Self(seeds))
    }
}

impl fmt::Display for Seeds {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let ranges = Tiles::from_seeds(&self.0).into_iter().filter_map(|tiles| match tiles {
            Tiles::Seeds { first, last } if first == last => Some(first.to_string()),
            Tiles::Seeds { first, last } => Some(format!("{first}-{last}")),
            _ => None,
        });
        f.write_str(&ranges.collect::<Vec<_>>().join(","))
    }
}

/// Reads a seed in a list.
fn seed(text: &str, list: &str) -> Result<u64, String> {
    let text = text.trim();
    text.parse().map_err(|_| {
        // In a list of one, the value of the flag is named already.
        let which =
            if text == list.trim() { String::new() } else { format!("`{text}` is not a seed: ") };
        format!("{which}it must be a list of whole numbers such as 7 or 0-63,100")
    })
}
