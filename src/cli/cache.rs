//! `mtlc cache`: where the cache lies and how much it keeps, and its end.

use clap::Args;

use super::Outcome;
use super::output::{fail, print};
use crate::data::cache::entries::{Entry, SORTS, entries, keep_within};
use crate::data::cache::{bound, folder};
use crate::data::count;
use crate::data::sizes::shown;

/// Say what the cache keeps, or clear it
///
/// The cache has tables that do not fit into memory, files that were fetched from the network, and what was in packs. All of it is made
/// or fetched anew when it is needed again. It lies in the folder that MTLC_CACHE names, else in the system's folder for caches, and
/// grows to the size that MTLC_CACHE_SIZE says (20G unless set); from then on what was used longest ago goes.
#[derive(Args, Debug)]
pub struct CacheArgs {
    /// Take everything away that no process uses
    #[arg(long)]
    clear: bool,
}

pub fn run(args: CacheArgs) -> Outcome {
    let folder = match folder() {
        Ok(folder) => folder,
        Err(no_cache) => {
            fail(&no_cache.to_string(), None);
            return Outcome::CouldNotRun;
        }
    };
    let name = folder.display();
    if args.clear {
        let gone = keep_within(&folder, 0);
        let left = entries(&folder);
        let left = match left.len() {
            0 => String::new(),
            count => format!("; {count} in use, {}", of_all(&left)),
        };
        print(&format!("took {} from `{name}`{left}\n", held(&gone)));
    } else {
        let all = entries(&folder);
        print(&format!("`{name}`: {}, at most {}\n", held(&all), shown(bound() as f64)));
    }
    Outcome::Clean
}

/// "2 tables and 1 fetched file, 1.2 GB".
fn held(entries: &[Entry]) -> String {
    let of = |(_, what): (&str, &str)| (entries.iter().filter(|entry| entry.what == what).count(), what.to_string());
    let sorts = SORTS.into_iter().map(of).filter(|(of, _)| *of > 0);
    let sorts: Vec<String> = sorts.map(|(of, what)| count(of, &what)).collect();
    if sorts.is_empty() { "nothing".into() } else { format!("{}, {}", sorts.join(" and "), of_all(entries)) }
}

fn of_all(entries: &[Entry]) -> String {
    shown(entries.iter().map(|entry| entry.bytes as f64).sum())
}
