//! The binary, by real requests to a port that the system chooses.

mod images;
mod limits;
mod page;
#[cfg(unix)]
mod stop;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

use dcgan_gan::gen_file::{self, Precision};
use dcgan_gan::{Config, Fingerprint, GeneratorWeights, State};
use tempfile::TempDir;

/// A server of a small model.
struct Server {
    process: Child,
    /// Host and port.
    address: String,
    weights: GeneratorWeights,
    folder: TempDir,
}

/// An answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    /// Names in small letters.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dcgan-serve"));
    command.args(args);
    command
}

/// How the program ends that cannot start.
fn refused(args: &[&str]) -> String {
    let Output { status, stdout, stderr } = command(args).output().unwrap();
    assert!(!status.success() && stdout.is_empty(), "{status}");
    String::from_utf8(stderr).unwrap()
}

impl Server {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(args: &[&str]) -> Self {
        let config = Config { image_size: 16, nz: 5, ngf: 4, ndf: 2, ..Config::default() };
        let mut weights = State::new(config).unwrap().as_trained();
        // Fresh weights make images that are nearly flat.
        weights.theta.as_mut_slice().iter_mut().for_each(|v| *v *= 5.0);
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("cats.gen");
        fs::write(&model, gen_file::encode(&weights, 12, Precision::F32).unwrap()).unwrap();
        let mut process = command(&["--port", "0"])
            .args(args)
            .arg(&model)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_once("http://").expect("an address").1;
        let address = address.split_once('/').unwrap().0.replace("0.0.0.0", "127.0.0.1");
        Self { process, address, weights, folder }
    }

    fn model(&self) -> String {
        Fingerprint::from_generator(&self.weights).to_string()
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[])
    }

    fn ask(&self, method: &str, target: &str, headers: &[&str]) -> Answer {
        let host = format!("Host: {}", self.address);
        let own = if headers.iter().any(|header| header.starts_with("Host")) {
            None
        } else {
            Some(&*host)
        };
        let headers: String = own
            .into_iter()
            .chain(headers.iter().copied())
            .map(|header| format!("{header}\r\n"))
            .collect();
        self.send(&format!("{method} {target} HTTP/1.1\r\n{headers}\r\n"))
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        Answer::read(stream)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|at| at == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_lowercase(), value.to_owned())
        };
        let headers = lines.map(header).collect();
        Self { status, headers, body: bytes.split_off(end + 4) }
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value)
    }

    #[track_caller]
    fn is(self, status: u16, content_type: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        assert!(self.header("content-type").starts_with(content_type), "{:?}", self.headers);
        assert_eq!(self.header("content-length"), self.body.len().to_string());
        self
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// An error in one line of plain text.
    #[track_caller]
    fn says(self, status: u16, part: &str) {
        let text = self.is(status, "text/plain").text();
        assert!(text.contains(part) && text.lines().count() == 1, "{text}");
    }
}

#[test]
fn what_cannot_be_served_is_named_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("run.ckpt"), "DCGANRUN...").unwrap();
    for (model, why) in [
        (path("none.gen"), "cannot read"),
        (path(""), "is a folder; write its model to a file first: dcgan export"),
        (
            path("run.ckpt"),
            "not a generator in .gen format; `dcgan export MODEL --out g.gen` writes one",
        ),
    ] {
        let error = refused(&[&model]);
        assert!(error.starts_with("error: ") && error.lines().count() == 1, "{error}");
        assert!(error.contains(why), "{error}");
    }
    let server = Server::start();
    let port = server.address.rsplit_once(':').unwrap().1;
    let model = server.folder.path().join("cats.gen");
    let error = refused(&[model.to_str().unwrap(), "--port", port]);
    assert!(error.contains("choose another --port"), "{error}");
}

#[test]
fn arguments_that_cannot_be_are_refused_in_one_line() {
    for (args, why) in [
        (&[][..], "<MODEL.gen>"),
        (&["g.gen", "--port", "99999"], "99999 is not in 0..=65535"),
        (&["g.gen", "--host", "here"], "'here'"),
        (&["g.gen", "--timeout", "0"], "0 is not in 1..=3600"),
        (&["g.gen", "--nonsense"], "'--nonsense'"),
    ] {
        let error = refused(args);
        assert!(error.starts_with("error: ") && error.lines().count() == 1, "{error}");
        assert!(error.contains(why) && error.ends_with("; see --help\n"), "{error}");
        assert_eq!(command(args).output().unwrap().status.code(), Some(2));
    }
    let help = command(&["--help"]).output().unwrap();
    assert!(help.status.success() && help.stderr.is_empty());
    assert!(String::from_utf8(help.stdout).unwrap().contains("Usage: dcgan-serve"));
}
