//! Files whose SHA-256 the spec says: another file is refused before anything of it is read.

use std::path::PathBuf;

use super::fetch::{Fetching, Trouble};
use super::source::Source;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::source::Span;

/// The file of a URL, fetched if need be.
pub(super) fn fetched(url: &str, sum: Option<&str>, place: Span) -> Result<PathBuf, Box<Diagnostic>> {
    let unreadable = |reason: &str| {
        let message = format!("cannot read `{url}`: {reason}");
        Box::new(Diagnostic::new(&codes::UNREADABLE_DATA, place, message).here("this file"))
    };
    let Some(sum) = sum else {
        let help = format!("fetch it first: `mtlc fetch {url}` says where it lies then");
        return Err(Box::new(unreadable("a file is needed here, and this is a URL").help(help)));
    };
    let sum = sum.to_lowercase();
    let fetching = Fetching::of_environment().map_err(|no_cache| unreadable(&no_cache.to_string()))?;
    fetching.file(url, &sum).map_err(|trouble| match trouble {
        Trouble::Unreachable(reason) => unreadable(&reason),
        Trouble::OtherSum { found, what } => {
            let diagnostic = other(url, &sum, &found, place);
            let diagnostic = diagnostic.note("what came was not kept");
            Box::new(match what {
                Some(what) => diagnostic.note(what),
                None => diagnostic,
            })
        }
    })
}

/// What is wrong with the files of a path whose SHA-256 is said.
pub(super) fn problem(name: &str, sum: &str, files: &[PathBuf], place: Span) -> Option<Diagnostic> {
    let [file] = files else {
        let message = format!("a SHA-256 is that of one file, and `{name}` names {}", files.len());
        return Some(
            Diagnostic::new(&codes::OTHER_FILE, place, message).here("several files").help("take the `sha256` out"),
        );
    };
    // A file that is not there is said where it is opened.
    let found = Source::open(file).and_then(Source::sha256).ok()?;
    (found != sum.to_lowercase()).then(|| other(name, sum, &found, place))
}

fn other(name: &str, sum: &str, found: &str, place: Span) -> Diagnostic {
    let message = format!("`{name}` is another file than the one that the spec names: its SHA-256 is {found}");
    Diagnostic::new(&codes::OTHER_FILE, place, message)
        .here("this file")
        .note(format!("the spec says {sum}"))
        .help(format!("if this file is meant, write `sha256: \"{found}\"`"))
}
