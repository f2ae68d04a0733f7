//! The process itself: what is no message, half a message, an editor that goes.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

struct Process {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Process {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mtlc"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, output }
    }

    fn write(&mut self, text: &str) {
        let input = self.child.stdin.as_mut().expect("a pipe");
        input.write_all(text.as_bytes()).and_then(|()| input.flush()).expect("written");
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.write(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    }

    /// The next message.
    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("a line") > 0, "the server has gone");
            match line.trim().split_once(": ") {
                Some((_, value)) => length = value.parse().expect("a length"),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a body");
        serde_json::from_slice(&body).expect("a message")
    }

    fn initialize(&mut self) {
        self.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } }));
        let told = self.read();
        assert_eq!(told["result"]["serverInfo"]["name"], "mtlc");
    }

    /// Closes its input, and gives the code that it ends with and what it said besides.
    fn close(mut self) -> (Option<i32>, String) {
        drop(self.child.stdin.take());
        let code = self.child.wait().expect("ends").code();
        let mut said = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
        (code, said)
    }
}

#[test]
fn what_is_no_message_ends_nothing() {
    let mut process = Process::start();
    process.initialize();
    process.write("Content-Length: 9\r\n\r\n{\"id\": 7,");
    assert_eq!(process.read()["method"], "window/logMessage");
    let told = process.read();
    assert_eq!((&told["id"], &told["error"]["code"]), (&Value::Null, &json!(-32700)), "{told}");
    process.send(&json!({ "jsonrpc": "2.0", "id": 7 }));
    let told = process.read();
    assert_eq!((&told["id"], &told["error"]["code"]), (&json!(7), &json!(-32600)));
    process.write("nonsense\r\nmore: of it\r\n\r\n");
    process.send(&json!({ "jsonrpc": "2.0", "id": "a", "method": "shutdown" }));
    let told = process.read();
    assert_eq!((&told["id"], told.get("error")), (&json!("a"), None));
    process.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(process.close(), (Some(0), String::new()));
}

#[test]
fn whatever_is_asked_has_an_answer_of_its_id() {
    let mut process = Process::start();
    process.initialize();
    for id in [json!(1.5), Value::Null, json!(9_000_000_000_u64), json!("a"), json!(-3)] {
        process.send(&json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/nothing" }));
        let told = process.read();
        assert_eq!((told.get("id"), &told["error"]["code"]), (Some(&id), &json!(-32601)), "{told}");
    }
    process.send(&json!({ "jsonrpc": "2.0", "id": null, "method": "exit" }));
    assert_eq!(process.close(), (Some(1), String::new()));
}

#[test]
fn a_text_with_half_a_character_is_open() {
    let mut process = Process::start();
    process.initialize();
    let opened = r#"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:a","languageId":"mtl","version":1,"text":"// \ud800\n"}}}"#;
    process.write(&format!("Content-Length: {}\r\n\r\n{opened}", opened.len()));
    let params = json!({ "textDocument": { "uri": "untitled:a" } });
    process.send(&json!({ "jsonrpc": "2.0", "id": 2, "method": "textDocument/semanticTokens/full", "params": params }));
    let mut told = process.read();
    while told.get("id").is_none() {
        assert_ne!(told["method"], "window/logMessage", "{told}");
        told = process.read();
    }
    // The comment, four units wide.
    assert_eq!(
        told["result"]["data"].as_array().map(|data| data[..3].to_vec()),
        Some(vec![json!(0), json!(0), json!(4)])
    );
}

#[test]
fn an_editor_that_goes_takes_the_server_with_it() {
    let process = Process::start();
    assert_eq!(process.close(), (Some(1), String::new()));
    let mut process = Process::start();
    process.initialize();
    process.write("Content-Length: 1000\r\n\r\n{\"half\":");
    assert_eq!(process.close(), (Some(1), String::new()));
    let mut process = Process::start();
    process.initialize();
    process.write("Content-Le");
    assert_eq!(process.close(), (Some(1), String::new()));
    let mut process = Process::start();
    process.initialize();
    process.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(process.close(), (Some(1), String::new()));
}
