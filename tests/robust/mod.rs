//! Whatever the text: an answer, in time, and no panic.

mod bad_input;
mod generate;
mod mutated;
mod operators;
mod order;

use std::path::Path;

use mtlc::check::{self, Options};
use mtlc::diag::{Diagnostic, Sink};
use mtlc::pipeline::Pipeline;
use mtlc::source::{MemoryLoader, Sources};
use mtlc::{format, graph};

/// Sends a text through every stage up to the graph.
pub fn everything(text: &str) -> (Vec<Diagnostic>, Option<Pipeline>) {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let file = sources.add("test.mtl", Some(Path::new("test.mtl")), text);
    let loader = MemoryLoader::default();
    let checked = check::check(file, &mut sources, &loader, &Options::default(), &mut sink);
    if let Some(pipeline) = checked.pipeline() {
        let mut graph = graph::build(pipeline);
        graph::passes::optimize(&mut graph, &[]);
    }
    let settings = mtlc::diag::settings::Settings::default();
    let problems = settings.apply(sink.finish(), &checked.remarks, check::codes::all(), &sources);
    for problem in &problems {
        let source = sources.get(problem.span.file);
        assert!(source.text.get(problem.span.range()).is_some(), "{} points outside of its file", problem.code.name);
        assert!(!problem.message.contains('\n'), "more than one line: {}", problem.message);
    }
    let mut own = Sink::default();
    let laid_out = format::format(file, text, &mut own);
    assert_eq!(laid_out.is_none(), own.has_errors());
    (problems, checked.into_pipeline())
}
