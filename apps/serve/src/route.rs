//! What a path stands for.

use crate::response::Response;

/// Most decimals of a place between two seeds.
const MAX_DECIMALS: usize = 3;

/// What is asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Route {
    /// The page with the images from this seed on.
    Page {
        from: u64,
    },
    Script,
    Style,
    Picture {
        source: Source,
        scale: usize,
        model: Option<String>,
    },
}

/// Where the latent of an image comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    Seed(u64),
    /// Step `step` of `steps` from one seed to another.
    Blend {
        from: u64,
        to: u64,
        step: u64,
        steps: u64,
    },
}

impl Route {
    /// # Errors
    /// The answer to a path that stands for nothing.
    pub(crate) fn parse(target: &str) -> Result<Self, Response> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut query = Query::parse(query)?;
        let route = match path {
            "/" => Self::Page { from: query.number("from", 0, u64::MAX)? },
            "/grid.js" => Self::Script,
            "/grid.css" => Self::Style,
            _ => {
                let source = source(path)?;
                let scale = query.number("scale", 1, usize::MAX as u64)? as usize;
                Self::Picture { source, scale, model: query.take("model").map(str::to_owned) }
            }
        };
        query.end()?;
        Ok(route)
    }
}

fn source(path: &str) -> Result<Source, Response> {
    let unknown = || {
        Response::error(
            404,
            "there is nothing here: try /7.png, /7.png?scale=4 or /blend/7-12/0.3.png",
        )
    };
    let name =
        path.strip_prefix('/').and_then(|path| path.strip_suffix(".png")).ok_or_else(unknown)?;
    let Some(blend) = name.strip_prefix("blend/") else {
        return number(name).map(Source::Seed).ok_or_else(unknown);
    };
    let (seeds, place) = blend.split_once('/').ok_or_else(unknown)?;
    let (from, to) = seeds.split_once('-').ok_or_else(unknown)?;
    let (from, to) = number(from).zip(number(to)).ok_or_else(unknown)?;
    let (step, steps) = fraction(place).ok_or_else(|| {
        Response::error(404, "the place between two seeds is a number from 0 to 1 with at most three decimals, such as 0.3")
    })?;
    Ok(Source::Blend { from, to, step, steps })
}

/// Digits alone.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// A decimal number in [0, 1] as a fraction: 0.25 is 25 / 100.
fn fraction(text: &str) -> Option<(u64, u64)> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > MAX_DECIMALS || text.ends_with('.') {
        return None;
    }
    let steps = 10u64.pow(decimals.len() as u32);
    let part = if decimals.is_empty() { 0 } else { number(decimals)? };
    let step = number(whole)?.checked_mul(steps)?.checked_add(part)?;
    (step <= steps).then_some((step, steps))
}

/// The parameters that have not been used yet.
struct Query<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Query<'a> {
    fn parse(query: &'a str) -> Result<Self, Response> {
        let pairs =
            query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('='));
        let pairs: Option<Vec<_>> = pairs.collect();
        pairs.map(Self).ok_or_else(|| Response::error(400, "a parameter has no value"))
    }

    fn take(&mut self, name: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|(own, _)| *own == name)?;
        Some(self.0.remove(at).1)
    }

    fn number(&mut self, name: &str, default: u64, max: u64) -> Result<u64, Response> {
        let Some(text) = self.take(name) else { return Ok(default) };
        number(text)
            .filter(|&value| value <= max)
            .ok_or_else(|| Response::error(400, format_args!("{name} must be a whole number")))
    }

    fn end(self) -> Result<(), Response> {
        match self.0.first() {
            None => Ok(()),
            Some(_) => Err(Response::error(400, "a parameter is unknown, or there twice")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_pictures() {
        let picture = |source, scale| Route::Picture { source, scale, model: None };
        let blend = |step, steps| Source::Blend { from: 7, to: 12, step, steps };
        for (target, route) in [
            ("/", Route::Page { from: 0 }),
            ("/?from=60", Route::Page { from: 60 }),
            ("/grid.js", Route::Script),
            ("/7.png", picture(Source::Seed(7), 1)),
            ("/18446744073709551615.png?scale=4", picture(Source::Seed(u64::MAX), 4)),
            ("/blend/7-12/0.png", picture(blend(0, 1), 1)),
            ("/blend/7-12/1.png", picture(blend(1, 1), 1)),
            ("/blend/7-12/0.3.png?scale=2", picture(blend(3, 10), 2)),
            ("/blend/7-12/0.125.png", picture(blend(125, 1000), 1)),
            ("/blend/7-12/1.00.png", picture(blend(100, 100), 1)),
        ] {
            assert_eq!(Route::parse(target), Ok(route), "{target}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for (target, status) in [
            ("", 404),
            ("/.png", 404),
            ("/+7.png", 404),
            ("/-7.png", 404),
            ("/7.gif", 404),
            ("/18446744073709551616.png", 404),
            ("http://evil.example/7.png", 404),
            ("/../7.png", 404),
            ("/blend/7/0.3.png", 404),
            ("/blend/7-12/1.1.png", 404),
            ("/blend/7-12/0.1234.png", 404),
            ("/blend/7-12/0..png", 404),
            ("/blend/7-12/.png", 404),
            ("/blend/7-12/99999999999999999999.png", 404),
            ("/blend/7-12/18446744073709551615.999.png", 404),
            ("/7.png?scale", 400),
            ("/7.png?scale=-1", 400),
            ("/7.png?scale=2&scale=3", 400),
            ("/7.png?colour=red", 400),
            ("/?from=x", 400),
        ] {
            assert_eq!(
                Route::parse(target).map_err(|response| response.status),
                Err(status),
                "{target}"
            );
        }
    }
}
