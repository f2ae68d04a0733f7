//! An editor as the server sees it: it opens texts, asks, and applies what it is told to change.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, Response};
use mtlc::editor::{Ended, serve};
use serde_json::{Value, json};

use crate::support::Folder;

/// Long enough for a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Editor {
    connection: Connection,
    server: Option<JoinHandle<Ended>>,
    next: i32,
    pub folder: Folder,
    pub texts: BTreeMap<String, String>,
    /// What was last told of each file.
    pub problems: BTreeMap<String, Value>,
    pub logged: Vec<String>,
    pub capabilities: Value,
}

impl Editor {
    /// A server that has not been spoken to.
    pub fn silent() -> Self {
        let (server, editor) = Connection::memory();
        Self {
            connection: editor,
            server: Some(std::thread::spawn(move || serve(&server))),
            next: 0,
            folder: Folder::new(),
            texts: BTreeMap::new(),
            problems: BTreeMap::new(),
            logged: Vec::new(),
            capabilities: Value::Null,
        }
    }

    pub fn new() -> Self {
        Self::with(json!({}), json!({}))
    }

    /// An editor that can do what these capabilities and options say.
    pub fn with(capabilities: Value, options: Value) -> Self {
        let mut editor = Self::silent();
        let root = uri(&editor.folder.0);
        let told = editor
            .ask(
                "initialize",
                json!({
                    "processId": null, "rootUri": root, "capabilities": capabilities, "initializationOptions": options,
                }),
            )
            .expect("initialises");
        editor.capabilities = told["capabilities"].clone();
        editor.tell("initialized", json!({}));
        editor
    }

    pub fn uri(&self, name: &str) -> String {
        uri(&self.folder.0.join(name))
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.0.join(name), text).expect("written");
    }

    pub fn tell(&self, method: &str, params: Value) {
        self.connection.sender.send(Notification::new(method.into(), params).into()).expect("somebody listens");
    }

    /// Sends a request; `Err` is the refusal.
    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        self.next += 1;
        let id = self.next;
        self.connection.sender.send(Request::new(id.into(), method.into(), params).into()).expect("somebody listens");
        loop {
            match self.connection.receiver.recv_timeout(PATIENCE).expect("an answer") {
                Message::Response(Response { id: of, result, error }) if of == id.into() => {
                    return match error {
                        Some(error) => Err((error.code, error.message)),
                        None => Ok(result.unwrap_or_default()),
                    };
                }
                other => self.hear(other),
            }
        }
    }

    fn hear(&mut self, message: Message) {
        if let Message::Notification(one) = message {
            match one.method.as_str() {
                "textDocument/publishDiagnostics" => {
                    let uri = one.params["uri"].as_str().expect("an address").to_string();
                    self.problems.insert(uri, one.params["diagnostics"].clone());
                }
                "window/logMessage" => self.logged.push(one.params["message"].to_string()),
                _ => {}
            }
        }
    }

    /// Waits until problems of a file are told, and gives their codes.
    pub fn told(&mut self, name: &str) -> Vec<String> {
        let uri = self.uri(name);
        self.problems.remove(&uri);
        while !self.problems.contains_key(&uri) {
            let message = self.connection.receiver.recv_timeout(PATIENCE).expect("problems are told");
            self.hear(message);
        }
        self.codes(name)
    }

    pub fn codes(&self, name: &str) -> Vec<String> {
        let problems = self.problems.get(&self.uri(name)).and_then(Value::as_array).cloned().unwrap_or_default();
        problems.iter().map(|one| one["code"].as_str().expect("a code").to_string()).collect()
    }

    /// Opens a text and waits for its problems.
    pub fn open(&mut self, name: &str, text: &str) -> Vec<String> {
        self.texts.insert(name.into(), text.into());
        let document = json!({ "uri": self.uri(name), "languageId": "mtl", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        self.told(name)
    }

    /// Replaces what stands in a range of bytes, as one who types does.
    pub fn replace(&mut self, name: &str, range: std::ops::Range<usize>, with: &str) {
        let text = self.texts[name].clone();
        let change = json!({ "range": { "start": position(&text, range.start), "end": position(&text, range.end) },
            "text": with });
        let document = json!({ "uri": self.uri(name), "version": 2 });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
        let mut text = text;
        text.replace_range(range, with);
        self.texts.insert(name.into(), text);
    }

    /// Asks at the place of a byte.
    pub fn at(&mut self, method: &str, name: &str, offset: usize) -> Result<Value, (i32, String)> {
        let mut params = json!({
            "textDocument": { "uri": self.uri(name) },
            "position": position(&self.texts[name], offset),
        });
        if method.ends_with("references") {
            params["context"] = json!({ "includeDeclaration": true });
        }
        self.ask(method, params)
    }

    /// Asks at the place where some text begins.
    pub fn on(&mut self, method: &str, name: &str, text: &str) -> Value {
        let offset = self.texts[name].find(text).unwrap_or_else(|| panic!("`{text}` is not there"));
        self.at(method, name, offset).expect("an answer")
    }

    /// Asks of a whole file.
    pub fn of(&mut self, method: &str, name: &str) -> Value {
        let mut params = json!({ "textDocument": { "uri": self.uri(name) } });
        if method.ends_with("formatting") {
            params["options"] = json!({ "tabSize": 2, "insertSpaces": true });
        }
        if method.ends_with("inlayHint") {
            params["range"] = whole();
        }
        self.ask(method, params).expect("an answer")
    }

    pub fn actions(&mut self, name: &str, offset: usize, only: Option<&str>) -> Vec<Value> {
        let here = position(&self.texts[name], offset);
        let mut context = json!({ "diagnostics": [] });
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let params = json!({ "textDocument": { "uri": self.uri(name) }, "range": { "start": here, "end": here },
            "context": context });
        self.ask("textDocument/codeAction", params).expect("an answer").as_array().expect("a list").clone()
    }

    /// The texts of all files that an edit of the workspace changes, as they are after it.
    pub fn after(&self, edit: &Value) -> BTreeMap<String, String> {
        let changes = edit["changes"].as_object().expect("changes");
        let changed = changes.iter().map(|(uri, edits)| {
            let name = uri.rsplit('/').next().expect("a name").to_string();
            let text = self.texts.get(&name).cloned();
            let text = text.unwrap_or_else(|| std::fs::read_to_string(self.folder.0.join(&name)).expect("is there"));
            (name, apply(&text, edits))
        });
        changed.collect()
    }

    /// Says that it ends, and ends.
    pub fn end(mut self) -> Ended {
        self.ask("shutdown", Value::Null).expect("shuts down");
        self.tell("exit", Value::Null);
        self.server.take().expect("runs").join().expect("ends")
    }

    /// Goes without a word.
    pub fn go(mut self) -> Ended {
        let server = self.server.take().expect("runs");
        drop(self);
        server.join().expect("ends")
    }
}

pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display().to_string().replace(' ', "%20"))
}

pub fn whole() -> Value {
    json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 1_000_000, "character": 0 } })
}

/// A place as the protocol counts it: an independent count, not the server's.
pub fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
    json!({ "line": line, "character": column })
}

/// The byte of such a place.
pub fn offset(text: &str, position: &Value) -> usize {
    let line = position["line"].as_u64().expect("a line") as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut column = position["character"].as_u64().expect("a column") as usize;
    let mut at = start;
    for character in text[start..].chars() {
        if column == 0 || character == '\n' {
            break;
        }
        column -= character.len_utf16();
        at += character.len_utf8();
    }
    at
}

/// What a range covers.
pub fn covered<'t>(text: &'t str, range: &Value) -> &'t str {
    &text[offset(text, &range["start"])..offset(text, &range["end"])]
}

/// A text after edits, which may stand in any order.
pub fn apply(text: &str, edits: &Value) -> String {
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("a list")
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            let new = edit["newText"].as_str().expect("a text");
            (offset(text, &range["start"]), offset(text, &range["end"]), new)
        })
        .collect();
    edits.sort();
    assert!(edits.windows(2).all(|pair| pair[0].1 <= pair[1].0), "edits overlap");
    let mut text = text.to_string();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}
