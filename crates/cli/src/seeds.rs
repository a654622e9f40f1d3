use std::str::FromStr;

/// The most pictures that one list may ask for.
const MOST: u64 = 100_000;

/// Seeds as people write them: `7`, `0-63`, `0-35,40,100-110`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seeds(pub(crate) Vec<u64>);

impl FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut seeds = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (first, last) = match part.split_once('-') {
                Some((first, last)) => (seed(first)?, seed(last)?),
                None => (seed(part)?, seed(part)?),
            };
            if first > last {
                return Err(format!("{part} runs backwards; write {last}-{first}"));
            }
            if seeds.len() as u64 + (last - first) >= MOST {
                return Err(format!("{text} asks for more than {MOST} pictures"));
            }
            seeds.extend(first..=last);
        }
        Ok(Self(seeds))
    }
}

fn seed(text: &str) -> Result<u64, String> {
    let text = text.trim();
    text.parse().map_err(|_| format!("`{text}` is no seed; write numbers such as 7 or 0-63,100"))
}
