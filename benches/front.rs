//! How fast the compiler's front is: parse, check, graph and format, on specs of growing size.
//!
//! `cargo bench --no-default-features` prints one line per stage and size. A small harness of our own: it takes the best of
//! several runs, which is what the stage costs when nothing else disturbs it.

#[path = "../tests/robust/generate.rs"]
mod generate;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use lsp_server::{Connection, Message, Notification, Request};
use mtlc::check::{self, Options};
use mtlc::diag::Sink;
use mtlc::pipeline::Pipeline;
use mtlc::source::{FileId, MemoryLoader, Sources};
use mtlc::{format, graph, syntax};

/// At least so many runs, and at least for so long.
const RUNS: u32 = 5;
const TIME: Duration = Duration::from_millis(400);

fn best<T>(mut work: impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    let mut best = Duration::MAX;
    let mut runs = 0;
    while runs < RUNS || start.elapsed() < TIME {
        let start = Instant::now();
        black_box(work());
        best = best.min(start.elapsed());
        runs += 1;
    }
    best
}

fn checked(text: &str) -> Pipeline {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let file = sources.add("bench.mtl", Some(Path::new("bench.mtl")), text);
    let checked = check::check(file, &mut sources, &MemoryLoader::default(), &Options::default(), &mut sink);
    checked.into_pipeline().unwrap_or_else(|| panic!("the spec has errors: {:?}", sink.finish().first()))
}

/// From a stroke in the middle of a text to the answers that an editor asks for after it.
fn strokes(text: &str, line: &dyn Fn(&str, Duration)) {
    let (server, editor) = Connection::memory();
    let serving = std::thread::spawn(move || mtlc::editor::serve(&server));
    let uri = "file:///bench.mtl";
    let tell = |method: &str, params: serde_json::Value| {
        editor.sender.send(Notification::new(method.into(), params).into()).expect("listens");
    };
    let mut next = 0;
    let mut ask = |method: &str, params: serde_json::Value| {
        next += 1;
        editor.sender.send(Request::new(next.into(), method.into(), params).into()).expect("listens");
        loop {
            if let Message::Response(answer) = editor.receiver.recv().expect("answers") {
                assert!(answer.error.is_none(), "{method}: {:?}", answer.error);
                return;
            }
        }
    };
    ask("initialize", serde_json::json!({ "capabilities": {} }));
    let document = serde_json::json!({ "uri": uri, "languageId": "mtl", "version": 1, "text": text });
    tell("textDocument/didOpen", serde_json::json!({ "textDocument": document }));
    let middle = text.lines().count() / 2;
    let at = |column: usize| serde_json::json!({ "line": middle, "character": column });
    let of = serde_json::json!({ "uri": uri });
    let whole =
        serde_json::json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 100_000, "character": 0 } });
    let mut questions = vec![("problems", None)];
    let place = serde_json::json!({ "textDocument": of, "position": at(4) });
    for method in ["hover", "completion", "signatureHelp", "definition", "documentHighlight"] {
        questions.push((method, Some(place.clone())));
    }
    for method in ["documentSymbol", "foldingRange", "semanticTokens/full"] {
        questions.push((method, Some(serde_json::json!({ "textDocument": of }))));
    }
    let options = serde_json::json!({ "tabSize": 2, "insertSpaces": true });
    questions.push(("formatting", Some(serde_json::json!({ "textDocument": of, "options": options }))));
    questions.push(("inlayHint", Some(serde_json::json!({ "textDocument": of, "range": whole }))));
    let mut version = 1;
    for (method, params) in questions {
        let time = best(|| {
            version += 1;
            // A stroke that is taken back by the next.
            let (range, new) = match version % 2 {
                0 => (serde_json::json!({ "start": at(0), "end": at(0) }), " "),
                _ => (serde_json::json!({ "start": at(0), "end": at(1) }), ""),
            };
            let change = serde_json::json!({ "range": range, "text": new });
            let document = serde_json::json!({ "uri": uri, "version": version });
            tell("textDocument/didChange", serde_json::json!({ "textDocument": document, "contentChanges": [change] }));
            match &params {
                Some(params) => ask(&format!("textDocument/{method}"), params.clone()),
                // They come by themselves, after a pause of 15 ms, which is part of the time.
                None => loop {
                    if let Message::Notification(one) = editor.receiver.recv().expect("answers")
                        && one.params["version"] == version
                    {
                        break;
                    }
                },
            }
        });
        line(method, time);
    }
    drop(editor);
    serving.join().expect("ends");
}

fn main() {
    println!("{:<20} {:>7} {:>12} {:>12}", "stage", "lines", "time", "per line");
    let penguins = include_str!("../pipelines/penguins.mtl").to_string();
    for text in [penguins].into_iter().chain([16, 100, 1_000, 10_000].map(generate::spec)) {
        let lines = text.lines().count();
        let line = |stage: &str, time: Duration| {
            let per_line = time.as_secs_f64() * 1e6 / lines as f64;
            println!("{stage:<20} {lines:>7} {:>9.3} ms {per_line:>9.2} µs", time.as_secs_f64() * 1e3);
        };
        line("parse", best(|| syntax::parse(FileId(0), &text, &mut Sink::default())));
        line("check", best(|| checked(&text)));
        let pipeline = checked(&text);
        line("graph", best(|| graph::build(&pipeline)));
        line(
            "passes",
            best(|| {
                let mut model = graph::build(&pipeline);
                graph::passes::optimize(&mut model, &[])
            }),
        );
        line("format", best(|| format::format(FileId(0), &text, &mut Sink::default())));
        if lines < 2_000 {
            strokes(&text, &line);
        }
    }
}
