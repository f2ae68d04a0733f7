//! What cannot be run, and what goes wrong on the way: a clear message, the right exit code, and nothing lost.

use mtlc::train::checkpoint;

use super::{SHOP, bytes, command, mtlc, same_runs, shop, table, text};
use crate::data::Folder;

#[test]
fn what_cannot_start_leaves_nothing() {
    let folder = shop();
    folder.write("broken.mtl", SHOP.replace("shared trunk", "shared trunc"));
    folder.write("lacking.mtl", SHOP.replace("price: number", "prize: number").replace("shop.price", "shop.prize"));
    folder.write("elsewhere.mtl", SHOP.replace("shop.csv", "shopp.csv"));
    for (line, code, words) in [
        ("run broken.mtl", 1, "nothing is called `trunk`"),
        ("run broken.mtl", 1, "Nothing was trained: the spec has errors."),
        ("run lacking.mtl", 1, "has no column `prize`"),
        ("run lacking.mtl", 1, "Nothing was trained: the data has errors."),
        ("run elsewhere.mtl", 1, "cannot read `shopp.csv`: there is no such file"),
        ("run nosuch.mtl", 2, "cannot read `nosuch.mtl`"),
        ("run shop.mtl --device gpu", 2, "there is no device `gpu`: use auto, flex, libtorch or libtorch-cuda:N"),
        ("run shop.mtl --device libtorch-cuda:x", 2, "`x` is no GPU number"),
        ("run shop.mtl --epochs 0", 2, "0 is not in 1.."),
        ("run shop.mtl --set widht=3", 1, "did you mean `width`?"),
        ("run shop.mtl --set train.epochs=many", 1, "epochs"),
        ("run shop.mtl --variant wise", 1, "the spec has no variant `wise`"),
        ("run shop.mtl --no-pass none", 2, "none"),
        ("run shop.mtl --resplit", 2, "--seeds"),
        ("run --resume nosuch", 2, "there is no run directory `nosuch`"),
    ] {
        let out = if line.contains("--resume") { "" } else { " --out r" };
        mtlc(&folder, &format!("{line}{out}")).must(code, &[words]);
        assert!(!folder.0.join("r").exists(), "{line} left a folder");
        if !out.is_empty() && !line.contains("--resplit") {
            mtlc(&folder, &format!("{line}{out} --seeds 2")).must(code, &[words]);
            assert!(!folder.0.join("r").exists(), "{line} left a folder for its seeds");
        }
    }
    mtlc(&folder, "run shop.mtl --out shop.csv/r").must(2, &["cannot make the folder `shop.csv/r`"]);
}

#[cfg(not(feature = "libtorch"))]
#[test]
fn a_build_without_libtorch_says_how_to_get_one() {
    let folder = shop();
    for device in ["libtorch", "libtorch-cuda:0"] {
        mtlc(&folder, &format!("run shop.mtl --out r --device {device}"))
            .must(2, &["this build of mtlc has no libtorch", "scripts/libtorch"]);
    }
    assert!(!folder.0.join("r").exists());
}

/// One number in, one out, straight.
fn line(train: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\n\ndata d: csv(\"d.csv\") {{ columns {{ x: number, y: number }} }}\n\
         input x from d.x -> standardize\n\
         task good: regression from x {{ label: d.y }}\n\
         task wild from x {{\n  label: d.y\n  target: standardize\n  head: dense(1)\n  loss: mse\n  \
         predict: inverse(target)\n  metrics: [r2]\n}}\n\
         weights {{ good: 0.5, wild: 0.5 }}\n\
         train {{ {train} }}\n"
    )
}

fn points(rows: usize) -> String {
    let rows = (0..rows).map(|row| format!("{row},{}\n", (row * row) % 17));
    format!("x,y\n{}", rows.collect::<String>())
}

#[test]
fn a_task_that_diverges_is_named_with_its_step() {
    let folder = shop();
    let line_of = "run shop.mtl --out r -q --set train.optimizer=sgd(lr:1e30)";
    let said =
        mtlc(&folder, line_of).must(2, &["diverged: its loss is no finite number in epoch 1, at step 2", "clip"]);
    assert!(!said.err.contains("last good state"), "there is none: {}", said.err);
    assert!(!folder.0.join("r/checkpoint.safetensors").exists());

    // The last step of an epoch breaks it: no further step would tell.
    let line_of = "run shop.mtl --out s -q --epochs 1 --set train.optimizer=sgd(lr:1e30) --set train.batch=500";
    mtlc(&folder, line_of).must(2, &["diverged: its loss is no finite number in epoch 1, at step 1"]);
    assert!(!folder.0.join("s/model.safetensors").exists());
    folder.write("no-valid.mtl", SHOP.replace("train: 60%, valid: 20%, test: 20%", "train: 100%"));
    let line_of = line_of.replace("shop.mtl --out s", "no-valid.mtl --out t");
    mtlc(&folder, &line_of).must(2, &["diverged: its loss is no finite number in epoch 1, at step 1"]);
}

#[test]
fn the_last_good_state_stays() {
    let folder = Folder::new();
    folder.write("d.csv", points(40));
    // Twice too large a step: the error grows a little every time, and only without a bound on the slope.
    folder.write("line.mtl", line("epochs: 500, batch: 500, optimizer: sgd(lr: 4)"));
    mtlc(&folder, "run line.mtl --out r -q")
        .must(2, &["task `wild` diverged", "the last good state is in r/checkpoint.safetensors"]);
    let (tensors, metadata) = checkpoint::read(&folder.0.join("r/checkpoint.safetensors")).expect("a checkpoint");
    assert!(tensors.values().all(|(_, values)| values.iter().all(|value| value.is_finite())), "{tensors:?}");
    let progress: serde_json::Value = serde_json::from_str(&metadata["progress"]).expect("JSON");
    let done = progress["epoch"].as_u64().expect("a number");
    assert!((5..500).contains(&done), "{done} epochs");
    let last = text(&folder, "r/metrics.jsonl").lines().last().map(str::to_string).expect("records");
    assert!(last.contains(&format!("\"epoch\":{done},")), "{last}");
    // Going on ends the same way, and leaves as much.
    mtlc(&folder, "run --resume r -q").must(2, &["task `wild` diverged"]);
    assert!(checkpoint::read(&folder.0.join("r/checkpoint.safetensors")).is_ok());
}

#[test]
fn labels_that_teach_nothing() {
    let folder = shop();
    let without = |keep: &dyn Fn(usize) -> bool, cell: usize| -> String {
        let line = |(row, line): (usize, &str)| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if row > 0 && !keep(row) {
                cells[cell] = "";
            }
            cells.join(",") + "\n"
        };
        table().lines().enumerate().map(line).collect()
    };
    folder.write("shop.csv", without(&|_| false, 6));
    mtlc(&folder, "run shop.mtl --out r").must(1, &["task `price` has no label in the training part"]);
    folder.write("shop.csv", table().replace(",yes,", ",no,"));
    mtlc(&folder, "run shop.mtl --out r").must(1, &["task `flag` has one class in the training part"]);
    assert!(!folder.0.join("r").exists());
    // Labels so rare that most batches have none: the task is absent from them.
    folder.write("shop.csv", without(&|row| row % 30 < 4, 5));
    let line = "run shop.mtl --out rare -q --set train.batch=4 --set weights.by=";
    for balancer in ["static", "cagrad", "mgda", "uncertainty", "famo"] {
        let line = line.replace("rare", balancer);
        mtlc(&folder, &format!("{line}{balancer}")).must(0, &[]);
        let report = super::json(&folder, &format!("{balancer}/report.json"));
        for task in ["kind", "flag", "price"] {
            assert!(report["tasks"][task]["train"]["loss"].is_number(), "{balancer}: {task}");
        }
    }
}

#[test]
fn tables_of_a_few_rows() {
    for rows in 1..6 {
        let folder = Folder::new();
        folder.write("d.csv", points(rows));
        folder
            .write("line.mtl", line("epochs: 2, batch: 64").replace("-> standardize\n", "-> dense(3) -> batch_norm\n"));
        let said = mtlc(&folder, "run line.mtl --out r -q");
        assert!(matches!(said.code, Some(0 | 1)), "{rows} rows: {said:?}");
        assert!(!said.err.contains("panicked"), "{}", said.err);
        assert_eq!(said.code == Some(0), folder.0.join("r/report.json").exists(), "{rows} rows: {said:?}");
    }
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --set train.batch=100000").must(0, &[]);
    mtlc(&folder, "run shop.mtl --out s -q --set train.batch=1 --epochs 1").must(0, &[]);
}

/// A shell in which no file can grow beyond so many blocks of 512 bytes.
#[cfg(unix)]
fn on_a_full_disk(folder: &Folder, blocks: usize, line: &str) -> super::Said {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {line}");
    let mut command = std::process::Command::new("sh");
    command.current_dir(&folder.0).env("NO_COLOR", "1").args(["-c", &script, env!("CARGO_BIN_EXE_mtlc")]);
    super::Said::of(&command.output().expect("a shell"))
}

#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing_that_was_written() {
    let folder = shop();
    for epochs in [2, 8] {
        mtlc(&folder, &format!("run shop.mtl --out straight-{epochs} -q --epochs {epochs}")).must(0, &[]);
    }

    // Even the spec does not fit.
    on_a_full_disk(&folder, 1, "run shop.mtl --out none -q").must(2, &["cannot write `none/"]);

    // The records of eight epochs do not fit, nor does the report of two; all other files do.
    on_a_full_disk(&folder, 24, "run shop.mtl --out records -q --epochs 8")
        .must(2, &["cannot write `records/metrics.jsonl`", "what was written before is intact"]);
    on_a_full_disk(&folder, 24, "run shop.mtl --out report -q --epochs 2")
        .must(2, &["cannot write `report/report.html`"]);
    assert!(checkpoint::read(&folder.0.join("report/model.safetensors")).is_ok());
    for (run, straight) in [("records", "straight-8"), ("report", "straight-2")] {
        let left = std::fs::read_dir(folder.0.join(run)).expect("a folder").flatten();
        let left: Vec<_> = left.filter(|entry| entry.file_name().to_string_lossy().ends_with(".tmp")).collect();
        assert!(left.is_empty(), "{left:?}");
        // With room again, the run ends as if nothing had happened.
        mtlc(&folder, &format!("run --resume {run} -q")).must(0, &[]);
        same_runs(&folder, straight, run);
    }

    folder.write("answers.csv", "mine");
    on_a_full_disk(&folder, 8, "predict straight-2 --data shop.csv --out answers.csv --force")
        .must(2, &["cannot write `answers.csv`"]);
    assert_eq!(bytes(&folder, "answers.csv"), b"mine");
}

#[test]
fn a_reader_that_has_gone_is_no_panic() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --epochs 1").must(0, &[]);
    let mut child = command(&folder.0)
        .args(["eval", "r", "--json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("mtlc starts");
    drop(child.stdout.take());
    super::Said::of(&child.wait_with_output().expect("it ends")).must(0, &[]);
}
