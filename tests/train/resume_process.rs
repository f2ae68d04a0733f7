//! Ctrl-C, `kill -9`, and checkpoints that cannot be gone on from.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::{Said, bytes, command, mtlc, same_runs, shop};
use crate::data::Folder;

/// Long enough to be interrupted; a second or two without optimisation.
const EPOCHS: &str = "150";

fn start(folder: &Folder, line: &str) -> Child {
    let mut command = command(&folder.0);
    command.args(line.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("mtlc starts")
}

/// Waits until a run has written down an epoch of at least this number.
fn reaches(folder: &Folder, run: &str, epoch: usize) {
    let begun = Instant::now();
    let path = folder.0.join(run).join("metrics.jsonl");
    loop {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let epochs = text.lines().filter(|line| line.starts_with("{\"record\":\"epoch\"")).count();
        if epochs >= epoch {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{run} does not reach epoch {epoch}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn signal(child: Child, name: &str) -> Said {
    let killed = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(killed.is_ok_and(|status| status.success()));
    Said::of(&child.wait_with_output().expect("it ends"))
}

#[test]
fn interrupted_and_killed_and_still_the_same() {
    let folder = shop();
    mtlc(&folder, &format!("run shop.mtl --out straight -q --epochs {EPOCHS}")).must(0, &[]);

    let child = start(&folder, &format!("run shop.mtl --out r -q --epochs {EPOCHS}"));
    reaches(&folder, "r", 3);
    let said = signal(child, "-INT").must(130, &["Interrupted after", "Go on with: mtlc run --resume r"]);
    assert!(!said.out.contains("Kept epoch"), "it was not interrupted: {}", said.out);
    mtlc(&folder, "eval r").must(2, &["`r` has no trained model", "finish it with `mtlc run --resume r`"]);

    // Killed later: what was written since the checkpoint is forgotten, the checkpoint holds.
    let child = start(&folder, "run --resume r -q");
    let after = std::fs::read_to_string(folder.0.join("r/metrics.jsonl")).expect("records").lines().count() / 7;
    reaches(&folder, "r", after + 5);
    let said = signal(child, "-KILL");
    assert_eq!((said.code, said.out.as_str()), (None, ""));

    mtlc(&folder, "run --resume r -q").must(0, &[]);
    same_runs(&folder, "straight", "r");
    assert!(!folder.0.join("r/checkpoint.safetensors").exists());
}

#[test]
fn killed_before_the_first_checkpoint() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out straight -q").must(0, &[]);
    let child = start(&folder, &format!("run shop.mtl --out r -q --epochs {EPOCHS}"));
    reaches(&folder, "r", 2);
    signal(child, "-KILL");
    assert!(folder.0.join("r/run.json").exists());
    // The run that is gone on with is the one that was begun, not the spec as it is by now.
    folder.write("shop.mtl", "no spec any more");
    mtlc(&folder, "run --resume r -q").must(0, &[]);
    let report = super::json(&folder, "r/report.json");
    assert_eq!(report["epochs"].to_string(), EPOCHS);
}

/// A run that was interrupted, with its checkpoint.
fn interrupted(folder: &Folder, run: &str, seed: u32) {
    let child = start(folder, &format!("run shop.mtl --out {run} -q --epochs {EPOCHS} --seed {seed}"));
    reaches(folder, run, 1);
    signal(child, "-INT").must(130, &["Interrupted after"]);
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_is_lost() {
    let folder = shop();
    interrupted(&folder, "r", 1);
    interrupted(&folder, "other", 2);
    let records = bytes(&folder, "r/metrics.jsonl");
    let good = bytes(&folder, "r/checkpoint.safetensors");

    for (what, content, words) in [
        ("cut in half", good[..good.len() / 2].to_vec(), "is damaged or no safetensors file"),
        ("empty", Vec::new(), "is damaged or no safetensors file"),
        ("of another run", bytes(&folder, "other/checkpoint.safetensors"), "the checkpoint is of another run"),
    ] {
        folder.write("r/checkpoint.safetensors", &content);
        mtlc(&folder, "run --resume r -q").must(2, &[words]);
        assert_eq!(bytes(&folder, "r/metrics.jsonl"), records, "{what}");
        assert_eq!(bytes(&folder, "r/checkpoint.safetensors"), content, "{what}");
    }
    folder.write("r/checkpoint.safetensors", &good);

    // The data has changed, and changes back.
    folder.write("shop.csv", super::table().replacen("Oslo", "Rome", 1));
    mtlc(&folder, "run --resume r -q").must(2, &["the data of the run has changed since it was interrupted"]);
    assert_eq!(bytes(&folder, "r/metrics.jsonl"), records);
    folder.write("shop.csv", super::table());

    // The kept spec was edited.
    let spec = bytes(&folder, "r/spec.mtl");
    folder.write("r/spec.mtl", super::SHOP.replace("relu", "tanh"));
    mtlc(&folder, "run --resume r -q").must(2, &["`r/spec.mtl` is not the spec that was trained"]);
    folder.write("r/spec.mtl", spec);

    // What the command line would change.
    for argument in ["--seed 3", "--split-seed 9", "--set width=4", "--variant wide", "--no-pass prune"] {
        mtlc(&folder, &format!("run --resume r {argument}")).must(2, &["cannot be used with"]);
    }
    mtlc(&folder, "run --resume r -q").must(0, &[]);
}
