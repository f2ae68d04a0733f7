//! Against a store in memory, and a server on this machine that breaks off.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::ObjectStoreExt;
use object_store::aws::AmazonS3Builder;
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use tempfile::TempDir;

use super::connector::Connector;
use super::copies::copy;
use super::listing::{Found, Object, found, wait};
use super::stores::{Opened, s3};
use super::*;
use crate::catalog::addresses::Address;
use crate::catalog::formats::plain;
use crate::data::fetch::loopback::{Act, serve};

struct Bucket {
    store: Arc<InMemory>,
    opened: Opened,
    cache: TempDir,
}

impl Bucket {
    fn new(objects: &[(&str, &str)]) -> Self {
        let cache = tempfile::tempdir().expect("a folder");
        let store = Arc::new(InMemory::new());
        let opened = Opened { store: store.clone(), place: "memory".into() };
        let bucket = Self { store, opened, cache };
        objects.iter().for_each(|(key, text)| bucket.put(key, text));
        bucket
    }

    fn put(&self, key: &str, text: &str) {
        let put = async { self.store.put(&Key::parse(key).expect("a key"), text.to_string().into()).await };
        wait(put).expect("it waits").expect("it is put");
    }

    fn found(&self, address: &str, format: &str) -> Result<Found, Trouble> {
        let format = plain(format, address).expect("a format");
        found(&self.opened, Address::of(address).expect("an address"), &format)
    }

    fn named(&self, address: &str, format: &str) -> Vec<String> {
        self.found(address, format).expect("objects").named
    }

    fn why(&self, address: &str, format: &str) -> (String, String) {
        let trouble = self.found(address, format).expect_err("there is none");
        (trouble.why, trouble.help.unwrap_or_default())
    }

    fn copy(&self, address: &str, found: &Found) -> PathBuf {
        copy(self.cache.path(), &self.opened, address, &found.objects).expect("a copy")
    }
}

#[test]
fn keys_folders_and_patterns_mean_what_they_mean_here() {
    let keys = [
        "t/b.csv",
        "t/a.csv.gz",
        "t/more/c.CSV",
        "t/_SUCCESS",
        "t/.hidden.csv",
        "t/notes.txt",
        "odd[1].csv",
        "shots/a/train/1.png",
    ];
    let more = ["shots/b/train/2.png", "shots/b/valid/3.png", "text/a.txt"];
    let objects: Vec<(&str, &str)> = keys.iter().chain(&more).map(|key| (*key, "x")).collect();
    let bucket = Bucket::new(&objects);
    // Where the console of a store was asked for a folder.
    bucket.put("shots/b", "");
    assert_eq!(bucket.named("s3://b/t/b.csv", "csv"), ["t/b.csv"]);
    for folder in ["s3://b/t", "s3://b/t/"] {
        assert_eq!(bucket.named(folder, "csv"), ["t/a.csv.gz", "t/b.csv", "t/more/c.CSV"]);
    }
    assert_eq!(bucket.named("s3://b/t/*.csv", "csv"), ["t/b.csv"]);
    assert_eq!(bucket.named("s3://b/**/*.{csv,CSV}", "csv"), ["odd[1].csv", "t/b.csv", "t/more/c.CSV"]);
    assert_eq!(bucket.named("s3://b/odd[1].csv", "csv"), ["odd[1].csv"]);
    let shots = bucket.found("s3://b/shots", "folder").expect("a folder");
    assert_eq!((shots.named, shots.objects.len()), (vec!["shots".to_string()], 3));
    let trained = bucket.found("s3://b/shots/*/train", "folder").expect("folders");
    assert_eq!(trained.named, ["shots/a/train", "shots/b/train"]);
    assert_eq!(trained.objects.len(), 2, "nothing else is fetched");
    assert_eq!(
        bucket.why("s3://b/t/bb.csv", "csv"),
        ("there is no such key".into(), "did you mean `s3://b/t/b.csv`?".into())
    );
    assert_eq!(bucket.why("s3://b/shot", "folder").1, "did you mean `s3://b/shots`?");
    assert_eq!(bucket.why("s3://b/t/*.parquet", "csv").0, "no file matches the pattern");
    assert!(bucket.why("s3://b/text", "csv").0.contains("ends in .csv"), "{:?}", bucket.why("s3://b/text", "csv"));
    assert_eq!(Bucket::new(&[]).why("s3://b", "csv").0, "the bucket is empty");
}

/// When each file of a folder was written, by which a copy that is made again is told.
fn files_of(folder: &Path, keys: &[&str]) -> BTreeMap<String, (String, std::time::SystemTime)> {
    let of = |key: &&str| {
        let path = folder.join(key);
        let written = path.metadata().and_then(|about| about.modified()).expect("it is there");
        (key.to_string(), (std::fs::read_to_string(path).expect("it can be read"), written))
    };
    keys.iter().map(of).collect()
}

#[test]
fn what_has_not_changed_is_not_fetched_again() {
    let bucket = Bucket::new(&[("t/a.csv", "a"), ("t/b.csv", "b")]);
    let address = "s3://b/t/*.csv";
    let first = bucket.found(address, "csv").expect("objects");
    let folder = bucket.copy(address, &first);
    let before = files_of(&folder, &["t/a.csv", "t/b.csv"]);
    assert_eq!(before["t/a.csv"].0, "a");
    // Of a store that has nothing any more, nothing can be fetched.
    let emptied = Opened { store: Arc::new(InMemory::new()), place: "memory".into() };
    assert_eq!(copy(bucket.cache.path(), &emptied, address, &first.objects), Ok(folder.clone()));
    // One of them changes, and another comes.
    bucket.put("t/b.csv", "c");
    bucket.put("t/d.csv", "d");
    let second = bucket.found(address, "csv").expect("objects");
    let other = bucket.copy(address, &second);
    assert_ne!(other, folder);
    let after = files_of(&other, &["t/a.csv", "t/b.csv", "t/d.csv"]);
    assert_eq!(after["t/a.csv"], before["t/a.csv"], "it is the same file");
    assert_eq!((after["t/b.csv"].0.as_str(), after["t/d.csv"].0.as_str()), ("c", "d"));
    // Who reads the copy as it was goes on with it.
    assert_eq!(files_of(&folder, &["t/a.csv", "t/b.csv"]), before);
    // A copy that somebody cut is made anew.
    std::fs::write(other.join("t/d.csv"), "").expect("it can be written");
    assert_eq!(files_of(&bucket.copy(address, &second), &["t/d.csv"])["t/d.csv"].0, "d");
    // What the store lists, and does not have any more.
    let gone = copy(bucket.cache.path(), &emptied, "s3://b/t", &first.objects).expect_err("it is gone");
    assert!(gone.why.contains("changed while it was fetched"), "{gone:?}");
}

#[test]
fn an_object_in_what_is_an_object_is_refused() {
    let bucket = Bucket::new(&[("t/a", "a"), ("t/a/b.csv", "b")]);
    let found = bucket.found("s3://b/t", "folder").expect("objects");
    let refused = copy(bucket.cache.path(), &bucket.opened, "s3://b/t", &found.objects).expect_err("it cannot be");
    assert!(refused.why.contains("`t/a` is an object in which others lie"), "{refused:?}");
    assert_eq!(bucket.named("s3://b/t/*/*.csv", "csv"), ["t/a/b.csv"]);
}

/// A bucket of a server on this machine, of which nothing is listed.
fn server(acts: Vec<Act>, text: &str) -> (crate::data::fetch::loopback::Server, Opened, Vec<Object>) {
    let server = serve(text.as_bytes().to_vec(), acts);
    let endpoint = server.url.trim_end_matches("/tables/x.csv").to_string();
    let builder = AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_bucket_name("tables")
        .with_access_key_id("somebody")
        .with_secret_access_key("nobody knows");
    let store = s3(builder, Connector { patience: Duration::from_millis(300), at_once: 1 }).expect("a store");
    let object = Object { key: "x.csv".into(), size: text.len() as u64, tag: "\"one\"".into() };
    (server, Opened { store, place: "here".into() }, vec![object])
}

#[test]
fn what_breaks_off_is_gone_on_with() {
    let text = "0123456789".repeat(20_000);
    let scratch = Bucket::new(&[]);
    let (server, opened, objects) = server(vec![Act::Cut(1000), Act::Status(503), Act::Cut(70_000), Act::Whole], &text);
    let folder = copy(scratch.cache.path(), &opened, "s3://tables/x.csv", &objects).expect("a copy");
    assert_eq!(std::fs::read_to_string(folder.join("x.csv")).expect("it is there"), text);
    assert_eq!(*server.asked.lock().expect("a log"), [None, Some(1000), Some(1000), Some(71_000)]);
}

#[test]
fn what_came_before_a_store_gave_up_is_kept() {
    let text = "0123456789".repeat(2_000);
    let scratch = Bucket::new(&[]);
    let (refusing, opened, objects) = server(vec![Act::Cut(5000), Act::Status(404)], &text);
    let trouble = copy(scratch.cache.path(), &opened, "s3://tables/x.csv", &objects).expect_err("it is cut");
    let help = trouble.help.unwrap_or_default();
    assert!(help.contains("the 5000 bytes of `s3://tables/x.csv` that came are kept"), "{} {help}", trouble.why);
    assert_eq!(refusing.asked.lock().expect("a log").len(), 2);
    let (server, opened, _) = server(vec![Act::Whole], &text);
    let folder = copy(scratch.cache.path(), &opened, "s3://tables/x.csv", &objects).expect("a copy");
    assert_eq!(std::fs::read_to_string(folder.join("x.csv")).expect("it is there"), text);
    assert_eq!(*server.asked.lock().expect("a log"), [Some(5000)]);
}

#[test]
fn who_does_not_answer_and_who_refuses_is_said() {
    let scratch = Bucket::new(&[]);
    let said = |acts: Vec<Act>| {
        let (_server, opened, objects) = server(acts, "a,b");
        let trouble = copy(scratch.cache.path(), &opened, "s3://tables/x.csv", &objects).expect_err("it is refused");
        format!("{}: {}", trouble.why, trouble.help.unwrap_or_default())
    };
    let forbidden = said(vec![Act::Status(403)]);
    assert!(forbidden.contains("does not give it") && forbidden.contains("AWS_ACCESS_KEY_ID"), "{forbidden}");
    assert!(said(vec![Act::Status(400)]).contains("the store answers with 400"), "{}", said(vec![Act::Status(400)]));
    // Signed requests are not sent on.
    assert!(said(vec![Act::Redirect("/elsewhere.csv")]).contains("the store answers with 302"));
    let (server, opened, objects) = server(vec![Act::Whole], "a,b");
    drop(server);
    assert!(copy(scratch.cache.path(), &opened, "s3://tables/x.csv", &objects).is_ok());
}
