use std::fmt;
use std::str::FromStr;

use dcgan_gan::latent;
use serde::{Deserialize, Serialize};

use super::Tiles;

/// The most seeds in an expression.
const MAX_SEEDS: u64 = 1_000;

/// A sum and difference of latents, as in section 6.3.2 of the DCGAN paper: `3 - 8 + 15`. A term is the latent of a
/// seed, or the mean of the latents of several, as in `(3,4,5) - (8-10) + 15`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mix {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    is_subtracted: bool,
    seeds: Vec<u64>,
}

impl Mix {
    /// The terms, each alone and without its sign, and last the whole.
    #[must_use]
    pub fn with_operands(self) -> Vec<Tiles> {
        let alone = |term: &Term| match term.seeds[..] {
            [seed] => Tiles::Seeds { first: seed, last: seed },
            _ => {
                let term = Term { is_subtracted: false, seeds: term.seeds.clone() };
                Tiles::Mix { expression: Self { terms: vec![term] } }
            }
        };
        let mut tiles: Vec<Tiles> = self.terms.iter().map(alone).collect();
        tiles.push(Tiles::Mix { expression: self });
        tiles
    }

    /// Number of terms.
    #[must_use]
    pub fn terms(&self) -> usize {
        self.terms.len()
    }

    /// The latent, of length `nz`.
    #[must_use]
    pub fn latent(&self, nz: usize) -> Vec<f32> {
        let mut sum = vec![0.0; nz];
        for Term { is_subtracted, seeds } in &self.terms {
            let weight = if *is_subtracted { -1.0 } else { 1.0 } / seeds.len() as f64;
            for &seed in seeds {
                let z = latent::from_seed(seed, nz);
                sum.iter_mut().zip(z).for_each(|(sum, z)| *sum += weight * f64::from(z));
            }
        }
        sum.into_iter().map(|z| z as f32).collect()
    }
}

impl FromStr for Mix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut terms: Vec<Term> = Vec::new();
        let mut seeds = 0;
        let mut rest = text.trim();
        while !rest.is_empty() {
            // Documents turn a minus into a dash.
            let sign = rest.strip_prefix(['+', '-', '−', '–']);
            let term = match sign {
                None if !terms.is_empty() => {
                    return Err(format!("there is no + or - before `{rest}`"));
                }
                _ => sign.unwrap_or(rest).trim_start(),
            };
            let (list, after) = split_term(term)?;
            let is_subtracted = sign.is_some() && !rest.starts_with('+');
            terms.push(Term { is_subtracted, seeds: read_list(list, &mut seeds)? });
            rest = after.trim_start();
        }
        match terms.is_empty() {
            true => Err("it must be seeds with + or - between them, such as 3 - 8 + 15".to_owned()),
            false => Ok(Self { terms }),
        }
    }
}

/// The seeds of the first term, and what is after it.
fn split_term(text: &str) -> Result<(&str, &str), String> {
    if let Some(list) = text.strip_prefix('(') {
        return list.split_once(')').ok_or_else(|| format!("there is no ) after `{text}`"));
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    match end {
        0 if text.is_empty() => Err("there is no seed after the last sign".to_owned()),
        0 => Err(format!("`{text}` does not begin with a seed, which is a whole number")),
        end => Ok(text.split_at(end)),
    }
}

/// Reads seeds such as `3,8-10`. `count` is the number of those before.
fn read_list(list: &str, count: &mut u64) -> Result<Vec<u64>, String> {
    let mut seeds = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| {
            let wrong = || format!("`{}` is not a seed, which is a whole number", text.trim());
            text.trim().parse::<u64>().map_err(|_| wrong())
        };
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return Err(format!("{first}-{last} is backwards; write {last}-{first}"));
        }
        *count = count.saturating_add(last - first).saturating_add(1);
        if *count > MAX_SEEDS {
            return Err(format!("it has more than {MAX_SEEDS} seeds"));
        }
        seeds.extend(first..=last);
    }
    Ok(seeds)
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (i, Term { is_subtracted, seeds }) in self.terms.iter().enumerate() {
            f.write_str(match (i, is_subtracted) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            })?;
            match &seeds[..] {
                [seed] => write!(f, "{seed}")?,
                seeds => {
                    let list: Vec<String> = seeds.iter().map(u64::to_string).collect();
                    write!(f, "({})", list.join(","))?;
                }
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Mix {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Mix> for String {
    fn from(mix: Mix) -> Self {
        mix.to_string()
    }
}
