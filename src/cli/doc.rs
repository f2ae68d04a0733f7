//! `mtlc doc`: a page of a spec, for those who read it and do not write it.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use super::args::{LevelArgs, SetArgs};
use super::output::{complain, fail, print, stderr_style};
use super::over::{Ours, may_write};
use super::spec;
use crate::check::facts::FactsFile;
use crate::diag::render;
use crate::graph::page;
use crate::source::{DiskLoader, Loader};

/// Write a page of a spec as Markdown: what it asks, its model as a picture, its data, every setting
#[derive(Args, Debug)]
pub struct DocArgs {
    /// The spec
    #[arg(value_name = "SPEC")]
    path: PathBuf,
    /// Where to write the page; standard output by default. A page that is there is made anew, and nothing else is written over
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    levels: LevelArgs,
    #[command(flatten)]
    set: SetArgs,
}

pub fn run(args: DocArgs) -> Outcome {
    let spec = match spec::load(&args.path, &args.set, &args.levels) {
        Ok(spec) => spec,
        Err(not_a_spec) => {
            fail(&not_a_spec.to_string(), None);
            return Outcome::CouldNotRun;
        }
    };
    let Some(pipeline) = &spec.pipeline else {
        let problems: &[_] = &spec.diagnostics;
        complain(render::render(render::Format::Human, &[(problems, &spec.sources)], stderr_style()).trim_end());
        if !spec.has_errors() {
            fail("there is nothing to tell: the spec has no task", None);
        }
        return Outcome::Problems;
    };
    let facts = DiskLoader::default().read(&FactsFile::path_of(&args.path)).ok();
    let facts = facts.and_then(|text| FactsFile::parse(&text));
    let text = page::page(pipeline, facts.as_ref());
    let Some(out) = args.out.as_deref().filter(|out| *out != Path::new("-")) else {
        print(&text);
        return Outcome::Clean;
    };
    let ours = Ours::Page { mark: page::MARK, what: "page of a spec" };
    if let Err(refused) = may_write(out, "--out", ours, &[(&spec, Some(pipeline))]) {
        fail(&refused.message, Some(&refused.help));
        return Outcome::CouldNotRun;
    }
    match crate::source::replace(out, text.as_bytes()) {
        Ok(()) => Outcome::Clean,
        Err(cannot) => {
            fail(&cannot.to_string(), None);
            Outcome::CouldNotRun
        }
    }
}
