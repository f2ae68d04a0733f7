//! Several processes and one folder: each run gets a folder of its own, and a folder has one writer.

use std::path::Path;
use std::process::Stdio;

use mtlc::project::directory::RunDirectory;
use mtlc::project::lock::Lock;

use super::{Said, command, json, mtlc, shop};

/// The names of the run folders in a folder: without `latest`, which names one of them again.
fn runs_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name != "latest").collect()
}

#[test]
fn eight_runs_at_once_get_folders_of_their_own() {
    let folder = shop();
    let start = |_| {
        let mut command = command(&folder.0);
        command.args(["run", "shop.mtl", "-q", "--epochs", "1"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("mtlc starts")
    };
    let children: Vec<_> = (0..8).map(start).collect();
    for child in children {
        Said::of(&child.wait_with_output().expect("it ends")).must(0, &["Everything is in runs/shop/"]);
    }
    let runs = runs_in(&folder.0.join("runs/shop"));
    assert_eq!(runs.iter().filter(|run| folder.0.join("runs/shop").join(run).join("report.json").exists()).count(), 8);
}

#[test]
fn threads_that_ask_at_once_get_folders_of_their_own() {
    let folder = shop();
    let path = folder.0.join("a/b/time");
    let barrier = std::sync::Barrier::new(16);
    let made: Vec<RunDirectory> = std::thread::scope(|scope| {
        let ask = |_| {
            scope.spawn(|| {
                barrier.wait();
                RunDirectory::create_numbered(&path).expect("a folder")
            })
        };
        let asked: Vec<_> = (0..16).map(ask).collect();
        asked.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let mut paths: Vec<&Path> = made.iter().map(|run| run.path.as_path()).collect();
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), 16);
}

#[test]
fn a_folder_that_another_process_writes_in_is_refused_by_name() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --epochs 1").must(0, &[]);
    // As if it had been killed before its report.
    std::fs::remove_file(folder.0.join("r/report.json")).expect("it is there");
    let who = format!("another mtlc (process {}) is writing in `r`", std::process::id());
    let lock = Lock::take(&folder.0.join("r")).expect("nobody has it");
    mtlc(&folder, "run --resume r -q").must(2, &[&who, "wait until it has ended"]);
    drop(lock);
    mtlc(&folder, "run --resume r -q").must(0, &[]);
    // Reading needs no lock.
    let lock = Lock::take(&folder.0.join("r")).expect("nobody has it");
    mtlc(&folder, "eval r").must(0, &[]);
    drop(lock);

    // A folder that is claimed and still empty.
    std::fs::create_dir(folder.0.join("new")).expect("a folder");
    let lock = Lock::take(&folder.0.join("new")).expect("nobody has it");
    for line in ["run shop.mtl --out new", "run shop.mtl --out new --seeds 2", "tune shop.mtl --trials 1 --out new"] {
        mtlc(&folder, line).must(2, &["is writing in `new`", "choose another folder with `--out`"]);
    }
    drop(lock);
    // What a killed process has left of its lock is no obstacle, and no content.
    mtlc(&folder, "run shop.mtl --out new -q --epochs 1").must(0, &[]);
}

#[test]
fn seeds_go_on_where_they_were_interrupted() {
    let folder = shop();
    let call = "run shop.mtl -q --epochs 2 --seeds 3";
    mtlc(&folder, &format!("{call} --out whole")).must(0, &[]);
    let whole = json(&folder, "whole/seeds.json");
    // Killed in the second seed, after its model and before its report; the third has a folder and nothing in it.
    let killed = |out: &str| {
        std::fs::remove_file(folder.0.join(out).join("seeds.json")).expect("it is there");
        std::fs::remove_file(folder.0.join(out).join("seed-4/report.json")).expect("it is there");
        std::fs::remove_dir_all(folder.0.join(out).join("seed-5")).expect("it is there");
        std::fs::create_dir(folder.0.join(out).join("seed-5")).expect("a folder");
        folder.write(&format!("{out}/seed-5/spec.mtl"), "half of it");
    };
    mtlc(&folder, &format!("{call} --out r")).must(0, &[]);
    killed("r");
    let first = std::fs::metadata(folder.0.join("r/seed-3/model.safetensors")).and_then(|file| file.modified());
    mtlc(&folder, &format!("{call} --out r")).must(0, &["Seed 3, 1 of 3: it is there already", "Seed 5, 3 of 3"]);
    let same = std::fs::metadata(folder.0.join("r/seed-3/model.safetensors")).and_then(|file| file.modified());
    assert_eq!(first.expect("a time"), same.expect("a time"), "it was trained again");
    assert_eq!(json(&folder, "r/seeds.json"), whole);
    // By its name alone, even from another folder.
    killed("r");
    mtlc(&folder, "run --resume r -q").must(0, &["Seed 3, 1 of 3: it is there already"]);
    assert_eq!(json(&folder, "r/seeds.json"), whole);
    // More seeds go on from there too.
    mtlc(&folder, "run shop.mtl -q --epochs 2 --seeds 4 --out r").must(0, &["Seed 5, 3 of 4: it is there already"]);
    assert_eq!(json(&folder, "r/seeds.json")["seeds"], serde_json::json!([3, 4, 5, 6]));

    // The default folder of an interrupted call is found again; that of a finished one is left alone.
    mtlc(&folder, call).must(0, &[]);
    let only = |name: &str| runs_in(&folder.0.join(name));
    let out = format!("runs/shop/{}", only("runs/shop")[0]);
    killed(&out);
    mtlc(&folder, call).must(0, &["Going on with the interrupted call in runs/shop/", "it is there already"]);
    assert_eq!((only("runs/shop").len(), json(&folder, &format!("{out}/seeds.json"))), (1, whole));

    // Another spec, option or table is another call.
    let untouched = "nothing in it was touched";
    mtlc(&folder, "run shop.mtl -q --epochs 3 --seeds 3 --out r").must(2, &["made with other options", untouched]);
    mtlc(&folder, "run shop.mtl -q --epochs 2 --seeds 3 --seed 9 --out r").must(2, &["of other seeds", untouched]);
    let table = super::table();
    folder.write("shop.csv", format!("{table}r120,0.1,0.2,Oslo,low,no,100\n"));
    mtlc(&folder, &format!("{call} --out r")).must(2, &["on other data: the files have changed", untouched]);
    killed(&out);
    let said = mtlc(&folder, call).must(0, &[]);
    assert!(!said.err.contains("Going on"), "{}", said.err);
    folder.write("shop.csv", table);
    folder.write("shop.mtl", super::SHOP.replace("dropout(0.1)", "dropout(0.2)"));
    mtlc(&folder, &format!("{call} --out r")).must(2, &["of the spec as it was before it changed", untouched]);
}
