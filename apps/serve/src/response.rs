use std::fmt::Write;

/// An answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// Whether the body is described and left out.
    head_only: bool,
}

/// What a page may load: images, the style and the script of this server, and nothing else.
const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

impl Response {
    pub(crate) fn ok(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let response = Self { status: 200, headers: vec![], body: body.into(), head_only: false };
        response.with("Content-Type", content_type)
    }

    /// Something that went wrong, in one line of plain text.
    pub(crate) fn error(status: u16, why: impl std::fmt::Display) -> Self {
        let text = Self::ok("text/plain; charset=utf-8", format!("{why}\n"));
        Self { status, ..text }.with("Cache-Control", "no-store")
    }

    /// The client has what it asks for.
    pub(crate) fn not_modified() -> Self {
        Self { status: 304, headers: vec![], body: vec![], head_only: false }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn head_only(self, head_only: bool) -> Self {
        Self { head_only, ..self }
    }

    /// As it is sent. Each connection has one answer.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if self.status != 304 {
            let _ = write!(head, "Content-Length: {}\r\n", self.body.len());
        }
        let _ = write!(
            head,
            "Content-Security-Policy: {POLICY}\r\nCross-Origin-Resource-Policy: same-origin\r\n\
             X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n"
        );
        let body: &[u8] = if self.head_only { &[] } else { &self.body };
        [head.as_bytes(), body].concat()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        414 => "URI Too Long",
        431 => "Request Header Fields Too Large",
        _ => "Internal Server Error",
    }
}
