//! Messages over a pair of pipes. What cannot be read is told and does not end the conversation; that the editor has gone does.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::thread::JoinHandle;

use lsp_server::{Connection, Message, Notification, RequestId};
use lsp_types::notification::{Exit, Notification as _};
use serde_json::Value;

/// Under this name the loop is told of what is no message; `id` if it was meant to be answered.
pub const UNREADABLE: &str = "$/mtlc/unreadable";

/// Larger messages are not read: a spec has fewer bytes, and a length may be nonsense.
const MOST_BYTES: usize = 128 << 20;

/// What carries the messages, until both ends have gone.
pub struct Carrier {
    writer: JoinHandle<io::Result<()>>,
}

impl Carrier {
    /// Waits until everything is written. Reading is not waited for: it ends with the process.
    ///
    /// # Errors
    /// If the editor has gone before.
    pub fn finish(self) -> io::Result<()> {
        self.writer.join().unwrap_or_else(|_| Err(io::Error::other("the writer of messages has failed")))
    }
}

/// Begins to read and to write messages.
pub fn connect(input: impl Read + Send + 'static, output: impl Write + Send + 'static) -> (Connection, Carrier) {
    let (server, editor) = Connection::memory();
    let Connection { sender, receiver } = editor;
    std::thread::spawn(move || {
        let mut input = BufReader::new(input);
        while let Ok(Some(message)) = read(&mut input) {
            let last = matches!(&message, Message::Notification(one) if one.method == Exit::METHOD);
            if sender.send(message).is_err() || last {
                break;
            }
        }
    });
    let writer = std::thread::spawn(move || {
        let mut output = output;
        receiver.into_iter().try_for_each(|message| message.write(&mut output))
    });
    (server, Carrier { writer })
}

/// The next message; `None` if there is no other.
fn read(input: &mut impl BufRead) -> io::Result<Option<Message>> {
    let mut length = None;
    let mut strange = false;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(8 << 10).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        match (text.split_once(':'), length) {
            (Some((name, value)), _) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse::<usize>().ok();
                strange |= length.is_none();
            }
            (None, Some(_)) if text.is_empty() => break,
            // After what was no header, everything up to the next length is lost.
            (None, None) if text.is_empty() && strange => {}
            (Some((name, _)), _) if name.eq_ignore_ascii_case("content-type") => {}
            _ => strange = true,
        }
    }
    let length = length.unwrap_or(0);
    if length > MOST_BYTES {
        io::copy(&mut input.by_ref().take(length as u64), &mut io::sink())?;
        return Ok(Some(unreadable(format!("a message of {length} bytes is too large"), None)));
    }
    let mut body = vec![0; length];
    if input.read_exact(&mut body).is_err() {
        return Ok(None);
    }
    Ok(Some(understood(&body)))
}

fn understood(body: &[u8]) -> Message {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => return unreadable(format!("this is no JSON: {error}"), None),
    };
    let id = serde_json::from_value::<RequestId>(value.get("id").cloned().unwrap_or_default()).ok();
    // A request that lacks something could be taken for an answer, since these lack most.
    let asks = value.get("method").is_some();
    let answers = value.get("result").is_some() || value.get("error").is_some();
    match serde_json::from_value(value) {
        Ok(message) if asks || answers => message,
        _ => unreadable("this is neither a request, nor a notification, nor an answer".into(), id),
    }
}

fn unreadable(why: String, id: Option<RequestId>) -> Message {
    Message::Notification(Notification::new(UNREADABLE.into(), (why, id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut input = text.as_bytes();
        let mut found = Vec::new();
        while let Ok(Some(message)) = read(&mut input) {
            found.push(match message {
                Message::Request(one) => format!("request {}", one.method),
                Message::Response(one) => format!("answer {}", one.id),
                Message::Notification(one) => format!("{} {}", one.method, one.params),
            });
        }
        found
    }

    #[test]
    fn what_is_no_message_loses_only_itself() {
        let framed = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let good = framed("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}");
        assert_eq!(all(&good), ["request shutdown"]);
        let broken = all(&(framed("{\"id\": 3") + &good));
        assert!(broken[0].contains("no JSON") && broken[1] == "request shutdown", "{broken:?}");
        let nothing = all(&(framed("{\"id\": 3}") + &good));
        assert!(nothing[0].ends_with(",3]") && nothing[1] == "request shutdown", "{nothing:?}");
        assert_eq!(all(&format!("GET / HTTP/1.1\r\n\r\n{good}")), ["request shutdown"]);
        assert_eq!(all(&format!("Content-Length: x\r\n\r\n{good}")), ["request shutdown"]);
        // Cut off in the head, and in the body.
        assert!(all(&good[..10]).is_empty() && all(&good[..good.len() - 1]).is_empty());
        // A length that no memory has.
        assert_eq!(all("Content-Length: 99999999999999\r\n\r\n{}").len(), 1);
    }
}
