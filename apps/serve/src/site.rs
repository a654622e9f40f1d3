//! What each request is answered.

use std::net::IpAddr;

use dcgan_infer::Generator;

use crate::request::Request;
use crate::response::Response;
use crate::route::{Route, Source};
use crate::{host, page, picture};

/// The images of a generator.
pub(crate) struct Site {
    generator: Generator,
}

impl Site {
    pub(crate) fn new(generator: Generator) -> Self {
        Self { generator }
    }

    /// The answer of a server that listens on `address`.
    pub(crate) fn answer(&self, request: &Request, address: IpAddr) -> Response {
        let response = if address.is_loopback() && !host::is_loopback(&request.host) {
            Response::error(
                403,
                "this server answers only to the names of this machine, such as localhost; see --host",
            )
        } else {
            self.content(request).unwrap_or_else(|refused| refused)
        };
        response.head_only(request.head_only)
    }

    fn content(&self, request: &Request) -> Result<Response, Response> {
        let fixed = |content_type, text: &str| {
            Ok(Response::ok(content_type, text).with("Cache-Control", "no-cache"))
        };
        match Route::parse(&request.target)? {
            Route::Page { from } => {
                fixed("text/html; charset=utf-8", &page::html(&self.generator, from))
            }
            Route::Script => fixed("text/javascript; charset=utf-8", page::SCRIPT),
            Route::Style => fixed("text/css; charset=utf-8", page::STYLE),
            Route::Picture { source, scale, model } => {
                self.picture(source, scale, model.as_deref(), &request.known)
            }
        }
    }

    fn picture(
        &self,
        source: Source,
        scale: usize,
        model: Option<&str>,
        known: &[String],
    ) -> Result<Response, Response> {
        let fingerprint = self.generator.fingerprint().to_string();
        if model.is_some_and(|model| model != fingerprint) {
            return Err(Response::error(404, format_args!("the model here is {fingerprint}")));
        }
        let max = picture::max_scale(self.generator.side());
        if !(1..=max).contains(&scale) {
            return Err(Response::error(400, format_args!("scale must be from 1 to {max}")));
        }
        // Another model can be behind the same address tomorrow, unless the address names the model.
        let cache = match model {
            Some(_) => "public, max-age=31536000, immutable",
            None => "no-cache",
        };
        let tag = tag(&fingerprint, source, scale);
        let response = if known.iter().any(|known| *known == tag || known == "*") {
            Response::not_modified()
        } else {
            let png = picture::png(&self.generator, source, scale)
                .map_err(|e| Response::error(500, format_args!("cannot encode the image: {e}")))?;
            Response::ok("image/png", png)
        };
        Ok(response.with("ETag", tag).with("Cache-Control", cache))
    }
}

/// Identifies an image. It is weak, since another version may compress it in another way.
fn tag(fingerprint: &str, source: Source, scale: usize) -> String {
    match source {
        Source::Seed(seed) => format!("W/\"{fingerprint}-{seed}-x{scale}\""),
        Source::Blend { from, to, step, steps } => {
            format!("W/\"{fingerprint}-{from}-{to}-{step}of{steps}-x{scale}\"")
        }
    }
}
