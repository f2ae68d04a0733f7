//! Tables that do not fit into the memory they are given lie on disk: the same runs to the last bit, within bounded memory, from a
//! cache that may be deleted, damaged, shared or out of reach.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch};
use parquet::arrow::ArrowWriter;

use super::{Said, command, mtlc, same_runs, shop};
use crate::data::Folder;
use crate::data::formats::{archive, npy};

/// Every sort of column and of steps: ids, numbers with gaps, classes, sets, texts of any length, times.
const ALL: &str = r#"use std.tasks.{classification, regression, multilabel}

data d: csv("d.csv") {
  split { train: 60%, valid: 20%, test: 20%, stratify: kind, group: house }
  columns {
    id: id, a: number, b: number, kind: category, house: category, tags: labels("x", "y", "z"), words: text, day: time, y: number
    ratio: number = a / (b + 10)
  }
}

input body  from d[a, b, ratio] -> impute(median) -> standardize
input bins  from d.a -> impute(mean) -> piecewise_linear(4)
input house from d.house -> embed(2)
input words from d.words -> lowercase -> characters(max: 12) -> embed(3) -> mean_pool
input day   from d.day -> calendar(month, weekday)
shared trunk from concat(body, bins, house, words, day) -> dense(8) -> relu

task kind: classification from trunk { label: d.kind, where: d.a is not missing }
task y:    regression     from trunk { label: d.y, target: log -> standardize }
task tags: multilabel     from trunk { label: d.tags }

train { epochs: 3, batch: 16, seed: 3 }
"#;

fn all() -> Folder {
    let folder = Folder::new();
    folder.write("d.mtl", ALL);
    let mut text = String::from("id,a,b,kind,house,tags,words,day,y\n");
    for row in 0..200_usize {
        let a = if row % 9 == 4 { String::new() } else { format!("{:.3}", (row as f64 * 1.3).sin()) };
        let words = "Ünter den Linden".chars().cycle().skip(row % 11).take(row % 23).collect::<String>();
        let tags = ["", "x", "y|z", "x|y"][row % 4];
        let day = format!("20{:02}-0{}-11", 10 + row % 15, 1 + row % 9);
        let y = if row % 13 == 7 { "NA".to_string() } else { format!("{}", row % 17) };
        text += &format!(
            "r{row},{a},{},{},h{},{tags},\"{words}\",{day},{y}\n",
            row % 7,
            ["lo", "hi"][row % 3 / 2],
            row / 3
        );
    }
    folder.write("d.csv", text);
    folder
}

/// Runs mtlc with so much memory for rows, and a cache in the folder.
fn within(folder: &Folder, memory: &str, line: &str) -> Said {
    Said::of(&starting(folder, memory, line).output().expect("mtlc runs"))
}

fn starting(folder: &Folder, memory: &str, line: &str) -> Command {
    let mut command = command(&folder.0);
    command.args(line.split_whitespace()).env("MTLC_MEMORY", memory).env("MTLC_CACHE", folder.0.join("cache"));
    command
}

/// What the cache has, but for locks and what processes have for themselves.
fn entries(folder: &Folder) -> Vec<PathBuf> {
    let found = std::fs::read_dir(folder.0.join("cache/rows")).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = found.map(|entry| entry.path()).filter(|path| path.extension().is_none()).collect();
    found.sort();
    found
}

fn kept(folder: &Folder) -> Vec<PathBuf> {
    let scratch = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("scratch-"));
    entries(folder).into_iter().filter(|path| !scratch(path)).collect()
}

#[test]
fn the_same_run_from_disk() {
    let folder = all();
    mtlc(&folder, "run d.mtl --out memory -q").must(0, &[]);
    within(&folder, "2K", "run d.mtl --out disk -q").must(0, &[]);
    same_runs(&folder, "memory", "disk");
    assert_eq!(kept(&folder).len(), 1);
    assert_eq!(entries(&folder).len(), 1, "what a process has for itself is gone with it");
    // From the cache, and what the check says.
    within(&folder, "2K", "run d.mtl --out again -q").must(0, &[]);
    same_runs(&folder, "memory", "again");
    let said = |memory| within(&folder, memory, "check --data d.mtl");
    let (one, other) = (said("1G"), said("2K"));
    assert_eq!((one.code, one.out, one.err), (other.code, other.out, other.err));
    // Predictions of other files, which have no labels; streams have no place in the cache.
    for memory in ["1G", "1K"] {
        within(&folder, memory, &format!("predict memory --data d.csv --out {memory}.csv")).must(0, &[]);
    }
    assert_eq!(super::bytes(&folder, "1G.csv"), super::bytes(&folder, "1K.csv"));
}

#[test]
fn what_is_read_again_is_what_it_was_made_from() {
    let folder = shop();
    let mut count = 0;
    let mut same = || {
        count += 1;
        mtlc(&folder, &format!("run shop.mtl --out m{count} -q")).must(0, &[]);
        within(&folder, "1K", &format!("run shop.mtl --out d{count} -q")).must(0, &[]);
        same_runs(&folder, &format!("m{count}"), &format!("d{count}"));
    };
    same();
    let first = kept(&folder);
    // A file with other rows, and a column read otherwise.
    let table = super::table().replace("r7,", "r700,");
    folder.write("shop.csv", &table);
    same();
    assert_eq!(kept(&folder).len(), 2);
    folder.write("shop.mtl", super::SHOP.replace("city: category", "city: category(\"Oslo\", \"Rome\", \"Lima\")"));
    within(&folder, "1K", "check --data shop.mtl").must(0, &[]);
    assert_eq!(kept(&folder).len(), 3);
    folder.write("shop.mtl", super::SHOP);
    // Cut off, of another version, without a file, no longer what it says: made anew.
    let damage: [&dyn Fn(&Path); 7] = [
        &|entry| cut(&entry.join("column1.0")),
        &|entry| std::fs::write(entry.join("table.json"), "{").expect("it can be written"),
        &|entry| {
            let about = std::fs::read_to_string(entry.join("table.json")).expect("it is there");
            std::fs::write(entry.join("table.json"), about.replace("\"version\":1", "\"version\":0")).expect("written");
        },
        &|entry| std::fs::remove_file(entry.join("content")).expect("it is there"),
        &|entry| {
            let about = std::fs::read_to_string(entry.join("table.json")).expect("it is there");
            std::fs::write(entry.join("table.json"), about.replace("\"rows\":120", "\"rows\":119")).expect("written");
        },
        &|entry| {
            let about = std::fs::read_to_string(entry.join("table.json")).expect("it is there");
            let rows = format!("\"rows\":{}", usize::MAX);
            std::fs::write(entry.join("table.json"), about.replace("\"rows\":120", &rows)).expect("written");
        },
        &|entry| std::fs::write(entry.join("table.json"), "[".repeat(1 << 20)).expect("it can be written"),
    ];
    for damage in damage {
        kept(&folder).iter().for_each(|entry| damage(entry));
        same();
        assert!(kept(&folder).iter().any(|entry| entry.join("content").exists() && !first.is_empty()));
    }
    std::fs::remove_dir_all(folder.0.join("cache")).expect("it may be deleted");
    same();
}

fn cut(path: &Path) {
    let all = std::fs::read(path).expect("it is there");
    // Whoever has it mapped keeps the old one.
    std::fs::remove_file(path).and_then(|()| std::fs::write(path, &all[..all.len() / 2])).expect("it can be written");
}

#[test]
fn processes_share_the_cache() {
    let folder = shop();
    let start = |number: usize| -> Child {
        let mut command = starting(&folder, "1K", &format!("run shop.mtl --out r{number} -q"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("mtlc starts")
    };
    let children: Vec<Child> = (0..4).map(start).collect();
    for child in children {
        Said::of(&child.wait_with_output().expect("it ends")).must(0, &[]);
    }
    (1..4).for_each(|number| same_runs(&folder, "r0", &format!("r{number}")));
    assert_eq!(entries(&folder).len(), 1);
    // What a process that was killed has left is removed by the next.
    let left = folder.0.join("cache/rows/scratch-1-0");
    std::fs::create_dir_all(&left).and_then(|()| std::fs::write(left.join("alive"), "")).expect("it can be made");
    within(&folder, "1K", "check --data shop.mtl").must(0, &[]);
    within(&folder, "1K", "run shop.mtl --out last -q").must(0, &[]);
    assert!(!left.exists());
}

/// A process that does not outlive the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

#[test]
fn the_cache_keeps_what_fits_and_what_is_read() {
    let (folder, other) = (shop(), all());
    let cached = |folder_of: &Folder, line: &str, size: &str| {
        let mut command = starting(folder_of, "1K", line);
        command.env("MTLC_CACHE", folder.0.join("cache")).env("MTLC_CACHE_SIZE", size);
        command
    };
    let check = |of: &Folder, spec: &str, size: &str| {
        Said::of(&cached(of, &format!("check --data {spec}"), size).output().expect("mtlc runs")).must(0, &[]);
    };
    check(&folder, "shop.mtl", "1G");
    let shop_alone = kept(&folder);
    check(&other, "d.mtl", "1G");
    assert_eq!(kept(&folder).len(), 2);
    // Too much now: the shop was used longest ago.
    folder.write("more.mtl", super::SHOP.replace("city: category", "city: category(\"Oslo\", \"Rome\", \"Lima\")"));
    let bytes = |entry: &PathBuf| -> u64 {
        let files = std::fs::read_dir(entry).expect("an entry").flatten();
        files.map(|file| file.metadata().expect("a file").len()).sum()
    };
    let both: u64 = kept(&folder).iter().map(bytes).sum();
    check(&folder, "more.mtl", &format!("{both}"));
    assert_eq!(kept(&folder).len(), 2);
    assert!(!kept(&folder).contains(&shop_alone[0]));
    // A process that reads an entry keeps it from others, even from one that would keep nothing.
    let mut training = cached(&other, "run d.mtl --out long --epochs 100000 -q", "1G");
    let training = training.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("mtlc starts");
    let mut training = Ended(training);
    while !other.0.join("long/metrics.jsonl").exists() {
        assert!(training.0.try_wait().expect("it can be asked").is_none(), "it trains");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let cleared = Said::of(&cached(&folder, "cache --clear", "0").output().expect("mtlc runs")).must(0, &[]);
    assert!(cleared.out.contains("took 1 table, ") && cleared.out.contains("1 in use, "), "{}", cleared.out);
    assert_eq!(kept(&folder).len(), 1);
    check(&folder, "shop.mtl", "0");
    assert_eq!(kept(&folder).len(), 2, "neither its own entry goes nor that of the run");
    drop(training);
    let told = Said::of(&cached(&folder, "cache", "3G").output().expect("mtlc runs")).must(0, &[]);
    assert!(told.out.contains("2 tables, ") && told.out.contains("at most 3.0 GiB"), "{}", told.out);
    let cleared = Said::of(&cached(&folder, "cache --clear", "3G").output().expect("mtlc runs")).must(0, &[]);
    assert!(cleared.out.contains("took 2 tables, ") && !cleared.out.contains("in use"), "{}", cleared.out);
    assert!(kept(&folder).is_empty());
}

#[test]
fn a_cache_that_cannot_be_written_is_told() {
    let folder = shop();
    folder.write("cache", "a file, and no folder");
    let said = within(&folder, "1K", "check --data shop.mtl").must(1, &[]);
    // Lines are broken where they are long.
    let out: String = said.out.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    for words in ["cannot read `shop.csv`: the cache cannot be written", "by MTLC_CACHE"] {
        assert!(out.contains(words), "{out}");
    }
    within(&folder, "1G", "check --data shop.mtl").must(0, &[]);
}

/// A table of numbers as Parquet.
fn numbers(folder: &Folder, rows: usize, columns: usize) {
    let file = std::fs::File::create(folder.0.join("d.parquet")).expect("a file");
    let mut writer = None;
    for start in (0..rows).step_by(1 << 14) {
        let own = start..(start + (1 << 14)).min(rows);
        let value = |row: usize, column: usize| ((row * 31 + column * 17) % 1009) as f64 / 8.0 - (row % 7) as f64;
        let column = |column: usize| {
            let values = own.clone().map(|row| value(row, column));
            (format!("c{column}"), Arc::new(Float64Array::from_iter_values(values)) as ArrayRef)
        };
        let batch = RecordBatch::try_from_iter((0..columns).map(column)).expect("a batch");
        let writer = writer.get_or_insert_with(|| {
            ArrowWriter::try_new(file.try_clone().expect("a file"), batch.schema(), None).expect("a writer")
        });
        writer.write(&batch).expect("it is written");
    }
    writer.expect("rows").close().expect("it is complete");
}

/// The most memory that a command has had at once, in bytes, as the system tells it.
#[cfg(target_os = "linux")]
fn peak(mut command: Command) -> usize {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("mtlc starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<usize>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) << 10);
        if let Some(status) = child.try_wait().expect("it can be asked") {
            assert!(status.success(), "{status}");
            return peak;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

/// What twenty million rows may have, two hundred thousand may have a hundredth of, beside the program itself.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_table() {
    let folder = Folder::new();
    numbers(&folder, 200_000, 20);
    let spec = "use std.tasks.{regression}\n\ndata d: parquet(\"d.parquet\") {\n  \
        split { train: 98%, valid: 1%, test: 1% }\n  columns { c0 .. c18: number, c19: number }\n}\n\n\
        input x from d[c0 .. c18] -> impute(median) -> standardize\nshared trunk from x -> dense(8) -> relu\n\
        task y: regression from trunk { label: d.c19 }\n\
        train { epochs: 1, epoch: steps(20), batch: 256 }\n";
    folder.write("d.mtl", spec);
    let base = {
        let small = Folder::new();
        numbers(&small, 2_000, 20);
        small.write("d.mtl", spec);
        peak(starting(&small, "64K", "run d.mtl --out r -q"))
    };
    let on_disk = peak(starting(&folder, "1M", "run d.mtl --out disk -q"));
    let in_memory = peak(starting(&folder, "1G", "run d.mtl --out memory -q"));
    same_runs(&folder, "memory", "disk");
    // 200,000 rows of 20 columns are 32 MB as doubles, which are held more than once in memory.
    let (on_disk, in_memory) = (on_disk.saturating_sub(base), in_memory.saturating_sub(base));
    assert!(on_disk < 32 << 20, "{} MB more than a small table takes", on_disk >> 20);
    assert!(in_memory > on_disk, "{in_memory} in memory, {on_disk} on disk");
}

/// An archive of arrays, and what is piped into the program, are read some rows at a time too.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_arrays_and_streams() {
    const WIDE: usize = 400;
    let arrays = |folder: &Folder, rows: usize| {
        let x: Vec<u8> = (0..rows * WIDE).flat_map(|item| ((item * 31 % 1009) as f64 / 8.0).to_le_bytes()).collect();
        let y: Vec<u8> = (0..rows).flat_map(|row| ((row * 17 % 101) as f64).to_le_bytes()).collect();
        let files = [
            ("x.npy", npy("<f8", false, &format!("({rows}, {WIDE})"), &x)),
            ("y.npy", npy("<f8", false, &format!("({rows},)"), &y)),
        ];
        folder.write("d.npz", archive(&files));
        folder.write(
            "d.mtl",
            format!(
                "use std.tasks.{{regression}}\n\ndata d: npz(\"d.npz\") {{\n  split {{ train: 98%, valid: 1%, test: 1% }}\n  \
                 columns {{ x: number[{WIDE}], y: number }}\n}}\n\ninput x from d.x -> standardize\n\
                 task y: regression from x -> dense(2) {{ label: d.y }}\n\
                 train {{ epochs: 1, epoch: steps(5), batch: 64 }}\n"
            ),
        );
    };
    let piped = |folder: &Folder, memory: &str, out: &str| {
        let mut command = starting(folder, memory, &format!("predict r --data - --out {out}"));
        command.stdin(std::fs::File::open(folder.0.join("d.npz")).expect("it is there"));
        command
    };
    let (small, large) = (Folder::new(), Folder::new());
    let mut more = Vec::new();
    for (folder, rows) in [(&small, 200), (&large, 20_000)] {
        arrays(folder, rows);
        let run = peak(starting(folder, "1M", "run d.mtl --out r -q"));
        more.push([run, peak(piped(folder, "1M", "piped.csv"))]);
    }
    // 20,000 rows are 64 MB.
    for (small, large) in more[0].iter().zip(more[1]) {
        assert!(large.saturating_sub(*small) < 32 << 20, "{} MB more than few rows take", (large - small) >> 20);
    }
    within(&large, "1G", "predict r --data d.npz --out file.csv").must(0, &[]);
    assert_eq!(super::bytes(&large, "piped.csv"), super::bytes(&large, "file.csv"));
    assert!(entries(&large).iter().all(|path| kept(&large).contains(path)), "what was piped in goes with the process");
}
