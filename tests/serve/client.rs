//! A server of its own for each test, and requests to it over sockets, written out.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::data::Folder;
use crate::train::{Said, command};

/// `mtlc serve` as a process, and its log.
pub struct Server {
    child: Child,
    /// Read as it comes: a pipe that nobody reads would hold it up.
    log: Mutex<Receiver<String>>,
    pub port: u16,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Server {
    /// Waits until it listens.
    pub fn start(folder: &Folder, line: &str) -> Self {
        let mut command = command(&folder.0);
        // With the cache that `predict` has, in which stands which vectors this processor computes with.
        command.arg("serve").args(["--port", "0"]).args(line.split_whitespace());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("mtlc runs");
        let (lines, log) = channel();
        let pipe = BufReader::new(child.stderr.take().expect("a pipe"));
        std::thread::spawn(move || pipe.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        let said = line_of(&log);
        let address = said["address"].as_str().unwrap_or_else(|| panic!("{said}"));
        let port = address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
        Self { child, log: Mutex::new(log), port }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        stream
    }

    /// Sends bytes and reads what is answered.
    pub fn send(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(bytes).expect("it is taken");
        answer(stream)
    }

    pub fn get(&self, path: &str, headers: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n").as_bytes())
    }

    pub fn post(&self, path: &str, kind: &str, headers: &str, body: &[u8]) -> Answer {
        self.send(&request(path, kind, headers, body))
    }

    pub fn ask(&self, model: &str, body: &Value) -> Answer {
        self.post(&format!("/v1/models/{model}:predict"), "application/json", "", body.to_string().as_bytes())
    }

    /// The next line of its log.
    pub fn log(&mut self) -> Value {
        line_of(&self.log.lock().expect("nobody has failed with it"))
    }

    /// The next line of its log about an event.
    pub fn log_of(&mut self, event: &str) -> Value {
        loop {
            let line = self.log();
            if line["event"] == event {
                return line;
            }
        }
    }

    /// Asks it to end, as a supervisor does.
    #[cfg(unix)]
    pub fn ask_to_end(&self) {
        let id = self.child.id().to_string();
        let told = std::process::Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(told.success());
    }

    /// Waits for its end.
    pub fn ended(mut self) -> Said {
        let status = self.child.wait().expect("it ends");
        let err = self.log.lock().expect("nobody has failed with it").iter().collect::<Vec<_>>().join("\n");
        Said { code: status.code(), out: String::new(), err }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn line_of(log: &Receiver<String>) -> Value {
    let line = log.recv_timeout(Duration::from_secs(120)).expect("a line");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

pub fn request(path: &str, kind: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// What comes until the other side closes.
pub fn answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
}

/// Says that nothing more will come, and reads what is answered.
pub fn half_closed(stream: TcpStream) -> Answer {
    stream.shutdown(Shutdown::Write).expect("it can be closed");
    answer(stream)
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.head, self.text()))
    }

    /// Fails if it has another status, or its error does not say these words.
    #[track_caller]
    pub fn must(self, status: u16, words: &str) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.text());
        assert!(self.text().contains(words), "`{words}` is not in:\n{}", self.text());
        self
    }
}
