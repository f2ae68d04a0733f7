//! Files that lie in an object store (`s3://bucket/key`, or several by a folder or a pattern): what is there is listed, what the cache has
//! not is fetched, and from then on they are files of this machine.
//!
//! Who asks, and where, the environment says as the programs of these stores read it ([`stores`]); nothing of that is kept. Requests are
//! signed and answers understood by the crate `object_store`, and sent by the HTTP client of this program ([`connector`]). Which objects an
//! address means is found in [`listing`], and [`copies`] has them in the cache, by what the store says of each: its ETag and its size.

#[cfg(feature = "cloud")]
mod connector;
#[cfg(feature = "cloud")]
mod copies;
#[cfg(feature = "cloud")]
mod listing;
#[cfg(feature = "cloud")]
mod stores;
#[cfg(feature = "cloud")]
mod trouble;

use std::collections::BTreeSet;
use std::path::PathBuf;

#[cfg(feature = "cloud")]
use crate::catalog::addresses::Address;
use crate::catalog::formats::FormatDef;

/// Why the files of an address cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// To complete "cannot read ADDRESS: …".
    pub why: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Trouble {
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), help: None }
    }

    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The files of an address, each with its own address; or the folders, for a format that reads a folder as a whole. What the cache has
/// not is fetched.
///
/// # Errors
/// If they cannot be had.
#[cfg(feature = "cloud")]
pub fn files(address: &str, format: &FormatDef) -> Result<Vec<(String, PathBuf)>, Trouble> {
    let (cache, parts, store) = opened(address)?;
    let found = listing::found(&store, parts, format)?;
    let folder = copies::copy(&cache, &store, address, &found.objects)?;
    let named = |key: &String| (parts.with_key(key), folder.join(key));
    Ok(found.named.iter().map(named).collect())
}

/// The folder in which the files lie that a table in a store names, relative to itself. Those that are not there are missing in it.
///
/// # Errors
/// If they cannot be had.
#[cfg(feature = "cloud")]
pub fn beside(table: &str, paths: &BTreeSet<&str>) -> Result<PathBuf, Trouble> {
    let (cache, parts, store) = opened(table)?;
    let folder = parts.key.rsplit_once('/').map_or("", |(folder, _)| folder);
    let objects = listing::named(&store, parts, folder, paths)?;
    let copy = copies::copy(&cache, &store, &format!("{table}: beside it"), &objects)?.join(folder);
    // Paths may begin in it and lead out of it again.
    std::fs::create_dir_all(&copy).map_err(|error| Trouble::new(super::fetch::cannot_keep(&cache, &error)))?;
    Ok(copy)
}

#[cfg(feature = "cloud")]
fn opened(address: &str) -> Result<(PathBuf, Address<'_>, stores::Opened), Trouble> {
    let cache = super::cache::folder().map_err(|no_cache| Trouble::new(no_cache.to_string()))?;
    let parts = Address::of(address).ok_or_else(|| Trouble::new("it is no address"))?;
    if let Some((why, help)) = parts.problem() {
        return Err(Trouble::new(why).help(help));
    }
    Ok((cache.join(super::cache::entries::OBJECTS), parts, stores::Opened::of_environment(parts)?))
}

/// What a build says that cannot ask a store.
#[cfg(not(feature = "cloud"))]
pub fn files(_address: &str, _format: &FormatDef) -> Result<Vec<(String, PathBuf)>, Trouble> {
    Err(Trouble::new("this build of mtlc reads no object stores")
        .help("get one that does: `cargo build --release --features cloud` in the folder of mtlc's sources"))
}

/// Nothing lies beside what cannot be read.
#[cfg(not(feature = "cloud"))]
pub fn beside(table: &str, _paths: &BTreeSet<&str>) -> Result<PathBuf, Trouble> {
    Err(Trouble::new(format!("this build of mtlc does not read `{table}`")))
}

#[cfg(all(test, feature = "cloud"))]
mod tests;
