//! How long an editor waits after a stroke: `mtlc lsp` as a process, spoken to over its pipes, on a spec of 1,000 lines that has
//! every kind of block. `cargo bench --bench editor`, or with `-- 50` for as many strokes per question.
//!
//! Each line is a question that comes right after a stroke, so that the check of the new text is part of what it waits for; `all`
//! is what editors ask at once. Every second stroke breaks something that the next mends. Strokes wander through the file.

#[path = "editor/spec.rs"]
mod spec;

use std::io::BufReader;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};

/// Strokes per question, unless told otherwise.
const STROKES: usize = 200;
const URI: &str = "file:///bench/visits.mtl";

struct Editor {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    requests: i32,
    version: i32,
    /// The newest state of the text of which problems were told, and how many there are.
    told: (i64, usize),
}

/// What is asked after a stroke.
type Asked<'a> = Box<dyn Fn(&Place) -> Vec<(&'static str, Value)> + 'a>;

fn asked<'a>(ask: impl Fn(&Place) -> Vec<(&'static str, Value)> + 'a) -> Asked<'a> {
    Box::new(ask)
}

impl Editor {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_mtlc"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("mtlc starts");
        let to = process.stdin.take().expect("a pipe");
        let from = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut editor = Self { process, to, from, requests: 0, version: 1, told: (0, 0) };
        let completion = json!({ "completionItem": { "snippetSupport": true } });
        let id = editor.ask("initialize", json!({ "capabilities": { "textDocument": { "completion": completion } } }));
        editor.answer(id);
        editor.tell("initialized", json!({}));
        editor
    }

    fn tell(&mut self, method: &str, params: Value) {
        Message::from(Notification::new(method.into(), params)).write(&mut self.to).expect("listens");
    }

    fn ask(&mut self, method: &str, params: Value) -> i32 {
        self.requests += 1;
        Message::from(Request::new(self.requests.into(), method.into(), params)).write(&mut self.to).expect("listens");
        self.requests
    }

    fn next(&mut self) -> Message {
        let message = Message::read(&mut self.from).expect("a message").expect("it goes on");
        if let Message::Notification(one) = &message
            && one.method == "textDocument/publishDiagnostics"
        {
            let count = one.params["diagnostics"].as_array().map_or(0, Vec::len);
            self.told = (one.params["version"].as_i64().unwrap_or(0), count);
        }
        message
    }

    fn answer(&mut self, id: i32) -> Value {
        loop {
            if let Message::Response(answer) = self.next()
                && answer.id == id.into()
            {
                assert!(answer.error.is_none(), "{:?}", answer.error);
                return answer.result.unwrap_or_default();
            }
        }
    }

    /// What is told of this state of the text; it comes by itself.
    fn problems(&mut self) -> usize {
        while self.told.0 < i64::from(self.version) {
            self.next();
        }
        self.told.1
    }

    fn stroke(&mut self, at: &Place, typed: bool) {
        self.version += 1;
        let place = |column: usize| json!({ "line": at.line, "character": column });
        let (end, text) = if typed { (at.column, "x") } else { (at.column + 1, "") };
        let change = json!({ "range": { "start": place(at.column), "end": place(end) }, "text": text });
        let document = json!({ "uri": URI, "version": self.version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    }
}

/// Behind a word, where somebody types.
struct Place {
    line: usize,
    column: usize,
}

fn places(text: &str) -> Vec<Place> {
    let mut found = Vec::new();
    for (line, written) in text.lines().enumerate() {
        let word = |letter: char| letter.is_alphanumeric() || letter == '_';
        if let Some(start) = written.rfind(" ").map(|space| space + 1)
            && let Some(length) = written[start..].find(|letter| !word(letter)).or(Some(written.len() - start))
            && length > 0
        {
            found.push(Place { line, column: start + length });
        }
    }
    found
}

fn percentile(times: &[Duration], share: f64) -> f64 {
    times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3
}

fn main() {
    let strokes = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(STROKES);
    let text = spec::spec(1_000);
    let places = places(&text);
    let mut editor = Editor::start();
    let document = json!({ "uri": URI, "languageId": "mtl", "version": 1, "text": text });
    editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
    assert_eq!(editor.problems(), 0, "the spec is clean");

    let of = json!({ "uri": URI });
    let whole = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 100_000, "character": 0 } });
    let at =
        |place: &Place| json!({ "textDocument": of, "position": { "line": place.line, "character": place.column } });
    let file = || json!({ "textDocument": of });
    let hints = || json!({ "textDocument": of, "range": whole });
    let layout = || json!({ "textDocument": of, "options": { "tabSize": 2, "insertSpaces": true } });
    let all = |place: &Place| {
        let mut all = vec![("completion", at(place)), ("semanticTokens/full", file()), ("inlayHint", hints())];
        all.extend([("documentSymbol", file()), ("foldingRange", file()), ("codeLens", file())]);
        all
    };
    let questions: Vec<(&str, Asked<'_>)> = vec![
        ("problems", asked(|_| Vec::new())),
        ("hover", asked(|place| vec![("hover", at(place))])),
        ("completion", asked(|place| vec![("completion", at(place))])),
        ("signature", asked(|place| vec![("signatureHelp", at(place))])),
        ("colours", asked(|_| vec![("semanticTokens/full", file())])),
        ("hints", asked(|_| vec![("inlayHint", hints())])),
        ("outline", asked(|_| vec![("documentSymbol", file())])),
        ("folding", asked(|_| vec![("foldingRange", file())])),
        ("highlights", asked(|place| vec![("documentHighlight", at(place))])),
        ("formatting", asked(|_| vec![("formatting", layout())])),
        ("all", asked(all)),
    ];
    println!(
        "{} lines, {} strokes per question, milliseconds from the stroke to the answer",
        text.lines().count(),
        strokes
    );
    println!("{:<12} {:>8} {:>8} {:>8}", "question", "p50", "p99", "most");
    for (name, ask) in &questions {
        let mut times = Vec::with_capacity(strokes);
        for stroke in 0..strokes {
            let place = &places[stroke / 2 * 37 % places.len()];
            let asked = ask(place);
            let start = Instant::now();
            editor.stroke(place, stroke % 2 == 0);
            let told = asked.is_empty() || *name == "all";
            let ids: Vec<i32> = asked
                .into_iter()
                .map(|(method, params)| editor.ask(&format!("textDocument/{method}"), params))
                .collect();
            for id in ids {
                editor.answer(id);
            }
            if told {
                editor.problems();
            }
            times.push(start.elapsed());
            // What is told of the state comes after a pause; the next stroke begins when nothing is left to do.
            if !told {
                editor.problems();
            }
        }
        times.sort_unstable();
        let most = percentile(&times, 1.0);
        println!("{name:<12} {:>8.1} {:>8.1} {most:>8.1}", percentile(&times, 0.5), percentile(&times, 0.99));
    }
    let id = editor.ask("shutdown", Value::Null);
    editor.answer(id);
    editor.tell("exit", Value::Null);
    editor.process.wait().expect("ends");
}
