//! Any text is parsed: no panic, no hang, and every place lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mtlc::diag::Sink;
use mtlc::source::FileId;

fuzz_target!(|text: &str| {
    let mut sink = Sink::default();
    mtlc::syntax::parse(FileId(0), text, &mut sink);
    for problem in sink.finish() {
        assert!(text.get(problem.span.range()).is_some());
    }
    mtlc::syntax::parse_expr(FileId(0), text, &mut Sink::default());
});
