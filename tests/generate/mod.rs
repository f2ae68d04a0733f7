//! The generated data of the pipelines is what the generators make, and derived columns follow the rule that the notice
//! gives. Packed bytes may change with the packing library, so what is inside is compared.

mod numbers;
mod rules;

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use npyz::npz::NpzArchive;

use crate::support::Folder;

fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/data").join(name)
}

/// Generates a file anew, beside nothing of the repository.
fn fresh(folder: &Folder, generator: &str, name: &str) -> PathBuf {
    let path = folder.0.join(name);
    let generator = mtlc::generate::find(generator).expect("the generator exists");
    mtlc::generate::save(&(generator.make)(generator.rows, 0), &path).expect("the file can be written");
    path
}

fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path).expect("the file is there");
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("the file is gzip");
    text
}

/// Name and bytes of every array of an archive, header included.
fn arrays(path: &Path) -> Vec<(String, Vec<u8>)> {
    let bytes = std::fs::read(path).expect("the file is there");
    let mut archive = NpzArchive::new(Cursor::new(bytes)).expect("the file is an archive");
    let zip = archive.zip_archive();
    (0..zip.len())
        .map(|index| {
            let mut member = zip.by_index(index).expect("the member can be read");
            let mut content = Vec::new();
            member.read_to_end(&mut content).expect("the member is whole");
            (member.name().to_string(), content)
        })
        .collect()
}

#[test]
fn two_layer_is_what_its_generator_makes() {
    let folder = Folder::new();
    let path = fresh(&folder, "two-layer", "two-layer.csv.gz");
    assert_eq!(unpacked(&path), unpacked(&committed("two-layer.csv.gz")));
    // Twice in one process, the packed bytes agree too.
    let first = std::fs::read(&path).expect("written above");
    assert_eq!(first, std::fs::read(fresh(&folder, "two-layer", "two-layer.csv.gz")).expect("written again"));
}

#[test]
fn numbers_are_what_their_generator_makes() {
    let folder = Folder::new();
    let path = fresh(&folder, "numbers", "numbers.csv.gz");
    assert_eq!(unpacked(&path), unpacked(&committed("numbers.csv.gz")));
}

#[test]
fn stories_are_what_their_generator_makes() {
    let folder = Folder::new();
    let path = fresh(&folder, "stories", "stories.csv.gz");
    assert_eq!(unpacked(&path), unpacked(&committed("stories.csv.gz")));
}

#[test]
fn scenes_are_what_their_generator_makes() {
    let folder = Folder::new();
    let path = fresh(&folder, "scenes", "scenes.npz");
    assert_eq!(arrays(&path), arrays(&committed("scenes.npz")));
    let first = std::fs::read(&path).expect("written above");
    assert_eq!(first, std::fs::read(fresh(&folder, "scenes", "scenes.npz")).expect("written again"));
}

#[test]
fn what_is_there_is_only_replaced_when_somebody_says_so() {
    let folder = Folder::new();
    let path = folder.write("mine.csv", "a\n1\n");
    let said = |more: &[&str]| {
        let made = Command::new(env!("CARGO_BIN_EXE_mtlc"))
            .args(["generate", "two-layer", "--rows", "3", "--out", "mine.csv"])
            .args(more)
            .current_dir(&folder.0)
            .output()
            .expect("mtlc runs");
        (made.status.code(), String::from_utf8_lossy(&made.stderr).into_owned())
    };
    let (code, words) = said(&[]);
    assert!(code == Some(2) && words.contains("`mine.csv` exists") && words.contains("--force"), "{words}");
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "a\n1\n");
    assert_eq!(said(&["--force"]).0, Some(0));
    assert_eq!(std::fs::read_to_string(&path).expect("it is there").lines().count(), 4);
}
