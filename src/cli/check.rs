//! `mtlc check`: everything that can be known of a spec before it runs.

use std::path::PathBuf;

use clap::Args;

use super::args::{FormatArg, LevelArgs, SetArgs};
use super::output::{complain, fail, print, stdout_style};
use super::spec;
use super::watch::Seen;
use super::{Outcome, files};
use crate::diag::fixes::{self, Safety};
use crate::diag::render::{self, Format};
use crate::diag::{Diagnostic, Severity};
use crate::project::spec::Spec;
use crate::source::Sources;

/// Fixes are applied as long as there are some; two that take each other back end here.
const MOST_ROUNDS: usize = 10;

/// Check specs: names, shapes, labels, weights; with --data, also the data they read
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Files, folders or globs
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print problems
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// Open the data too: missing columns, wrong kinds, classes, every obligation
    #[arg(long)]
    data: bool,
    /// With --data: keep what was seen in NAME.facts.json beside the spec, so that CI checks fully without the data
    #[arg(long, requires = "data")]
    write_facts: bool,
    /// List every setting with its value, written or default
    #[arg(long)]
    show_defaults: bool,
    /// Apply fixes that are safe: those that say what was meant, or change nothing that is computed
    #[arg(long)]
    fix: bool,
    /// With --fix: also those that a person should look at, such as taking out what nothing reads
    #[arg(long, requires = "fix")]
    r#unsafe: bool,
    /// Check again whenever a file changes that was read, until interrupted
    #[arg(long, conflicts_with_all = ["fix", "write_facts"])]
    watch: bool,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

pub fn run(args: CheckArgs) -> Outcome {
    if !args.watch {
        return check(&args, &mut Seen::default());
    }
    let mut before = Seen::default();
    loop {
        // What was watched is taken as it is before it is looked for: what comes back meanwhile is a change.
        let (mut seen, again) = (Seen::default(), before.now());
        let outcome = check(&args, &mut seen);
        if seen.is_empty() {
            if again.is_empty() {
                return outcome;
            }
            complain("  waiting until there is something to check");
            seen = again;
        }
        seen.until_changed();
        complain("");
        before = seen;
    }
}

/// Checks everything that is named once; `seen` gets what was read for it.
fn check(args: &CheckArgs, seen: &mut Seen) -> Outcome {
    let files = match files::collect(&args.paths) {
        Ok(files) => files,
        Err(message) => {
            fail(&message, None);
            return Outcome::CouldNotRun;
        }
    };
    let format: Format = args.format.into();
    let mut report = Report { format, errors: 0, warnings: 0, collected: Vec::new() };
    let mut unreadable = false;
    let mut read = 0;
    let load = if args.data { spec::load_for_data } else { spec::load };
    for path in &files {
        seen.add(path);
        let mut spec = match load(path, &args.set, &args.levels) {
            Ok(spec) => spec,
            Err(not_a_spec) => {
                fail(&not_a_spec.to_string(), None);
                unreadable = true;
                continue;
            }
        };
        let most = if args.r#unsafe { Safety::Unsafe } else { Safety::Safe };
        // What a fix brings to light may have one itself.
        for _ in 0..MOST_ROUNDS {
            if !args.fix || !apply_fixes(&spec, most) {
                break;
            }
            match load(path, &args.set, &args.levels) {
                Ok(again) => spec = again,
                Err(not_a_spec) => fail(&not_a_spec.to_string(), None),
            }
        }
        spec.sources.iter().filter_map(|(_, file)| file.path.as_deref()).for_each(|path| seen.add(path));
        if args.data {
            unreadable |= !super::check_data::check_data(&mut spec, path, args.write_facts, format == Format::Human);
        } else if format == Format::Human {
            super::check_data::list_obligations(&spec);
        }
        if format == Format::Human
            && let Some(pipeline) = spec.pipeline.as_ref().filter(|pipeline| pipeline.weights.rescaled)
        {
            complain(&rescaled(pipeline));
        }
        if args.show_defaults
            && let Some(pipeline) = &spec.pipeline
        {
            print(&show_defaults(pipeline));
        }
        // What the end of the program frees at once need not be freed piece by piece before.
        if files.last() == Some(path) && !args.watch {
            std::mem::forget(spec.pipeline.take());
        }
        report.add(spec);
        read += 1;
    }
    report.finish(read);
    if unreadable {
        Outcome::CouldNotRun
    } else if report.errors > 0 {
        Outcome::Problems
    } else {
        Outcome::Clean
    }
}

/// Problems of all files: people see each file's as soon as it is done, machines get one document.
struct Report {
    format: Format,
    errors: usize,
    warnings: usize,
    collected: Vec<(Vec<Diagnostic>, Sources)>,
}

impl Report {
    fn add(&mut self, spec: Spec) {
        self.errors += spec.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
        self.warnings += spec.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Warning).count();
        if self.format.is_document() {
            self.collected.push((spec.diagnostics, spec.sources));
        } else {
            print(&render::render(self.format, &[(&spec.diagnostics, &spec.sources)], stdout_style()));
        }
    }

    fn finish(&self, files: usize) {
        if self.format.is_document() {
            let all: Vec<(&[Diagnostic], &Sources)> =
                self.collected.iter().map(|(diagnostics, sources)| (diagnostics.as_slice(), sources)).collect();
            print(&render::render(self.format, &all, stdout_style()));
        } else if self.format == Format::Human && files > 0 {
            complain(&summary(self.errors, self.warnings, files));
        }
    }
}

/// "3 errors and 1 warning in 2 files", or that all is well.
fn summary(errors: usize, warnings: usize, files: usize) -> String {
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let place = count(files, "file");
    match (errors, warnings) {
        (0, 0) => format!("{place} checked, no problems"),
        (0, warnings) => format!("{} in {place}", count(warnings, "warning")),
        (errors, 0) => format!("{} in {place}", count(errors, "error")),
        (errors, warnings) => format!("{} and {} in {place}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// "the weights that were not set have been rescaled: a 0.6, b 0.4".
fn rescaled(pipeline: &crate::pipeline::Pipeline) -> String {
    let shown: Vec<String> = pipeline
        .tasks
        .iter()
        .zip(&pipeline.weights.lambda)
        .map(|(task, weight)| format!("{} {}", task.name, crate::catalog::show_number((weight * 1e6).round() / 1e6)))
        .collect();
    format!("the weights that were not set have been rescaled to keep the sum: {}", shown.join(", "))
}

fn show_defaults(pipeline: &crate::pipeline::Pipeline) -> String {
    let width = pipeline.settings.iter().map(|setting| setting.path.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for setting in &pipeline.settings {
        let origin = if setting.is_default { "  (default)" } else { "" };
        text += &format!("{:width$}  {}{origin}\n", setting.path, setting.value);
    }
    text
}

/// Applies the first fix of each problem that is as safe as wanted, to the spec itself; true if it changed.
fn apply_fixes(spec: &Spec, most: Safety) -> bool {
    let source = spec.sources.get(spec.file);
    let Some(path) = source.path.clone() else { return false };
    let chosen = fixes::chosen(&spec.diagnostics, spec.file, most);
    let text = fixes::applied(&source.text, &chosen);
    text != *source.text
        && crate::source::replace(&path, text.as_bytes()).map_err(|cannot| fail(&cannot.to_string(), None)).is_ok()
}
