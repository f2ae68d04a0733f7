//! Which objects an address means: one, those of a folder, or those of a pattern, by the rules for files of this machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use object_store::path::Path as Key;
use object_store::{Error, ObjectMeta, ObjectStoreExt};

use super::Trouble;
use super::stores::Opened;
use super::trouble;
use crate::catalog::addresses::Address;
use crate::catalog::formats::FormatDef;
use crate::data::files::{NoFiles, WILD, fits, matcher, not_in};
use crate::diag::suggest::closest;

/// What the store says of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    pub key: String,
    pub size: u64,
    /// Its ETag, else when it was written: what changes with it.
    pub tag: String,
}

/// What an address means.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// What must be at hand, by its key.
    pub objects: Vec<Object>,
    /// What is read: the keys of all of them, or the folders in which they lie.
    pub named: Vec<String>,
}

/// Runs what waits for a store, on this thread.
pub fn wait<T>(work: impl Future<Output = T>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    Ok(runtime.map_err(|error| Trouble::new(error.to_string()))?.block_on(work))
}

/// The objects of an address.
///
/// # Errors
/// If there are none, or the store does not say.
pub fn found(store: &Opened, address: Address<'_>, format: &FormatDef) -> Result<Found, Trouble> {
    wait(Asking { store, address, format }.found())?
}

/// The objects that paths name, relative to a folder of the bucket; those that are not there are left out.
///
/// # Errors
/// If the store does not say.
pub fn named(
    store: &Opened,
    address: Address<'_>,
    folder: &str,
    paths: &BTreeSet<&str>,
) -> Result<Vec<Object>, Trouble> {
    let keys: BTreeSet<String> = paths.iter().filter_map(|path| joined(folder, path)).collect();
    let Some((first, last)) = keys.first().zip(keys.last()) else { return Ok(Vec::new()) };
    // What the first and the last have in common, all have.
    let same = first.split('/').zip(last.split('/')).take_while(|(one, other)| one == other).count();
    let common: Vec<&str> = first.split('/').take(same.min(first.matches('/').count())).collect();
    let listed = wait(list(store, address, &common.join("/")))??;
    Ok(listed.into_iter().filter(|object| keys.contains(&object.key)).collect())
}

/// The key of a path that begins in a folder; `None` if it leads out of the bucket.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

struct Asking<'a> {
    store: &'a Opened,
    address: Address<'a>,
    format: &'a FormatDef,
}

impl Asking<'_> {
    async fn found(&self) -> Result<Found, Trouble> {
        let key = self.address.key.trim_end_matches('/');
        let (of_folders, wild) = (self.format.is_of_folders(), key.contains(WILD));
        let mut refused = None;
        if !wild && !of_folders && !key.is_empty() && !self.address.key.ends_with('/') {
            match self.store.store.head(&parsed(key)?).await {
                Ok(about) => return Ok(files(vec![object(&about)])),
                Err(Error::NotFound { .. }) => {}
                // Why it is refused is said where there is more than a head, and a key that is not there is refused to who may not list.
                Err(error @ (Error::PermissionDenied { .. } | Error::Unauthenticated { .. })) => refused = Some(error),
                Err(error) => return Err(self.said(&error)),
            }
        }
        let fixed: Vec<&str> = key.split('/').take_while(|part| !part.contains(WILD)).collect();
        let below = fixed.join("/");
        let listed = list(self.store, self.address, &below).await?;
        if let Some(refused) = refused {
            return Err(self.said(&refused));
        }
        if let Some(one) = listed.iter().find(|object| object.key == key && wild && !of_folders) {
            return Ok(files(vec![one.clone()]));
        }
        let all = visible(listed, &below);
        if wild {
            let pattern = matcher(key).map_err(|error| Trouble::new(error.to_string()))?;
            let chosen = if of_folders { folders(all, &pattern) } else { matching(all, &pattern) };
            let none = || Trouble::new(NoFiles::NoMatch { of_folders }.to_string());
            return Some(chosen).filter(|found| !found.named.is_empty()).ok_or_else(none);
        }
        if all.is_empty() {
            return Err(self.nothing(key).await);
        }
        if of_folders {
            return Ok(Found { objects: all, named: vec![key.to_string()] });
        }
        let (own, others): (Vec<Object>, Vec<Object>) =
            all.into_iter().partition(|object| fits(Path::new(&object.key), self.format));
        if own.is_empty() {
            let others: Vec<PathBuf> = others.iter().map(|object| PathBuf::from(&object.key)).collect();
            let folder = self.address.with_key(key);
            return Err(Trouble::new(not_in(Path::new(&folder), &others, self.format).to_string()));
        }
        Ok(files(own))
    }

    /// What is said of a key that is not there.
    async fn nothing(&self, key: &str) -> Trouble {
        let missing = Trouble::new(match (key, self.format.is_of_folders()) {
            ("", _) => "the bucket is empty",
            (_, true) => "there is no such folder",
            (_, false) => "there is no such key",
        });
        let (folder, _) = key.rsplit_once('/').unwrap_or_default();
        let Ok(folder) = parsed(folder) else { return missing };
        let Ok(beside) = self.store.store.list_with_delimiter(Some(&folder)).await else { return missing };
        let objects = beside.objects.iter().map(|object| object.location.as_ref());
        let names = objects.chain(beside.common_prefixes.iter().map(Key::as_ref));
        match closest(key, names) {
            Some(near) => missing.help(format!("did you mean `{}`?", self.address.with_key(near))),
            None => missing,
        }
    }

    fn said(&self, error: &Error) -> Trouble {
        said(error, self.address)
    }
}

async fn list(store: &Opened, address: Address<'_>, below: &str) -> Result<Vec<Object>, Trouble> {
    let listed: Result<Vec<ObjectMeta>, Error> = store.store.list(Some(&parsed(below)?)).try_collect().await;
    let mut objects: Vec<Object> = listed.map_err(|error| said(&error, address))?.iter().map(object).collect();
    objects.sort();
    Ok(objects)
}

/// A key as the store is asked for it.
pub fn parsed(key: &str) -> Result<Key, Trouble> {
    Key::parse(key).map_err(|_| Trouble::new(format!("`{key}` cannot be a key")))
}

fn said(error: &Error, address: Address<'_>) -> Trouble {
    trouble::of(error, address).unwrap_or_else(|| Trouble::new("there is no such key"))
}

fn object(about: &ObjectMeta) -> Object {
    let tag = about.e_tag.clone().unwrap_or_else(|| about.last_modified.to_rfc3339());
    Object { key: about.location.to_string(), size: about.size, tag }
}

fn files(objects: Vec<Object>) -> Found {
    let named = objects.iter().map(|object| object.key.clone()).collect();
    Found { objects, named }
}

/// Without what is hidden, what other programs leave beside data (`_SUCCESS`), and the empty objects that stand for folders.
fn visible(objects: Vec<Object>, below: &str) -> Vec<Object> {
    let above: BTreeSet<String> = objects.iter().flat_map(|object| ancestors(&object.key)).map(String::from).collect();
    let shown = |object: &Object| {
        let inside = object.key.strip_prefix(below).unwrap_or(&object.key);
        let marks_folder = object.size == 0 && (above.contains(&object.key) || object.key == below);
        !marks_folder && !inside.split('/').any(|part| part.starts_with(['.', '_']))
    };
    objects.into_iter().filter(shown).collect()
}

fn matching(objects: Vec<Object>, pattern: &globset::GlobMatcher) -> Found {
    files(objects.into_iter().filter(|object| pattern.is_match(&object.key)).collect())
}

/// The folders that a pattern means, and all that is in them.
fn folders(objects: Vec<Object>, pattern: &globset::GlobMatcher) -> Found {
    let mut named = BTreeSet::new();
    let inside = |object: &Object| {
        let of = ancestors(&object.key).find(|folder| pattern.is_match(folder));
        of.map(|folder| named.insert(folder.to_string())).is_some()
    };
    let objects = objects.into_iter().filter(inside).collect();
    Found { objects, named: named.into_iter().collect() }
}

/// The folders in which a key lies, those above first.
pub fn ancestors(key: &str) -> impl Iterator<Item = &str> {
    key.match_indices('/').map(|(at, _)| &key[..at])
}
