//! Which epoch is kept, and who has a say in it.

use super::{bytes, json, mtlc, records};
use crate::data::Folder;

const HEAD: &str = r#"use std.tasks.{binary, classification, regression}

data d: csv("t.csv") { columns { x: number, z: number, y: number, k: category } }

input a from d[x, z] -> standardize
shared trunk from a -> dense(8) -> relu
task y: regression from trunk { label: d.y }
"#;

const TRAIN: &str = "train { epochs: 15, batch: 16, optimizer: adamw(lr: 1e-2) }\n";

/// `y` alone as `alone.mtl`, and beside `k` as `both.mtl`.
fn noise(k: &str, weights: &str) -> Folder {
    let folder = Folder::new();
    folder.write("t.csv", include_bytes!("files/weight-zero.csv"));
    folder.write("alone.mtl", format!("{HEAD}{TRAIN}"));
    folder.write("both.mtl", format!("{HEAD}{k}\n{weights}\n{TRAIN}"));
    folder
}

fn kept(folder: &Folder, run: &str) -> u64 {
    json(folder, &format!("{run}/report.json"))["best_epoch"].as_u64().expect("a number")
}

const K: &str = "task k: classification from trunk { label: d.k }";

#[test]
fn a_task_of_weight_0_does_not_choose() {
    // However it is said that nothing goes to it.
    for weights in [
        "weights { y: 1, k: 0 }",
        "weights { y: 1, rest: 0 }",
        "weights by schedule(at: [0, 5]) { y: [1, 1], k: [0, 0] }",
        "weights by uncertainty { y: 1, k: 0 }",
        // Its moment never comes.
        "weights by schedule(at: [0, 90], between: step) { y: [1, 0.5], k: [0, 0.5] }",
    ] {
        let folder = noise(K, weights);
        for seed in [9, 4] {
            let flag = if weights.contains("uncertainty") { " --set weights.by=uncertainty" } else { "" };
            mtlc(&folder, &format!("run alone.mtl --seed {seed} --out alone-{seed} -q{flag}")).must(0, &[]);
            mtlc(&folder, &format!("run both.mtl --seed {seed} --out both-{seed} -q")).must(0, &["`k` does not learn"]);
            let names = [format!("alone-{seed}"), format!("both-{seed}")];
            assert_eq!(kept(&folder, &names[0]), kept(&folder, &names[1]), "{weights}, seed {seed}");
            let report = json(&folder, &format!("both-{seed}/report.json"));
            assert_eq!(report["left_out"]["k"], "it does not learn");
            assert_eq!(report["score"], json(&folder, &format!("alone-{seed}/report.json"))["score"], "{weights}");
        }
    }
}

#[test]
fn select_none_lets_a_task_learn_and_not_choose() {
    let folder = noise("task k: classification from trunk { label: d.k, select: none }", "weights { y: 0.5, k: 0.5 }");
    mtlc(&folder, "run both.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    assert_eq!(report["left_out"]["k"], "it says `select: none`");
    assert_eq!(report["tasks"]["k"]["chooses"], false);
    assert!(report["tasks"]["y"].get("chooses").is_none());
    // The score of every epoch is the skill of y, and the best of them is kept.
    let records = records(&folder, "r");
    let of_y: Vec<f64> = records
        .iter()
        .filter(|record| record["task"] == "y" && record["part"] == "valid")
        .map(|record| record["skill"].as_f64().expect("a skill"))
        .collect();
    let scores: Vec<f64> =
        records.iter().filter(|record| record["record"] == "epoch").map(|one| one["score"].as_f64().unwrap()).collect();
    assert_eq!(of_y, scores);
    // It has learned all the same: its loss on train falls.
    let of_k: Vec<f64> = records
        .iter()
        .filter(|record| record["task"] == "k" && record["part"] == "train")
        .map(|record| record["loss"].as_f64().unwrap())
        .collect();
    assert!(of_k.last() < of_k.first(), "{of_k:?}");
}

#[test]
fn a_task_that_its_weight_lets_go_does_not_choose() {
    let folder = noise(K, "weights by schedule(at: [0, 5]) { y: [0.5, 1], k: [0.5, 0] }");
    mtlc(&folder, "run both.mtl --out r -q").must(0, &[]);
    assert_eq!(json(&folder, "r/report.json")["left_out"]["k"], "its weight ends at 0");
}

#[test]
fn luck_is_kept_out_of_the_score() {
    let folder = Folder::new();
    let mut table = String::from("x,k\n");
    for row in 0..160_u64 {
        let x = (row as f64 * 1.7).sin();
        let noise = (row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / f64::from(1 << 24) - 0.5;
        table += &format!("{x:.3},{}\n", if x + 2.0 * noise > 0.0 { "up" } else { "down" });
    }
    folder.write("t.csv", table);
    let spec = r#"use std.tasks.{binary}
data d: csv("t.csv") { columns { x: number, k: category } }
input a from d.x -> standardize
shared trunk from a -> dense(8) -> relu
task k: binary(positive: "up") from trunk { label: d.k, metrics: [accuracy, log_loss] }
train { epochs: 12, batch: 16, optimizer: adamw(lr: 2e-2) }
"#;
    folder.write("s.mtl", spec);
    folder.write("weighed.mtl", spec.replace("log_loss]", "log_loss], class_weights: balanced"));
    for name in ["s", "weighed"] {
        mtlc(&folder, &format!("run {name}.mtl --out {name} -q")).must(0, &[]);
        let report = json(&folder, &format!("{name}/report.json"));
        let trivial = &report["tasks"]["k"]["valid"]["trivial"]["log_loss"];
        let trivial = trivial.as_f64().expect("the classes' shares have a log loss");
        let records = records(&folder, name);
        let valid = |record: &&serde_json::Value| record["task"] == "k" && record["part"] == "valid";
        let scores: Vec<f64> = records
            .iter()
            .filter(|record| record["record"] == "epoch")
            .map(|record| record["score"].as_f64().expect("a score"))
            .collect();
        let expected: Vec<f64> = records
            .iter()
            .filter(valid)
            .map(|record| {
                let skill = record["skill"].as_f64().expect("a skill");
                let by_loss = 1.0 - record["metrics"]["log_loss"].as_f64().expect("a figure") / trivial;
                // Weighed classes make probabilities that are not meant to fit the rows.
                if name == "s" { (skill + by_loss) / 2.0 } else { skill }
            })
            .collect();
        for (score, expected) in scores.iter().zip(&expected) {
            assert!((score - expected).abs() < 1e-9, "{name}: {scores:?} {expected:?}");
        }
        // The kept epoch is the best by the moving mean, the first of equals if their losses are.
        let mut moving = vec![scores[0]];
        for score in &scores[1..] {
            let last = moving[moving.len() - 1];
            moving.push(last + 0.5 * (score - last));
        }
        let kept = kept(&folder, name) as usize - 1;
        assert!(moving.iter().all(|other| *other <= moving[kept]), "{name}: {kept} of {moving:?}");
        assert_eq!(report["score"].as_f64(), Some(scores[kept]));
    }
}

/// A table with a column of parts, and labels as `label` says.
fn parted(label: impl Fn(&str, usize) -> String) -> String {
    let mut text = String::from("x,y,part\n");
    for row in 0..60 {
        let part = ["train", "valid", "train", "test", "train"][row % 5];
        text += &format!("{:.3},{},{part}\n", (row as f64 * 1.7).sin(), label(part, row));
    }
    text
}

const PARTED: &str = r#"use std.tasks.{regression}
data d: csv("t.csv") {
  split { by: part, train: "train", valid: "valid", test: "test" }
  columns { x: number, y: number, part: category }
}
input x from d.x -> standardize
task y: regression from x { label: d.y }
train { epochs: 60, batch: 8, optimizer: sgd(lr: 0.05), stop: early(patience: 3, min_delta: 0.01) }
"#;

#[test]
fn where_no_score_is_defined_the_loss_stops_and_chooses() {
    let folder = Folder::new();
    folder.write("s.mtl", PARTED);
    let truth = |row: usize| format!("{:.3}", (row as f64 * 1.7).sin());
    folder.write("t.csv", parted(|part, row| if part == "valid" { "0.5".into() } else { truth(row) }));
    mtlc(&folder, "run s.mtl --out r -q")
        .must(0, &["unjudged-task", "the label of task `y` is 0.5 in all 12", "which epoch to keep and when to stop"]);
    let report = json(&folder, "r/report.json");
    assert_eq!(report["ended"], "stopped early", "{report}");
    assert!(report["score"].is_null());
}

#[test]
fn where_nothing_can_be_judged_the_last_epoch_is_kept() {
    let folder = Folder::new();
    folder.write("s.mtl", PARTED.replace("epochs: 60", "epochs: 6"));
    folder.write("t.csv", parted(|part, row| if part == "valid" { String::new() } else { row.to_string() }));
    mtlc(&folder, "run s.mtl --out r -q").must(0, &["no label in the valid part: the last epoch is kept"]);
    let report = json(&folder, "r/report.json");
    assert_eq!((&report["best_epoch"], &report["epochs"]), (&6.into(), &6.into()));
    let warnings = report["warnings"].as_array().expect("there are some");
    assert!(
        warnings.iter().any(|one| one.as_str().is_some_and(|one| one.contains("the last epoch was kept"))),
        "{report}"
    );
}

/// Yes in one row of fourteen, likelier where x is large and nowhere likely.
fn rare() -> Folder {
    let folder = Folder::new();
    let mut text = String::from("id,x,z,flag,tags\n");
    let mut state = 1u64;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    for row in 0..1200 {
        let (x, z) = (draw() * 2.0 - 1.0, draw() * 2.0 - 1.0);
        let flag = if draw() < 0.01 + 0.4 * x.max(0.0).powi(2) { "yes" } else { "no" };
        let tags = [("red", draw() < 0.05 + 0.15 * z.max(0.0)), ("round", draw() < 0.5 + 0.4 * x)];
        let tags: Vec<&str> = tags.iter().filter(|(_, has)| *has).map(|(tag, _)| *tag).collect();
        text += &format!("r{row},{x:.4},{z:.4},{flag},{}\n", tags.join("|"));
    }
    folder.write("t.csv", text);
    folder
}

fn rare_spec(flag: &str, tags: &str) -> String {
    format!(
        r#"use std.tasks.{{binary, multilabel}}
data d: csv("t.csv") {{
  split {{ train: 50%, valid: 25%, test: 25% }}
  columns {{ id: id, x: number, z: number, flag: category("no", "yes"), tags: labels }}
}}
input a from d[x, z] -> standardize
shared trunk from a -> dense(16) -> relu
task flag: binary(positive: "yes") from trunk {{ label: d.flag{flag} }}
task tags: multilabel{tags}
train {{ epochs: 8, batch: 32, optimizer: adam(lr: 5e-3), seed: 2 }}
"#
    )
}

#[test]
fn a_fitted_threshold_is_kept_with_the_model() {
    let folder = rare();
    let plain =
        rare_spec(", metrics: [accuracy, f1, auroc, average_precision], select: f1", " from trunk { label: d.tags }");
    let fitted = rare_spec(
        ", metrics: [accuracy, f1, auroc, average_precision], select: f1, threshold: fitted(f1)",
        " from trunk { label: d.tags, threshold: fitted }",
    );
    folder.write("plain.mtl", plain);
    folder.write("fitted.mtl", fitted);
    mtlc(&folder, "run plain.mtl --out p -q").must(0, &[]);
    mtlc(&folder, "run fitted.mtl --out f -q").must(0, &[]);
    let f1 = |run: &str, part: &str| json(&folder, &format!("{run}/report.json"))["tasks"]["flag"][part]["f1"].clone();
    assert_eq!(f1("p", "valid"), 0.0);
    assert!(f1("f", "valid").as_f64() > Some(0.15), "{}", f1("f", "valid"));
    assert!(f1("f", "test").as_f64() > Some(0.2), "{}", f1("f", "test"));
    assert!(!folder.0.join("p/thresholds.json").exists());
    let kept = json(&folder, "f/thresholds.json");
    let (flag, tags) = (kept["flag"].clone(), kept["tags"].clone());
    assert_eq!((flag.as_array().map(Vec::len), tags.as_array().map(Vec::len)), (Some(1), Some(2)));
    let at = flag[0].as_f64().expect("a number");
    assert!(at < 0.4, "{at}");
    // Eval says the same, and predict decides by it.
    let said = mtlc(&folder, "eval f --json").must(0, &[]);
    let mut again: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    again.as_object_mut().expect("an object").remove("judged");
    assert_eq!(again, json(&folder, "f/report.json"));
    assert_eq!(again["tasks"]["flag"]["thresholds"], flag);
    mtlc(&folder, "predict f --data t.csv --out p.jsonl").must(0, &[]);
    let text = String::from_utf8(bytes(&folder, "p.jsonl")).expect("text");
    let mut yes = 0;
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let sure = row["flag.yes"].as_f64().expect("a probability") >= at;
        assert_eq!(row["flag"], if sure { "yes" } else { "no" });
        yes += u32::from(sure);
        let chosen: Vec<&str> = ["red", "round"]
            .into_iter()
            .zip(tags.as_array().unwrap())
            .filter(|(tag, at)| row[format!("tags.{tag}")].as_f64() >= at.as_f64())
            .map(|(tag, _)| tag)
            .collect();
        assert_eq!(row["tags"], chosen.join("|"));
    }
    assert!(yes > 20, "{yes}");
}

#[test]
fn the_threshold_of_a_template_decides() {
    let folder = rare();
    let run = |name: &str, at: &str| {
        folder.write("s.mtl", rare_spec(", threshold: 0.05", &format!("{at} from trunk {{ label: d.tags }}")));
        mtlc(&folder, &format!("run s.mtl --out {name} -q")).must(0, &[]);
        mtlc(&folder, &format!("predict {name} --data t.csv --out {name}.jsonl")).must(0, &[]);
        let text = String::from_utf8(bytes(&folder, &format!("{name}.jsonl"))).expect("text");
        let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        rows.iter().filter(|row| row["tags"].as_str().is_some_and(|tags| tags.contains("red"))).count()
    };
    let (low, high) = (run("low", "(at: 0.02)"), run("high", "(at: 0.9)"));
    assert!(low > 200 && high == 0, "{low}, {high}");
}

#[test]
fn a_run_that_learnt_nothing_says_so() {
    let folder = super::shop();
    let said = mtlc(&folder, "run shop.mtl --out r --set train.optimizer=adamw(lr:10) --epochs 8")
        .must(0, &["learnt nothing"]);
    let report = json(&folder, "r/report.json");
    assert_eq!(report["learnt_nothing"], true, "{}", said.out);
    assert!(said.out.contains("Warning: nothing was learnt"), "{}", said.out);
    assert!(said.out.contains("learning rate of 10 is too high"), "{}", said.out);
    assert!(super::text(&folder, "r/report.html").contains("nothing was learnt"));
    // One that works says nothing of the kind, and shows what it is measured by.
    let said = mtlc(&folder, "run shop.mtl --out good --epochs 30 -q").must(0, &[]);
    let report = json(&folder, "good/report.json");
    assert!(report.get("learnt_nothing").is_none(), "{}", said.out);
    assert!(report["tasks"]["price"]["test"]["trivial"]["r2"].is_number());
    assert_eq!(report["tasks"]["price"]["test"]["beats_trivial"], "yes", "{}", said.out);
    assert!(said.out.contains("trivial") && said.out.contains("skill"), "{}", said.out);
}

#[test]
fn a_task_that_is_no_better_than_not_looking_is_named_everywhere() {
    let folder = Folder::new();
    let mut table = String::from("x,y,k\n");
    for row in 0..200_u64 {
        let x = (row as f64 * 1.7).sin();
        let k = ["up", "down", "up"][(row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % 3];
        table += &format!("{x:.3},{:.3},{k}\n", 3.0 * x + 1.0);
    }
    folder.write("t.csv", table);
    folder.write(
        "s.mtl",
        r#"use std.tasks.{classification, regression}
data d: csv("t.csv") { columns { x: number, y: number, k: category } }
input a from d.x -> standardize
shared trunk from a -> dense(8) -> relu
task y: regression from trunk { label: d.y }
task k: classification from trunk { label: d.k }
train { epochs: 20, batch: 16, optimizer: adamw(lr: 1e-2) }
"#,
    );
    let said = mtlc(&folder, "run s.mtl --out r -q").must(0, &[]);
    let report = json(&folder, "r/report.json");
    let words = report["tasks"]["k"]["verdict"].as_str().expect("k is noise").to_string();
    assert!(words.contains("`k`") && words.contains("giving every row the same class"), "{words}");
    assert!(said.out.contains(&words), "{}", said.out);
    assert!(super::text(&folder, "r/report.html").contains("giving every row the same class"));
    assert!(report["tasks"]["y"].get("verdict").is_none(), "{}", said.out);
}

#[test]
fn many_tasks_are_summed_up() {
    let folder = Folder::new();
    let names: Vec<String> = (0..20).map(|task| format!("t{task}")).collect();
    let mut table = format!("x,{}\n", names.join(","));
    for row in 0..80 {
        let x = (f64::from(row) * 1.7).sin();
        let labels: Vec<String> = (0..20).map(|task| format!("{:.3}", x * f64::from(task + 1))).collect();
        table += &format!("{x:.3},{}\n", labels.join(","));
    }
    folder.write("t.csv", table);
    let columns: Vec<String> = names.iter().map(|name| format!("{name}: number")).collect();
    let tasks: Vec<String> =
        names.iter().map(|name| format!("task {name}: regression from trunk {{ label: d.{name} }}\n")).collect();
    let spec = format!(
        "use std.tasks.{{regression}}\ndata d: csv(\"t.csv\") {{ columns {{ x: number, {} }} }}\n\
         input x from d.x -> standardize\nshared trunk from x -> dense(8) -> relu\n{}train {{ epochs: 3 }}\n",
        columns.join(", "),
        tasks.concat()
    );
    folder.write("s.mtl", spec);
    let said = mtlc(&folder, "run s.mtl --out r").must(0, &["mean loss", "over 20 tasks, worst"]);
    assert!(said.out.lines().count() < 20, "{}", said.out);
    assert!(said.out.contains("mean over 20 tasks") && said.out.contains("worst on test"), "{}", said.out);
    let all = mtlc(&folder, "eval r --all-tasks").must(0, &[]).out;
    assert!(all.contains("\nt0 ") && all.contains("\nt19 "), "{all}");
    // The mean is that of the report's figures.
    let report = json(&folder, "r/report.json");
    let of = |name: &String| report["tasks"][name]["test"]["rmse"].as_f64().expect("a figure");
    let (sum, worst) = names.iter().fold((0.0, 0.0f64), |(sum, worst), name| (sum + of(name), worst.max(of(name))));
    let over = &report["over_tasks"]["test"]["rmse"];
    assert!((over["mean"].as_f64().unwrap() - sum / 20.0).abs() < 1e-9);
    assert_eq!(over["worst"]["value"].as_f64(), Some(worst));
}

/// Two tasks that answer with one shared number.
fn quarrel(second: impl Fn(f64, f64, f64) -> f64) -> Folder {
    let folder = Folder::new();
    let mut table = String::from("x,z,one,two,c\n");
    let mut state = 5u64;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / (1u64 << 31) as f64 * 2.0 - 1.0
    };
    for row in 0..300 {
        let (x, z, noise) = (draw(), draw(), draw());
        table += &format!("{x:.4},{z:.4},{:.4},{:.4},c{}\n", x + 0.1 * z, second(x, z, noise), row % 9);
    }
    folder.write("t.csv", table);
    folder
}

fn quarrel_spec(heads: &str, one: &str) -> String {
    format!(
        r#"use std.tasks.{{regression}}
data d: csv("t.csv") {{ columns {{ x: number, z: number, one: number, two: number, c: category }} }}
input a from d[x, z] -> standardize
input c from d.c -> embed(2)
shared trunk from concat(a, c) -> dense(16) -> relu -> dense(1)
task one: regression from trunk {{ label: d.one, head: {heads} }}
task two: regression from trunk {{ label: d.{one}, head: {heads} }}
train {{ epochs: 40, batch: 32, optimizer: adam(lr: 3e-3) }}
"#
    )
}

#[test]
fn opposed_tasks_are_told_and_noise_is_not() {
    let folder = quarrel(|x, z, _| -x + 0.1 * z);
    folder.write("opposed.mtl", quarrel_spec("identity", "two"));
    let said = mtlc(&folder, "run opposed.mtl --out o -q").must(0, &[]);
    assert!(said.out.contains("Note: one and two fought"), "{}", said.out);
    // Noise beside a signal, and two sorts of it.
    let folder = quarrel(|_, _, noise| noise);
    for (name, label) in [("beside", "one"), ("noise", "two")] {
        let spec = quarrel_spec("dense(label.width)", "two").replace("d.one", &format!("d.{label}"));
        folder.write(&format!("{name}.mtl"), spec.replace("dense(1)\ntask", "dense(8)\ntask"));
        for seed in [1, 2] {
            let said = mtlc(&folder, &format!("run {name}.mtl --out {name}{seed} --seed {seed} -q")).must(0, &[]);
            assert!(!said.out.contains("fought"), "{name}: {}", said.out);
        }
    }
}
