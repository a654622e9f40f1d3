use std::net::IpAddr;

/// Whether a request with this `Host` header may come from a page that was opened on this machine.
///
/// A site can let its own name point to 127.0.0.1 once its page is loaded (DNS rebinding); the browser then lets it read
/// what a server there answers. Its requests still carry its name. The port does not matter, so that tunnels work.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let is_address = address.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    is_address || name.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in
            ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.1.2.3", "[::1]:80", "[::1]"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:8000",
            "localhost.evil.example",
            "127.0.0.1.evil.example:8000",
            "evil.example:127.0.0.1",
            "10.0.0.1:8000",
            "[::2]:8000",
            "localhost:8000:8000",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
