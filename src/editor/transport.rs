//! Messages over a pair of pipes. What cannot be read is told and does not end the conversation; that the editor has gone does.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::thread::JoinHandle;

use lsp_server::{Connection, ErrorCode, Message, Notification, RequestId};
use lsp_types::notification::{Cancel, Exit, Initialized, Notification as _};
use serde_json::Value;

use super::identifiers::{carried, original};

/// Under this name the loop is told of what is no message: why, and the code of the error that answers it with the id of that answer; `null`
/// for what is not answered.
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
        receiver.into_iter().try_for_each(|message| write(&message, &mut output))
    });
    (server, Carrier { writer })
}

fn write(message: &Message, output: &mut impl Write) -> io::Result<()> {
    let id = match message {
        Message::Response(response) => original(&response.id),
        _ => None,
    };
    let Some(id) = id else { return message.write(output) };
    let mut body = serde_json::to_value(message)?;
    body["jsonrpc"] = "2.0".into();
    body["id"] = id;
    let body = body.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
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
        let why = format!("a message of {length} bytes is too large");
        return Ok(Some(unreadable(why, Some((ErrorCode::InvalidRequest, carried(&Value::Null))))));
    }
    let mut body = vec![0; length];
    if input.read_exact(&mut body).is_err() {
        return Ok(None);
    }
    Ok(Some(understood(&body)))
}

fn understood(body: &[u8]) -> Message {
    let mut value = match json(body) {
        Ok(value) => value,
        Err(error) => {
            let answer = (ErrorCode::ParseError, carried(&Value::Null));
            return unreadable(format!("this is no JSON: {error}"), Some(answer));
        }
    };
    // A request that lacks something could be taken for an answer, since these lack most.
    let asks = value.get("method").is_some();
    let answers = value.get("result").is_some() || value.get("error").is_some();
    let id = carried(value.get("id").unwrap_or(&Value::Null));
    if let Some(method) = value.get("method").and_then(Value::as_str) {
        let cancels = method == Cancel::METHOD;
        match value.get("id") {
            // Some who tell something write that nobody answers it.
            Some(Value::Null) if tells(method) => {}
            Some(_) => value["id"] = serde_json::to_value(&id).unwrap_or_default(),
            None => {}
        }
        if cancels && let Some(cancelled) = value.pointer_mut("/params/id") {
            *cancelled = serde_json::to_value(carried(cancelled)).unwrap_or_default();
        }
    }
    match serde_json::from_value(value) {
        Ok(message) if asks || answers => message,
        // An answer is not answered, or two could go on for ever.
        _ => unreadable(
            "this is neither a request, nor a notification, nor an answer".into(),
            Some((ErrorCode::InvalidRequest, id)).filter(|_| asks || !answers),
        ),
    }
}

/// Whether what has this name only tells something.
fn tells(method: &str) -> bool {
    let last = method.rsplit('/').next().unwrap_or(method);
    [Exit::METHOD, Initialized::METHOD].contains(&method) || method.starts_with("$/") || last.starts_with("did")
}

/// Texts of an editor may have halves of characters in them, or bytes that are none. Such a half is U+FFFD here, which is as wide; without
/// that, nothing of its file would be known.
fn json(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(body)
        .or_else(|error| serde_json::from_str(&without_halves(&String::from_utf8_lossy(body))).map_err(|_| error))
}

fn without_halves(json: &str) -> String {
    let mut whole = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        whole += &rest[..at];
        rest = &rest[at..];
        let (kept, length) = match escaped(rest) {
            Some(0xD800..=0xDBFF) if matches!(escaped(&rest[6..]), Some(0xDC00..=0xDFFF)) => (&rest[..12], 12),
            Some(0xD800..=0xDFFF) => ("\\ufffd", 6),
            // A backslash may stand behind one, and begins nothing then.
            _ => {
                let length = rest.chars().take(2).map(char::len_utf8).sum();
                (&rest[..length], length)
            }
        };
        whole += kept;
        rest = &rest[length..];
    }
    whole + rest
}

/// The number of `\u2192`.
fn escaped(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|one| one.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

fn unreadable(why: String, answer: Option<(ErrorCode, RequestId)>) -> Message {
    let answer = answer.map(|(code, id)| (code as i32, id));
    Message::Notification(Notification::new(UNREADABLE.into(), (why, answer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut input = text.as_bytes();
        let mut found = Vec::new();
        while let Ok(Some(message)) = read(&mut input) {
            found.push(match message {
                Message::Request(one) if original(&one.id).is_some() => {
                    format!("request {} {}", one.method, one.params)
                }
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
        assert!(nothing[0].ends_with("[-32600,3]]") && nothing[1] == "request shutdown", "{nothing:?}");
        assert_eq!(all(&format!("GET / HTTP/1.1\r\n\r\n{good}")), ["request shutdown"]);
        assert_eq!(all(&format!("Content-Length: x\r\n\r\n{good}")), ["request shutdown"]);
        // Cut off in the head, and in the body.
        assert!(all(&good[..10]).is_empty() && all(&good[..good.len() - 1]).is_empty());
        // A length that no memory has.
        assert_eq!(all("Content-Length: 99999999999999\r\n\r\n{}").len(), 1);
    }

    #[test]
    fn whatever_has_an_id_asks_and_whatever_tells_is_told() {
        let one = |body: &str| all(&format!("Content-Length: {}\r\n\r\n{body}", body.len())).remove(0);
        assert!(one(r#"{"id":1.5,"method":"shutdown"}"#).starts_with("request shutdown"));
        assert!(one(r#"{"id":null,"method":"shutdown"}"#).starts_with("request shutdown"));
        let ends = Exit::METHOD;
        assert_eq!(one(&format!(r#"{{"id":null,"method":"{ends}"}}"#)), format!("{ends} null"));
        assert_eq!(one(r#"{"id":null,"method":"textDocument/didOpen"}"#), "textDocument/didOpen null");
        // What cancels a request names it as that was carried.
        let cancelled = one(r#"{"method":"$/cancelRequest","params":{"id":1.5}}"#);
        assert!(cancelled.contains(&format!("{}", serde_json::to_value(carried(&1.5.into())).expect("a text"))));
        // An answer that cannot be read is not answered.
        assert!(one(r#"{"id":null,"error":{"code":1}}"#).ends_with(",null]"));
        assert!(one("[]").contains("-32600") && one("{").contains("-32700"));
    }

    #[test]
    fn an_answer_has_the_id_that_was_asked_with() {
        for id in [Value::Null, 1.5.into(), 9_000_000_000_u64.into(), 3.into(), "a".into()] {
            let answer = lsp_server::Response { id: carried(&id), result: Some(Value::Null), error: None };
            let mut written = Vec::new();
            write(&answer.into(), &mut written).expect("written");
            let written = String::from_utf8(written).expect("text");
            let (head, body) = written.split_once("\r\n\r\n").expect("a head");
            assert_eq!(head, format!("Content-Length: {}", body.len()));
            let body: Value = serde_json::from_str(body).expect("JSON");
            assert_eq!(body, serde_json::json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        }
    }

    #[test]
    fn half_a_character_loses_only_itself() {
        for (text, wanted) in [
            (r#""a\ud800b""#, "a\u{fffd}b"),
            (r#""\udc00\ud83d\ude00\ud83d""#, "\u{fffd}😀\u{fffd}"),
            (r#""\\ud800 \ud800\u0041""#, "\\ud800 \u{fffd}A"),
        ] {
            assert_eq!(json(text.as_bytes()).expect("JSON"), wanted, "{text}");
        }
        assert_eq!(json(b"\"a\xff\"").expect("JSON"), "a\u{fffd}");
        assert!(json(br#""\ud800"#).is_err() && json(br#"["\"#).is_err() && json(r#""\ud8é0""#.as_bytes()).is_err());
    }
}
