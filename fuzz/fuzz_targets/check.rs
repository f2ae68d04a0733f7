//! Any text is checked; one without errors has a graph.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use mtlc::check::{self, Options};
use mtlc::diag::Sink;
use mtlc::graph;
use mtlc::source::{MemoryLoader, Sources};

fuzz_target!(|text: &str| {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let file = sources.add("fuzz.mtl", Some(Path::new("fuzz.mtl")), text);
    let checked = check::check(file, &mut sources, &MemoryLoader::default(), &Options::default(), &mut sink);
    if let Some(pipeline) = &checked.pipeline {
        let mut model = graph::build(pipeline);
        graph::passes::optimize(&mut model, &[]);
    }
    for problem in sink.finish() {
        assert!(sources.get(problem.span.file).text.get(problem.span.range()).is_some());
    }
});
