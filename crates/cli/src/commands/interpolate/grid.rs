use std::fmt;
use std::str::FromStr;

/// The most images in a row or a column.
const MAX: usize = 64;

/// Images of an animated grid: `4x3` is four columns and three rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl FromStr for Grid {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.trim().parse().ok().filter(|n| (1..=MAX).contains(n));
        let pair = text.split_once(['x', 'X', '×']);
        match pair.map(|(columns, rows)| (number(columns), number(rows))) {
            Some((Some(columns), Some(rows))) => Ok(Self { columns, rows }),
            _ => Err(format!("it must be columns and rows, each from 1 to {MAX}, such as 4x3")),
        }
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}x{}", self.columns, self.rows)
    }
}
