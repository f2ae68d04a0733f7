//! A text without syntax errors is laid out; twice is as once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mtlc::diag::Sink;
use mtlc::source::FileId;

fuzz_target!(|text: &str| {
    if let Some(once) = mtlc::format::format(FileId(0), text, &mut Sink::default()) {
        let twice = mtlc::format::format(FileId(0), &once, &mut Sink::default());
        assert_eq!(twice.as_deref(), Some(once.as_str()));
    }
});
