//! How fast the compiler's front is: parse, check, graph and format, on specs of growing size.
//!
//! `cargo bench --no-default-features` prints one line per stage and size. A small harness of our own: it takes the best of
//! several runs, which is what the stage costs when nothing else disturbs it.

#[path = "../tests/robust/generate.rs"]
mod generate;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

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

fn main() {
    println!("{:<10} {:>7} {:>12} {:>12}", "stage", "lines", "time", "per line");
    let penguins = include_str!("../pipelines/penguins.mtl").to_string();
    for text in [penguins].into_iter().chain([16, 100, 1_000, 10_000].map(generate::spec)) {
        let lines = text.lines().count();
        let line = |stage: &str, time: Duration| {
            let per_line = time.as_secs_f64() * 1e6 / lines as f64;
            println!("{stage:<10} {lines:>7} {:>9.3} ms {per_line:>9.2} µs", time.as_secs_f64() * 1e3);
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
    }
}
