//! `mtlc fmt`: lays specs out.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{complain, fail, print, stderr_style};
use super::{Outcome, files};
use crate::diag::render::{self, Format};
use crate::diag::{Diagnostic, Sink};
use crate::format;
use crate::source::{DiskLoader, Loader, Sources};

/// Lay specs out in the one way there is; comments stay where they are
#[derive(Args, Debug)]
#[command(after_help = "A file with syntax errors is left as it is; its errors are shown.")]
pub struct FmtArgs {
    /// Files, folders or globs; `-` reads standard input and writes standard output
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing; name the files that would change, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    diff: bool,
}

pub fn run(args: FmtArgs) -> Outcome {
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        if args.paths.len() > 1 {
            fail("`-` reads standard input and stands alone", Some("name files in a call of their own"));
            return Outcome::CouldNotRun;
        }
        return stdin(&args);
    }
    let files = match files::collect(&args.paths) {
        Ok(files) => files,
        Err(message) => {
            fail(&message, None);
            return Outcome::CouldNotRun;
        }
    };
    let mut count = Count::default();
    for path in &files {
        let result = match DiskLoader::default().read(path) {
            Ok(text) => file(path, &text, &args),
            Err(error) => Err(format!("cannot read `{}`: {}", path.display(), error.reason)),
        };
        match result {
            Ok(Found::Same) => count.same += 1,
            Ok(Found::Changed) => count.changed += 1,
            Ok(Found::Broken) => count.broken += 1,
            Err(message) => {
                fail(&message, None);
                count.failed += 1;
            }
        }
    }
    complain(&count.summary(args.check || args.diff));
    count.outcome(args.check || args.diff)
}

enum Found {
    Same,
    Changed,
    /// It has syntax errors, which have been shown.
    Broken,
}

fn file(path: &Path, text: &str, args: &FmtArgs) -> Result<Found, String> {
    let name = path.display().to_string();
    let Some(laid_out) = lay_out(&name, text) else { return Ok(Found::Broken) };
    if laid_out == text {
        return Ok(Found::Same);
    }
    if args.check {
        print(&format!("{name}\n"));
    }
    if args.diff {
        print(&diff(&name, text, &laid_out));
    }
    if !args.check && !args.diff {
        crate::source::replace(path, laid_out.as_bytes())?;
    }
    Ok(Found::Changed)
}

fn stdin(args: &FmtArgs) -> Outcome {
    const NAME: &str = "<stdin>";
    let mut bytes = Vec::new();
    if let Err(error) = std::io::stdin().lock().read_to_end(&mut bytes) {
        fail(&format!("cannot read standard input: {error}"), None);
        return Outcome::CouldNotRun;
    }
    let Ok(text) = String::from_utf8(bytes) else {
        fail("standard input is not UTF-8 text", None);
        return Outcome::CouldNotRun;
    };
    let Some(laid_out) = lay_out(NAME, &text) else { return Outcome::Problems };
    if !args.check && !args.diff {
        print(&laid_out);
        return Outcome::Clean;
    }
    if laid_out == text {
        return Outcome::Clean;
    }
    if args.check {
        print(&format!("{NAME}\n"));
    }
    if args.diff {
        print(&diff(NAME, &text, &laid_out));
    }
    Outcome::Problems
}

/// The layout of a text; `None` if it has syntax errors, which are shown.
fn lay_out(name: &str, text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add(name, None, text);
    let mut sink = Sink::default();
    let laid_out = format::format(file, text, &mut sink);
    if laid_out.is_none() {
        let errors: Vec<Diagnostic> = sink.finish().into_iter().filter(Diagnostic::is_error).collect();
        let shown = render::render(Format::Human, &[(&errors, &sources)], stderr_style());
        complain(shown.trim_end_matches('\n'));
    }
    laid_out
}

/// What would change, in the format of `diff -u`.
fn diff(name: &str, before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(name, &format!("{name} (formatted)"))
        .to_string()
}

#[derive(Default)]
struct Count {
    same: usize,
    changed: usize,
    broken: usize,
    failed: usize,
}

impl Count {
    fn summary(&self, only_checked: bool) -> String {
        let files = |count: usize| format!("{count} file{}", if count == 1 { "" } else { "s" });
        let mut parts = Vec::new();
        if self.changed > 0 {
            parts.push(format!("{} {}", files(self.changed), if only_checked { "would change" } else { "changed" }));
        }
        if self.same > 0 {
            parts.push(format!("{} well laid out", files(self.same)));
        }
        if self.broken > 0 {
            parts.push(format!("{} with errors, left alone", files(self.broken)));
        }
        if self.failed > 0 {
            parts.push(format!("{} not read or written", files(self.failed)));
        }
        parts.join(", ")
    }

    fn outcome(&self, only_checked: bool) -> Outcome {
        if self.failed > 0 {
            Outcome::CouldNotRun
        } else if self.broken > 0 || (only_checked && self.changed > 0) {
            Outcome::Problems
        } else {
            Outcome::Clean
        }
    }
}
