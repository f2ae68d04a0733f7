//! `mtlc pack`: one file in the place of a run.

use std::io::{Read, Write};

use super::{Said, bytes, command, mtlc, shop, text};
use crate::data::Folder;

/// A cache of its own, so that what is opened is opened for the first time.
fn cached(folder: &Folder, line: &str) -> Said {
    let mut command = command(&folder.0);
    Said::of(
        &command.args(line.split_whitespace()).env("MTLC_CACHE", folder.0.join("cache")).output().expect("mtlc runs"),
    )
}

/// A folder with a trained run, and its pack.
fn packed() -> Folder {
    let folder = shop();
    folder.write("more.mtl", "template plain(width) = width\n");
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "pack r").must(0, &[]);
    folder
}

#[test]
fn a_pack_answers_as_its_run_and_elsewhere() {
    let folder = packed();
    cached(&folder, "predict r --data shop.csv --out run.csv").must(0, &[]);
    // Neither the spec nor the data nor the run is there any more.
    let other = Folder::new();
    other.write("shop.mtlpack", bytes(&folder, "shop.mtlpack"));
    other.write("new.csv", bytes(&folder, "shop.csv"));
    drop(std::fs::remove_dir_all(folder.0.join("r")));
    for out in ["one.csv", "again.csv"] {
        cached(&other, &format!("predict shop.mtlpack --data new.csv --out {out}")).must(0, &["120 rows predicted"]);
        assert_eq!(text(&other, out), text(&folder, "run.csv"));
    }
    let judged = cached(&other, "eval shop.mtlpack --data new.csv").must(0, &[]);
    assert!(judged.out.contains("price"), "{}", judged.out);
    cached(&other, "eval shop.mtlpack").must(1, &["holds no data", "--data FILE"]);
    cached(&other, "run --resume shop.mtlpack").must(2, &["is a pack, into which nothing is written"]);
    cached(&other, "predict shop.mtlpack --data new.csv --out shop.mtlpack --out-format csv --force")
        .must(2, &["a file of the run itself"]);
    let listed = cached(&other, "runs shop.mtlpack shop.mtlpack").must(0, &[]);
    assert!(listed.out.contains("shop.mtlpack"), "{}", listed.out);
    let held = cached(&other, "cache").must(0, &[]);
    assert!(held.out.contains("1 opened pack"), "{}", held.out);
}

#[test]
fn a_pack_says_nothing_of_where_it_comes_from_and_its_card_says_the_rest() {
    let folder = packed();
    let path = folder.0.to_string_lossy().into_owned();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes(&folder, "shop.mtlpack"))).expect("an archive");
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a file");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("it can be read");
        let content = String::from_utf8_lossy(&content);
        assert!(!content.contains(&path), "{} has {path}", file.name());
        assert!(!content.contains("r17,"), "{} has rows", file.name());
    }
    let card = cached(&folder, "pack shop.mtlpack --card").must(0, &[]).out;
    assert_eq!(card, mtlc(&folder, "pack r --card").must(0, &[]).out);
    let report: serde_json::Value = serde_json::from_str(&text(&folder, "r/report.json")).expect("JSON");
    let figure = report["tasks"]["kind"]["test"]["accuracy"].as_f64().expect("a figure");
    for words in [
        "# shop",
        "`high`, `low`, `mid`",
        "`shop.csv`",
        &format!("accuracy {}", (figure * 1e4).round() / 1e4),
        "## Limits",
    ] {
        assert!(card.contains(words), "`{words}` is not in:\n{card}");
    }
}

#[test]
fn the_same_run_makes_the_same_pack_and_nothing_is_lost() {
    let folder = packed();
    mtlc(&folder, "pack r --out other.mtlpack").must(0, &[]);
    assert_eq!(bytes(&folder, "shop.mtlpack"), bytes(&folder, "other.mtlpack"));
    mtlc(&folder, "pack r").must(2, &["`shop.mtlpack` exists", "`--force`"]);
    mtlc(&folder, "pack r --force").must(0, &[]);
    mtlc(&folder, "pack r --out shop.csv --force").must(2, &["is no pack: nothing in it was touched"]);
    mtlc(&folder, "pack r --out r").must(2, &["is a folder", "--out r/model.mtlpack"]);
    mtlc(&folder, "pack r --out no/such.mtlpack").must(2, &["cannot write `no/such.mtlpack`"]);
    cached(&folder, "pack shop.mtlpack --out again.mtlpack").must(2, &["is a pack already"]);
    mtlc(&folder, "pack shop.mtl").must(2, &["is a spec, and a run directory is expected"]);
    mtlc(&folder, "pack shop.csv").must(2, &["is a file, and a run directory is expected"]);
}

/// The pack with one file changed, and its own checksums right.
fn with(pack: &[u8], name: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pack)).expect("an archive");
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::FileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a file");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("it can be read");
        if file.name() == name {
            change(&mut content);
        }
        writer.start_file(file.name(), stored).expect("it begins");
        writer.write_all(&content).expect("it is written");
    }
    writer.finish().expect("it ends").into_inner()
}

#[test]
fn what_is_damaged_is_refused_whether_or_not_it_was_opened_before() {
    let folder = packed();
    let whole = bytes(&folder, "shop.mtlpack");
    let answers = |pack: &str| cached(&folder, &format!("predict {pack} --data shop.csv --out a.csv --force"));
    answers("shop.mtlpack").must(0, &[]);
    let damaged = |name: &str, change: &dyn Fn(&mut Vec<u8>)| with(&whole, name, change);
    let later = |list: &mut Vec<u8>| {
        *list = String::from_utf8_lossy(list).replace("\"version\": 1", "\"version\": 9").into_bytes()
    };
    let other =
        |list: &mut Vec<u8>| *list = String::from_utf8_lossy(list).replace("spec.mtl", "../spec.mtl").into_bytes();
    let bomb = |list: &mut Vec<u8>| {
        *list = String::from_utf8_lossy(list).replacen("\"bytes\": ", "\"bytes\": 9999999999", 1).into_bytes()
    };
    let none = |list: &mut Vec<u8>| *list = b"{\"version\": 1}".to_vec();
    // The list says what is there; what is there is nothing to be asked.
    let unlisted = |list: &mut Vec<u8>| {
        let mut value: serde_json::Value = serde_json::from_slice(list).expect("a list");
        value["files"].as_object_mut().expect("files").remove("defaults.json");
        *list = serde_json::to_vec(&value).expect("JSON");
    };
    for (pack, words) in [
        ([whole.as_slice(), b"more"].concat(), "something stands behind its end"),
        (damaged("pack.json", &none), "its `pack.json` does not say what is in it"),
        (damaged("pack.json", &unlisted), "`defaults.json` is in it, and not in its `pack.json`"),
        (whole[..whole.len() / 2].to_vec(), "is damaged: it is cut short"),
        (damaged("model.safetensors", &|content| content[200] ^= 1), "`model.safetensors` is not what was packed"),
        (damaged("spec.mtl", &|content| content.push(b'\n')), "`spec.mtl` is not what was packed"),
        (damaged("pack.json", &|list| list.truncate(20)), "its `pack.json` is no list"),
        (damaged("pack.json", &later), "newer than this one"),
        (damaged("pack.json", &other), "`../spec.mtl` is not the name of a file"),
        (damaged("pack.json", &bomb), "claims to hold"),
    ] {
        folder.write("bad.mtlpack", &pack);
        answers("bad.mtlpack").must(2, &["the pack `bad.mtlpack`", words]);
    }
    folder.write("bad.mtlpack", "");
    answers("bad.mtlpack").must(2, &["`bad.mtlpack` is no pack of a run: it is empty"]);
    // What was put into the cache and was changed there is made anew.
    let packs = folder.0.join("cache/packs");
    let opened = std::fs::read_dir(&packs).expect("a folder").flatten().map(|entry| entry.path());
    let opened = opened.filter(|path| path.is_dir()).collect::<Vec<_>>();
    assert_eq!(opened.len(), 1, "{opened:?}");
    std::fs::write(opened[0].join("model.safetensors"), "nothing").expect("it can be written");
    std::fs::remove_file(opened[0].join("spec.mtl")).expect("it is there");
    let before = text(&folder, "a.csv");
    answers("shop.mtlpack").must(0, &[]);
    assert_eq!(text(&folder, "a.csv"), before);
}
