//! The loop: one message after the other, answers at once, problems of what has changed as soon as nobody waits.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument, Exit, LogMessage,
    Notification as _, PublishDiagnostics,
};
use lsp_types::{
    Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, InitializeParams,
    InitializeResult, LogMessageParams, MessageType, PublishDiagnosticsParams, ServerInfo, Uri,
};
use serde_json::{Value, json};

use super::capabilities::{self, diagnostics};
use super::identifiers::original;
use super::positions::Encoding;
use super::world::{Client, Refusal, World};
use super::{paths, transport};

/// How long nothing must come before problems are looked for: what an editor asks right after a stroke is answered first.
const PAUSE: Duration = Duration::from_millis(5);

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The editor has said that it ends.
    Properly,
    /// It has gone.
    Gone,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waiting,
    Running,
    ShutDown,
}

struct Server<'c> {
    connection: &'c Connection,
    world: World,
    state: State,
    queue: VecDeque<Message>,
    /// Files whose problems are to be told again.
    dirty: BTreeSet<PathBuf>,
    /// Specs in whose variants nothing was wrong. What is wrong with such a spec itself is told before its variants are checked again, and they
    /// are in the next pause.
    sound: BTreeSet<PathBuf>,
    late: BTreeSet<PathBuf>,
    /// What was last told, by the file that was checked and the file that it was told of.
    told: BTreeMap<PathBuf, BTreeMap<Uri, Vec<Diagnostic>>>,
}

/// Answers an editor until it ends.
pub fn serve(connection: &Connection) -> Ended {
    let mut server = Server {
        connection,
        world: World::default(),
        state: State::Waiting,
        queue: VecDeque::new(),
        dirty: BTreeSet::new(),
        sound: BTreeSet::new(),
        late: BTreeSet::new(),
        told: BTreeMap::new(),
    };
    loop {
        let Some(message) = server.next() else { return Ended::Gone };
        match message {
            Message::Notification(one) if one.method == Exit::METHOD => {
                return if server.state == State::ShutDown { Ended::Properly } else { Ended::Gone };
            }
            Message::Notification(one) => server.heard(one),
            Message::Request(request) => server.asked(request),
            // An answer to what we have asked: that files be watched.
            Message::Response(_) => {}
        }
    }
}

impl Server<'_> {
    /// The next message. Before the loop waits for long, it tells what has changed.
    fn next(&mut self) -> Option<Message> {
        loop {
            self.queue.extend(self.connection.receiver.try_iter());
            if let Some(message) = self.queue.pop_front() {
                return Some(message);
            }
            if self.dirty.is_empty() && self.late.is_empty() {
                return self.connection.receiver.recv().ok();
            }
            match self.connection.receiver.recv_timeout(PAUSE) {
                Ok(message) => return Some(message),
                Err(error) if error.is_timeout() => self.tell_problems(),
                Err(_) => return None,
            }
        }
    }

    fn send(&self, message: impl Into<Message>) {
        // Nobody listens any more: the next message will not come.
        let _ = self.connection.sender.send(message.into());
    }

    fn notify<N: lsp_types::notification::Notification>(&self, params: N::Params) {
        self.send(Notification::new(N::METHOD.to_string(), params));
    }

    fn log(&self, message: String) {
        self.notify::<LogMessage>(LogMessageParams { typ: MessageType::WARNING, message });
    }

    // -------------------------------------------------------------------------------------- requests

    fn asked(&mut self, request: Request) {
        let id = request.id.clone();
        let answer = if self.cancelled(&id) {
            Err(Refusal { code: ErrorCode::RequestCanceled, message: "cancelled".into() })
        } else {
            let method = request.method.clone();
            // A mistake of ours loses one answer, and not what is in the editor.
            catch_unwind(AssertUnwindSafe(|| self.answer(request))).unwrap_or_else(|_| {
                self.world.forget_pieces();
                Err(Refusal { code: ErrorCode::InternalError, message: format!("`{method}` failed; this is a bug") })
            })
        };
        self.send(match answer {
            // As it is: `Response::new_ok` would copy it.
            Ok(result) => Response { id, result: Some(result), error: None },
            Err(refusal) => Response::new_err(id, refusal.code as i32, refusal.message),
        });
    }

    /// Whether the editor has lost interest while this waited.
    fn cancelled(&mut self, id: &RequestId) -> bool {
        self.queue.extend(self.connection.receiver.try_iter());
        let id = serde_json::to_value(id).unwrap_or_default();
        self.queue.iter().any(|message| {
            matches!(message, Message::Notification(one) if one.method == "$/cancelRequest" && one.params["id"] == id)
        })
    }

    fn answer(&mut self, request: Request) -> Result<Value, Refusal> {
        let refuse = |code, message: &str| Err(Refusal { code, message: message.into() });
        match (self.state, request.method.as_str()) {
            (State::Waiting, "initialize") => self.initialize(request.params),
            (State::Waiting, _) => refuse(ErrorCode::ServerNotInitialized, "`initialize` comes first"),
            (_, "initialize") => refuse(ErrorCode::InvalidRequest, "`initialize` comes once"),
            (State::ShutDown, _) => refuse(ErrorCode::InvalidRequest, "nothing is asked after `shutdown`"),
            (State::Running, "shutdown") => {
                self.state = State::ShutDown;
                Ok(Value::Null)
            }
            (State::Running, method) => {
                let Some(answer) = capabilities::answerer(method) else {
                    return refuse(ErrorCode::MethodNotFound, &format!("`{method}` is not answered here"));
                };
                answer(&self.world, request.params)
            }
        }
    }

    fn initialize(&mut self, params: Value) -> Result<Value, Refusal> {
        let params: InitializeParams = serde_json::from_value(params)
            .map_err(|error| Refusal { code: ErrorCode::InvalidParams, message: error.to_string() })?;
        let document = params.capabilities.text_document.as_ref();
        let item = document.and_then(|document| document.completion.as_ref()?.completion_item.as_ref());
        let general = params.capabilities.general.as_ref();
        let watched = params.capabilities.workspace.as_ref().and_then(|one| one.did_change_watched_files);
        let options = params.initialization_options.unwrap_or_default();
        let commands = options["commands"].as_array().into_iter().flatten();
        self.world.client = Client {
            encoding: Encoding::of(
                general.and_then(|general| general.position_encodings.as_deref()).unwrap_or_default(),
            ),
            snippets: item.and_then(|item| item.snippet_support).unwrap_or(false),
            watches: watched.and_then(|watched| watched.dynamic_registration).unwrap_or(false),
            commands: commands.filter_map(|command| Some(command.as_str()?.to_string())).collect(),
        };
        #[expect(deprecated, reason = "editors of today still send `rootUri` alone")]
        let root = params.root_uri;
        let folders = params.workspace_folders.unwrap_or_default();
        self.world.roots = folders.iter().map(|folder| paths::path_of(&folder.uri)).collect();
        if self.world.roots.is_empty() {
            self.world.roots.extend(root.as_ref().map(paths::path_of));
        }
        self.state = State::Running;
        let result = InitializeResult {
            capabilities: capabilities::declared(&self.world.client),
            server_info: Some(ServerInfo { name: "mtlc".into(), version: Some(env!("CARGO_PKG_VERSION").into()) }),
        };
        Ok(serde_json::to_value(result).unwrap_or_default())
    }

    // --------------------------------------------------------------------------------- notifications

    /// What an editor tells; a mistake of ours in it loses that alone.
    fn heard(&mut self, one: Notification) {
        let method = one.method.clone();
        if catch_unwind(AssertUnwindSafe(|| self.notified(one))).is_err() {
            self.world.forget_pieces();
            self.log(format!("`{method}` failed; this is a bug"));
        }
    }

    fn notified(&mut self, one: Notification) {
        if one.method == transport::UNREADABLE {
            return self.unreadable(one.params);
        }
        if self.state != State::Running {
            return;
        }
        let params = one.params;
        let understood = match one.method.as_str() {
            "initialized" => {
                self.watch_files();
                Ok(())
            }
            DidOpenTextDocument::METHOD => {
                serde_json::from_value(params).map(|DidOpenTextDocumentParams { text_document: opened }| {
                    let key = self.world.open(opened.uri, opened.version, opened.text);
                    self.changed(&key);
                })
            }
            DidChangeTextDocument::METHOD => {
                serde_json::from_value(params).map(|DidChangeTextDocumentParams { text_document, content_changes }| {
                    match self.world.change(&text_document.uri, text_document.version, content_changes) {
                        Some(key) => self.changed(&key),
                        None => self.log(format!("`{}` changes and is not open", text_document.uri.as_str())),
                    }
                })
            }
            DidCloseTextDocument::METHOD => {
                serde_json::from_value(params).map(|DidCloseTextDocumentParams { text_document }| {
                    let key = self.world.close(&text_document.uri);
                    self.dirty.remove(&key);
                    self.late.remove(&key);
                    self.tell(&key, BTreeMap::new());
                    self.changed(&key);
                })
            }
            DidChangeWatchedFiles::METHOD => {
                self.world.forget_all();
                self.changed(Path::new(""));
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(error) = understood {
            self.log(format!("`{}` is not understood: {error}", one.method));
        }
    }

    fn unreadable(&mut self, params: Value) {
        let (why, answer): (String, Option<(i32, RequestId)>) = serde_json::from_value(params).unwrap_or_default();
        // Without an id, nobody waits for an answer: who reads the log is told too.
        let asked = answer.as_ref().is_some_and(|(_, id)| original(id) != Some(Value::Null));
        if !asked {
            self.log(why.clone());
        }
        if let Some((code, id)) = answer {
            self.send(Response::new_err(id, code, why));
        }
    }

    /// Asks to be told when files change that an editor does not have open.
    fn watch_files(&self) {
        if !self.world.client.watches {
            return;
        }
        let globs = ["**/*.mtl", "**/mtlc.toml", "**/*.facts.json"];
        let watchers: Vec<Value> = globs.iter().map(|glob| json!({ "globPattern": glob })).collect();
        let options = json!({ "watchers": watchers });
        let one = json!({ "id": "files", "method": DidChangeWatchedFiles::METHOD, "registerOptions": options });
        let params = json!({ "registrations": [one] });
        self.send(Request::new(RequestId::from(1), "client/registerCapability".into(), params));
    }

    // -------------------------------------------------------------------------------------- problems

    /// Marks a file, and those that read it, to be checked.
    fn changed(&mut self, key: &Path) {
        let stale = self.world.documents().map(|(path, _)| path);
        let stale: Vec<PathBuf> = stale.filter(|path| *path == key || !self.world.is_current(path)).cloned().collect();
        self.dirty.extend(stale);
    }

    fn tell_problems(&mut self) {
        if self.dirty.is_empty() {
            std::mem::take(&mut self.late).iter().for_each(|key| self.check_and_tell(key, (true, true)));
        }
        for key in std::mem::take(&mut self.dirty) {
            let first = self.sound.contains(&key);
            self.check_and_tell(&key, (!first, false));
            if first {
                self.late.insert(key);
            }
        }
    }

    /// Of a spec alone, of it with its variants, or with these after it alone.
    fn check_and_tell(&mut self, key: &Path, (variants, late): (bool, bool)) {
        let world = &self.world;
        let found = catch_unwind(AssertUnwindSafe(|| {
            let snapshot = world.snapshot_of(key)?;
            if !variants {
                let own = snapshot.own_diagnostics();
                return Some((diagnostics::by_file(world, &snapshot, &snapshot.sources, &own), true));
            }
            let loader = world.loader();
            let judged = snapshot.judged(&loader);
            let found = diagnostics::by_file(world, &snapshot, &judged.sources, &judged.diagnostics);
            Some((found, snapshot.has_sound_variants(&loader)))
        }));
        match found {
            Ok(Some((found, sound))) => {
                if sound {
                    self.sound.insert(key.to_path_buf());
                } else {
                    self.sound.remove(key);
                }
                // What was told of the spec alone is all, as a rule.
                if !late || self.told.get(key) != Some(&found) {
                    self.tell(key, found);
                }
            }
            Ok(None) => {}
            // What was told before stays, and the next change is checked anew.
            Err(_) => {
                self.world.forget_pieces();
                self.log(format!("checking `{}` failed; this is a bug", key.display()));
            }
        }
    }

    /// Tells what a check has found, file by file; where it found something before and does not any more, that too.
    fn tell(&mut self, key: &Path, found: BTreeMap<Uri, Vec<Diagnostic>>) {
        let before = self.told.insert(key.to_path_buf(), found.clone()).unwrap_or_default();
        let concerned: BTreeSet<&Uri> = before.keys().chain(found.keys()).collect();
        for uri in concerned {
            // Several specs may say the same of a file that each of them uses.
            let mut all: Vec<Diagnostic> = Vec::new();
            for one in self.told.values().filter_map(|told| told.get(uri)).flatten() {
                if !all.contains(one) {
                    all.push(one.clone());
                }
            }
            let document = self.world.documents().find(|(_, document)| document.uri == *uri);
            let version = document.map(|(_, document)| document.version);
            self.notify::<PublishDiagnostics>(PublishDiagnosticsParams { uri: uri.clone(), diagnostics: all, version });
        }
        if found.is_empty() {
            self.told.remove(key);
        }
    }
}
