use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::{Answer, Server};

#[test]
fn other_names_for_this_machine_are_refused() {
    let server = Server::start();
    let with = |host: &str| server.ask("GET", "/7.png", &[&format!("Host: {host}")]);
    for host in ["localhost", "localhost:1234", "127.0.0.1:8000", "[::1]:8000"] {
        with(host).is(200, "image/png");
    }
    for host in ["evil.example", "evil.example:8000", "localhost.evil.example", "192.168.0.1"] {
        with(host).says(403, "only to the names of this machine");
    }
    server.send("GET /7.png HTTP/1.1\r\n\r\n").says(400, "one Host header");
    let open = Server::with(&["--host", "0.0.0.0"]);
    open.ask("GET", "/7.png", &["Host: evil.example"]).is(200, "image/png");
}

#[test]
fn requests_that_make_no_sense_have_a_status_and_a_reason() {
    let server = Server::start();
    server.get("/nothing").says(404, "try /7.png");
    server.get("/favicon.ico").says(404, "try /7.png");
    server.get("/../etc/passwd").says(404, "try /7.png");
    server.get("/blend/7-12/2.png").says(404, "a number from 0 to 1");
    server.get("/7.png?size=3").says(400, "a parameter is unknown");
    server.get("http://evil.example/7.png").says(404, "try /7.png");
    let post = server.ask("POST", "/7.png", &[]);
    assert_eq!(post.header("allow"), "GET, HEAD");
    post.says(405, "only GET and HEAD");
    server.send("hello\r\n\r\n").says(400, "not a request");
    server.get(&format!("/{}.png", "7".repeat(2000))).says(414, "too long");
    server.ask("GET", "/", &["a: b"; 200]).says(431, "too many headers");
    let long = format!("a: {}", "b".repeat(20_000));
    server.ask("GET", "/", &[&long]).says(431, "too long");
    server.get("/7.png").is(200, "image/png");
}

#[test]
fn clients_that_send_too_slowly_are_dropped_and_hold_up_nobody() {
    let server = Server::with(&["--timeout", "1"]);
    // More than a browser opens, fewer than there are workers.
    let idle: Vec<_> = (0..20).map(|_| server.connect()).collect();
    let slow = server.connect();
    let answered = AtomicBool::new(false);
    thread::scope(|scope| {
        let patient = scope.spawn(|| {
            // A byte at a time, so that each read succeeds; far longer than the second that there is for all of them.
            let sent = (0..100).take_while(|_| {
                thread::sleep(Duration::from_millis(200));
                !answered.load(Ordering::SeqCst) && (&slow).write_all(b"G").is_ok()
            });
            sent.count()
        });
        server.get("/7.png").is(200, "image/png");
        Answer::read(slow.try_clone().unwrap()).says(408, "did not arrive in time");
        answered.store(true, Ordering::SeqCst);
        assert!(patient.join().unwrap() < 100, "only the end of the request brought an answer");
    });
    for stream in idle {
        Answer::read(stream).says(408, "did not arrive in time");
    }
}
