use crate::response::Response;

/// The longest head of a request, in bytes.
pub(crate) const MAX_HEAD: usize = 16 << 10;

/// The longest request line; the longest that makes sense has some 120 bytes.
const MAX_LINE: usize = 1024;

const MAX_HEADERS: usize = 64;

/// What is known of a request.
#[derive(Debug, PartialEq)]
pub(crate) struct Request {
    /// Whether only the head of the answer is wanted.
    pub(crate) head_only: bool,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) host: String,
    /// The tags of `If-None-Match`.
    pub(crate) known: Vec<String>,
}

/// The request that `head` begins with; `None` if it is not complete yet.
///
/// # Errors
/// The answer to a request that is not understood.
pub(crate) fn parse(head: &[u8]) -> Result<Option<Request>, Response> {
    if !head.iter().take(MAX_LINE).any(|&byte| byte == b'\n') && head.len() >= MAX_LINE {
        return Err(Response::error(414, "the request line is too long"));
    }
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    match parsed.parse(head) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => {
            return Err(Response::error(431, "there are too many headers"));
        }
        Err(_) => return Err(Response::error(400, "this is not a request of HTTP/1.1")),
    }
    let head_only = match parsed.method {
        Some("GET") => false,
        Some("HEAD") => true,
        _ => {
            let response = Response::error(405, "only GET and HEAD are answered");
            return Err(response.with("Allow", "GET, HEAD"));
        }
    };
    let values = |name: &str| -> Vec<String> {
        let found = parsed.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).into_owned()).collect()
    };
    let [host] = &values("Host")[..] else {
        return Err(Response::error(400, "there must be one Host header"));
    };
    let known = values("If-None-Match").join(",");
    Ok(Some(Request {
        head_only,
        target: parsed.path.unwrap_or_default().to_owned(),
        host: host.clone(),
        known: known.split(',').map(|tag| tag.trim().to_owned()).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(head: &str) -> u16 {
        parse(head.as_bytes()).expect_err("not understood").status
    }

    #[test]
    fn a_request_is_read_once_it_is_complete() {
        let head = "GET /7.png?scale=4 HTTP/1.1\r\nhost: localhost:8000\r\nIf-None-Match: \"a\", W/\"b\"\r\n\r\n";
        for end in 0..head.len() {
            assert_eq!(parse(&head.as_bytes()[..end]).ok(), Some(None), "{end}");
        }
        let request = parse(head.as_bytes()).expect("a request").expect("a whole one");
        assert_eq!((request.target.as_str(), request.head_only), ("/7.png?scale=4", false));
        assert_eq!((request.host.as_str(), request.known.len()), ("localhost:8000", 2));
    }

    #[test]
    fn what_is_not_understood_has_a_status_of_its_own() {
        let headers = |n: usize| "a: b\r\n".repeat(n);
        assert_eq!(status("GET / HTTP/9\r\n\r\n"), 400);
        assert_eq!(status("\u{1}\u{2}\r\n\r\n"), 400);
        assert_eq!(status("GET / HTTP/1.1\r\n\r\n"), 400);
        assert_eq!(status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
        assert_eq!(status("POST / HTTP/1.1\r\nHost: a\r\n\r\n"), 405);
        assert_eq!(status(&format!("GET /{} HTTP/1.1\r\n", "7".repeat(MAX_LINE))), 414);
        assert_eq!(status(&format!("GET / HTTP/1.1\r\n{}\r\n", headers(100))), 431);
    }
}
