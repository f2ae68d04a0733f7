//! A server on this machine that breaks off, goes on, redirects and refuses as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What an object store says of an object.
const ABOUT: &str = "ETag: \"one\"\r\nLast-Modified: Fri, 27 Nov 2026 12:00:00 GMT";

/// What is done with one request.
#[derive(Clone, Copy)]
pub enum Act {
    Whole,
    /// Sends so many bytes of what was asked for, and hangs up.
    Cut(usize),
    /// Whatever range was asked for.
    NoRanges,
    Status(u16),
    /// To the same server.
    Redirect(&'static str),
    Silence,
}

pub struct Server {
    pub url: String,
    /// The ranges that were asked for.
    pub asked: Arc<Mutex<Vec<Option<usize>>>>,
}

/// Serves a file; each request is answered by the next act, the last act for all that follow.
pub fn serve(file: Vec<u8>, acts: Vec<Act>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/tables/x.csv", listener.local_addr().expect("an address"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = asked.clone();
    std::thread::spawn(move || {
        for (index, stream) in listener.incoming().enumerate() {
            let Ok(stream) = stream else { return };
            let act = acts[index.min(acts.len() - 1)];
            answer(stream, &file, act, &log);
        }
    });
    Server { url, asked }
}

fn answer(mut stream: TcpStream, file: &[u8], act: Act, log: &Mutex<Vec<Option<usize>>>) {
    let mut from = None;
    for line in BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some(range) = line.to_lowercase().strip_prefix("range: bytes=") {
            from = range.split('-').next().and_then(|from| from.parse::<usize>().ok());
        }
    }
    log.lock().expect("a log").push(from);
    let mut send = |head: String, body: &[u8]| {
        let _ = stream.write_all(format!("HTTP/1.1 {head}\r\n{ABOUT}\r\nConnection: close\r\n\r\n").as_bytes());
        let _ = stream.write_all(body);
    };
    match (act, from) {
        (Act::Status(status), _) => send(format!("{status} So\r\nContent-Length: 2"), b"no"),
        (Act::Redirect(to), _) => send(format!("302 Found\r\nLocation: {to}\r\nContent-Length: 0"), b""),
        (Act::Silence, _) => std::thread::sleep(Duration::from_millis(600)),
        (Act::Whole | Act::Cut(_), Some(from)) if from >= file.len() => {
            send(format!("416 No\r\nContent-Range: bytes */{}\r\nContent-Length: 0", file.len()), b"");
        }
        (Act::Whole | Act::Cut(_), Some(from)) => {
            let rest = &file[from..];
            let range = format!("Content-Range: bytes {from}-{}/{}", file.len() - 1, file.len());
            let most = if let Act::Cut(most) = act { most.min(rest.len()) } else { rest.len() };
            send(format!("206 Part\r\n{range}\r\nContent-Length: {}", rest.len()), &rest[..most]);
        }
        (Act::Cut(most), None) => send(format!("200 OK\r\nContent-Length: {}", file.len()), &file[..most]),
        (Act::Whole | Act::NoRanges, _) => send(format!("200 OK\r\nContent-Length: {}", file.len()), file),
    }
}
