//! `mtlc fetch`: fetches what is named by URL, before it is needed or to learn its SHA-256.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use super::args::{LevelArgs, SetArgs};
use super::output::{complain, fail, print};
use super::spec;
use crate::catalog::addresses::is_address;
use crate::catalog::formats::{FormatDef, by_ending, is_url, plain};
use crate::data::fetch::{Fetching, Trouble};
use crate::data::{Source, objects};

/// Fetch data that is named by URL into the cache
///
/// Of a URL, prints what to write in a spec: its SHA-256 as it is now; so too of an object in a store (`s3://bucket/key`), by which it is read
/// from the cache ever after. Of a spec, fetches all that its data names by URL or in a store.
///
/// Files are kept in the folder that MTLC_CACHE names, else in the system's folder for caches. A folder of copies that
/// MTLC_MIRROR names is asked before the network: a file lies there under its SHA-256, or under its URL without `https://`.
#[derive(Args, Debug)]
pub struct FetchArgs {
    /// URLs, addresses in object stores, and specs
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
        let done = if is_address(what) {
            of_address(what, &fetching)
        } else if is_url(what) {
            of_url(what, &fetching)
        } else {
            of_spec(Path::new(what), &fetching)
        };
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

/// Objects of a store: of one, what to write to have this one and no other.
fn of_address(address: &str, fetching: &Fetching) -> Outcome {
    // What is no table is fetched as a folder is, with all that lies in it.
    let Some(format) = by_ending(address).or(Some("folder")).and_then(|name| plain(name, address)) else {
        return Outcome::CouldNotRun;
    };
    let files = match objects::files(address, &format) {
        Ok(files) => files,
        Err(trouble) => return not_had(address, &trouble),
    };
    if let [(name, path)] = files.as_slice()
        && path.is_file()
        && let Ok(sum) = Source::open(path).and_then(Source::sha256)
    {
        fetching.keep(path, &sum);
        print(&format!("{}({name:?}, sha256: {sum:?})\n", format.name()));
    }
    lying(&files);
    Outcome::Clean
}

fn objects_of(address: &str, format: &FormatDef) -> Outcome {
    match objects::files(address, format) {
        Ok(files) => {
            lying(&files);
            Outcome::Clean
        }
        Err(trouble) => not_had(address, &trouble),
    }
}

fn lying(files: &[(String, PathBuf)]) {
    files.iter().for_each(|(name, path)| complain(&format!("`{name}` lies at `{}`", path.display())));
}

fn not_had(address: &str, trouble: &objects::Trouble) -> Outcome {
    fail(&format!("cannot read `{address}`: {}", trouble.why), trouble.help.as_deref());
    Outcome::Problems
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
    let mut outcome = Outcome::Clean;
    let mut count = 0;
    for format in formats {
        for path in format.paths() {
            let fetched = match format.sha256() {
                _ if is_address(path) => objects_of(path, format),
                Some(sum) if is_url(path) => match fetching.file(path, sum) {
                    Ok(file) => {
                        complain(&format!("`{path}` lies at `{}`", file.display()));
                        Outcome::Clean
                    }
                    Err(trouble) => failed(path, trouble),
                },
                _ => continue,
            };
            count += 1;
            if fetched != Outcome::Clean {
                outcome = fetched;
            }
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
