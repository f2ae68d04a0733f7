//! `mtlc fetch`: fetches what is named by URL, before it is needed or to learn its SHA-256.

use std::path::Path;

use clap::Args;

use super::Outcome;
use super::args::{LevelArgs, SetArgs};
use super::output::{complain, fail, print};
use super::spec;
use crate::catalog::formats::{FormatDef, by_ending, is_url};
use crate::data::fetch::{Fetching, Trouble};

/// Fetch data that is named by URL into the cache
///
/// Of a URL, prints what to write in a spec: its SHA-256 as it is now. Of a spec, fetches all that its data names by URL, so that it
/// can be trained without a network.
///
/// Files are kept in the folder that MTLC_CACHE names, else in the system's folder for caches. A folder of copies that
/// MTLC_MIRROR names is asked before the network: a file lies there under its SHA-256, or under its URL without `https://`.
#[derive(Args, Debug)]
pub struct FetchArgs {
    /// URLs and specs
    #[arg(value_name = "URL|SPEC", required = true)]
    what: Vec<String>,
}

pub fn run(args: FetchArgs) -> Outcome {
    let fetching = match Fetching::of_environment() {
        Ok(fetching) => fetching,
        Err(no_cache) => {
            fail(&no_cache.to_string(), None);
            return Outcome::CouldNotRun;
        }
    };
    let mut outcome = Outcome::Clean;
    for what in &args.what {
        let done = if is_url(what) { of_url(what, &fetching) } else { of_spec(Path::new(what), &fetching) };
        if done != Outcome::Clean {
            outcome = done;
        }
    }
    outcome
}

fn of_url(url: &str, fetching: &Fetching) -> Outcome {
    match fetching.sum_of(url) {
        Ok((sum, path)) => {
            let file = url.split(['?', '#']).next().unwrap_or(url);
            print(&match by_ending(file) {
                Some(format) => format!("{format}({url:?}, sha256: {sum:?})\n"),
                None => format!("sha256: {sum:?}\n"),
            });
            complain(&format!("it lies at `{}`", path.display()));
            Outcome::Clean
        }
        Err(trouble) => failed(url, trouble),
    }
}

fn of_spec(path: &Path, fetching: &Fetching) -> Outcome {
    let spec = match spec::load(path, &SetArgs::default(), &LevelArgs::default()) {
        Ok(spec) => spec,
        Err(not_a_spec) => {
            fail(&not_a_spec.to_string(), None);
            return Outcome::CouldNotRun;
        }
    };
    let Some(pipeline) = &spec.pipeline else {
        spec::show(&spec.diagnostics, &spec);
        return Outcome::Problems;
    };
    let joined = pipeline.data.iter().flat_map(|set| &set.joins).map(|join| &join.table.format);
    let formats: Vec<&FormatDef> = pipeline.data.iter().map(|set| &set.format).chain(joined).collect();
    let named = formats.iter().flat_map(|format| format.paths().into_iter().zip(format.sha256()));
    let mut outcome = Outcome::Clean;
    let mut count = 0;
    for (url, sum) in named.filter(|(url, _)| is_url(url)) {
        count += 1;
        match fetching.file(url, sum) {
            Ok(path) => complain(&format!("`{url}` lies at `{}`", path.display())),
            Err(trouble) => outcome = failed(url, trouble),
        }
    }
    if count == 0 {
        complain(&format!("`{}` names no data by URL", path.display()));
    }
    outcome
}

fn failed(url: &str, trouble: Trouble) -> Outcome {
    match trouble {
        Trouble::Unreachable(reason) => fail(&format!("cannot read `{url}`: {reason}"), None),
        Trouble::OtherSum { found, what } => {
            let what = what.map_or(String::new(), |what| format!(" ({what})"));
            fail(&format!("`{url}` is another file than the one that is named: its SHA-256 is {found}{what}"), None);
        }
    }
    Outcome::Problems
}
