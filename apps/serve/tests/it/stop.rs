use std::io::Write;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::{Answer, Server};

fn interrupt(server: &Server) {
    let id = server.process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

#[test]
fn ctrl_c_ends_the_server_after_the_request_that_has_begun() {
    let mut server = Server::start();
    let mut begun = server.connect();
    begun.write_all(b"GET /7.png HTTP/1.1\r\n").unwrap();
    // Until a worker has it.
    server.get("/7.png").is(200, "image/png");
    interrupt(&server);
    sleep(Duration::from_millis(300));
    begun.write_all(format!("Host: {}\r\n\r\n", server.address).as_bytes()).unwrap();
    Answer::read(begun).is(200, "image/png");
    assert_eq!(server.process.wait().unwrap().code(), Some(0));
}

#[test]
fn a_second_ctrl_c_does_not_wait() {
    let mut server = Server::start();
    let mut begun = server.connect();
    begun.write_all(b"GET /7.png HTTP/1.1\r\n").unwrap();
    server.get("/7.png").is(200, "image/png");
    interrupt(&server);
    sleep(Duration::from_millis(300));
    interrupt(&server);
    assert_eq!(server.process.wait().unwrap().code(), Some(130));
}
