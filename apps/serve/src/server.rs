//! Connections: each is one request and one answer, within limits of time and size.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::request::{self, MAX_HEAD, Request};
use crate::response::Response;
use crate::site::Site;

/// Connections at a time. A browser opens six, and some that it may never use.
const WORKERS: usize = 32;

/// How long the rest of a request is read after its answer, since closing the connection before would cut the answer
/// off.
const LINGER: Duration = Duration::from_millis(500);

/// A server that is bound to an address.
pub(crate) struct Server {
    listener: TcpListener,
    address: SocketAddr,
    timeout: Duration,
    stopped: AtomicBool,
}

impl Server {
    pub(crate) fn bind(address: (IpAddr, u16), timeout: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, timeout, stopped: AtomicBool::new(false) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until [`stop`](Self::stop).
    pub(crate) fn run(&self, site: &Site) {
        thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| self.work(site));
            }
        });
    }

    /// Ends [`run`](Self::run) after the requests that have begun; false if it was called before.
    pub(crate) fn stop(&self) -> bool {
        let is_first = !self.stopped.swap(true, Ordering::SeqCst);
        if is_first {
            // Each connection wakes a worker that waits for one.
            (0..WORKERS).for_each(|_| drop(TcpStream::connect(self.reachable())));
        }
        is_first
    }

    /// Our own address: what listens everywhere is reached on the loopback interface.
    fn reachable(&self) -> SocketAddr {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => [127, 0, 0, 1].into(),
                IpAddr::V6(_) => [0, 0, 0, 0, 0, 0, 0, 1].into(),
            });
        }
        address
    }

    fn work(&self, site: &Site) {
        while !self.stopped.load(Ordering::SeqCst) {
            match self.listener.accept() {
                Ok(_) if self.stopped.load(Ordering::SeqCst) => {}
                // A client that is gone is no problem of ours.
                Ok((stream, _)) => drop(self.serve(&stream, site)),
                // Too many open files, perhaps: others may be closed soon.
                Err(_) => thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    fn serve(&self, stream: &TcpStream, site: &Site) -> io::Result<()> {
        // The answer is one write, which nothing should delay.
        stream.set_nodelay(true)?;
        let response = match self.read_head(stream) {
            Ok(Some(request)) => site.answer(&request, self.address.ip()),
            Ok(None) => return Ok(()),
            Err(response) => response,
        };
        self.write(stream, &response.bytes())?;
        stream.shutdown(Shutdown::Write)?;
        let end = Instant::now() + LINGER;
        while read(stream, &mut [0; 4096], end)? > 0 {}
        Ok(())
    }

    /// The request; `None` if the client closed the connection without one.
    fn read_head(&self, stream: &TcpStream) -> Result<Option<Request>, Response> {
        let end = Instant::now() + self.timeout;
        let (mut head, mut block) = (Vec::new(), [0; 2048]);
        loop {
            let n = match read(stream, &mut block, end) {
                Ok(n) => n,
                Err(e) if e.kind() == ErrorKind::TimedOut => {
                    return Err(Response::error(408, "the request did not arrive in time"));
                }
                Err(_) => return Ok(None),
            };
            if n == 0 {
                return Ok(None);
            }
            head.extend_from_slice(&block[..n]);
            if let Some(request) = request::parse(&head)? {
                return Ok(Some(request));
            }
            if head.len() > MAX_HEAD {
                return Err(Response::error(431, "the headers are too long"));
            }
        }
    }

    fn write(&self, mut stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
        let end = Instant::now() + self.timeout;
        while !bytes.is_empty() {
            stream.set_write_timeout(Some(left(end)?))?;
            match stream.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) => bytes = &bytes[n..],
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

/// Reads what has arrived. It waits until `end` at most, however slowly bytes come in.
fn read(mut stream: &TcpStream, block: &mut [u8], end: Instant) -> io::Result<usize> {
    loop {
        stream.set_read_timeout(Some(left(end)?))?;
        match stream.read(block) {
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            // What a time limit is called depends on the system.
            Err(e) if e.kind() == ErrorKind::WouldBlock => return Err(ErrorKind::TimedOut.into()),
            result => return result,
        }
    }
}

fn left(end: Instant) -> io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
}
