//! Inputs that a row may lack: what stands in is learnt or zero, and what lies in its place counts for nothing.

use std::collections::BTreeMap;

use image::{Rgb, RgbImage};
use mtlc::data::{Batch, HostValues};
use mtlc::lower::Backend;
use mtlc::lower::trace::Mode;
use mtlc::train::engine::{Engine, Moment};
use mtlc::train::session::Session;

use super::{Said, bytes, command, mtlc, same_runs, session, text};
use crate::data::Folder;

fn weights(engine: &Engine<'_>) -> BTreeMap<String, Vec<f32>> {
    engine.model.weights.to_host().into_iter().map(|(path, _, values)| (path, values)).collect()
}

#[test]
fn the_gradient_of_what_is_learnt_is_that_of_the_rows_that_lack_the_input() {
    // y ≈ w·x + b with squared errors from w = 0.5, b = 0, and 2 for a row without x.
    let folder = Folder::new();
    folder.write("d.csv", "x,y\n1,1\n,2\n3,0\n,4\n");
    let session = session(
        &folder,
        "data d: csv(\"d.csv\") { split { train: 100% }, columns { x: number, y: number } }\n\
         input x from d.x { missing: learned }\n\
         task y from x {\n  label: d.y\n  head: dense(1)\n  loss: mse\n  predict: identity\n  metrics: [mse]\n}\n\
         train { optimizer: sgd(lr: 1), batch: 100 }\n",
    );
    let paths = ["x.substitute.1.value", "y.head.dense.1.bias", "y.head.dense.1.weight"];
    let mut engine = session.engine(0, &Backend::Flex.device()).expect("a model");
    assert_eq!(weights(&engine).keys().collect::<Vec<_>>(), paths);
    assert_eq!(weights(&engine)[paths[0]], [0.0], "it starts as zero");
    let given = [(paths[0], vec![1], 2.0), (paths[1], vec![1], 0.0), (paths[2], vec![1, 1], 0.5)];
    let given = given.map(|(path, shape, value)| (path.to_string(), (shape, vec![value])));
    assert_eq!(engine.model.weights.load(&given.into_iter().collect()), Ok(Vec::new()));
    let batch = session.prepared.batch(&[vec![0, 1, 2, 3]]);
    let moment = Moment { step: 0, epoch: 0, learning_rate: 1.0 };
    let outcome = engine.step(&[batch], &[None], moment).expect("nothing diverges");
    // Errors: −0.5 at 1, −1 at 2, 1.5 at 3, −3 at 2.
    assert_eq!(outcome.losses, [Some((0.25 + 1.0 + 2.25 + 9.0) / 4.0)]);
    let after = weights(&engine);
    assert_eq!(after[paths[0]], [2.0 - (-1.0 - 3.0) * 0.5 * 0.5]);
    assert_eq!(after[paths[1]], [0.0 - (-0.5 - 1.0 + 1.5 - 3.0) * 0.5]);
    assert_eq!(after[paths[2]], [0.5 - (-0.5 - 2.0 + 4.5 - 6.0) * 0.5]);
}

/// Six inputs, of which each row lacks some.
const SPEC: &str = r#"use std.tasks.{binary, regression}

data d: jsonl("d.jsonl") {
  split { train: 60%, valid: 20%, test: 20% }
  columns { id: id, a, b: number, kind: category, words: text, series: number[4, 2], day: time, loud: category("no", "yes"), size: number }
}

input numbers from d[a, b] -> impute -> standardize { missing: learned }
input kind    from d.kind -> embed(3) { missing: learned }
input words   from d.words -> characters(max: 12) -> embed(4) { missing: learned }
input gist    from d.words -> characters(max: 12) -> embed(4) -> gru(3) -> last_pool { missing: zero }
input series  from d.series { missing: learned }
input day     from d.day -> calendar(month) -> dense(4) -> relu { missing: learned }

shared trunk from concat(
    numbers, kind, gist, day,
    words -> conv1d(4, kernel: 3, padding: same) -> relu -> mean_pool,
    series -> conv1d(4, kernel: 2) -> global_max_pool,
  )
  -> dense(12) -> relu

task loud: binary(positive: "yes") from trunk { label: d.loud }
task size: regression from trunk { label: d.size }

train { epochs: 4, batch: 8, optimizer: adam(lr: 1e-2), seed: 5 }
"#;

fn row(number: usize) -> String {
    let has = |one: usize| !(number * 7 + one * 5).is_multiple_of(2 + one % 3);
    let cell = |one: usize, text: String| if has(one) { text } else { "null".into() };
    let series: Vec<String> = (0..4).map(|place| format!("[{}, {}]", number % 5 + place, number % 3)).collect();
    let series = if has(3) { format!("[{}]", series.join(", ")) } else { "null".into() };
    format!(
        "{{\"id\": \"r{number}\", \"a\": {}, \"b\": {}, \"kind\": {}, \"words\": {}, \"series\": {series}, \"day\": {}, \
         \"loud\": \"{}\", \"size\": {}}}\n",
        cell(0, format!("{}", number % 9)),
        cell(0, if number.is_multiple_of(5) { "null".into() } else { format!("{}", number % 4) }),
        cell(1, format!("\"{}\"", ["p", "q", "r"][number % 3])),
        cell(2, format!("\"{}\"", &"abcabcabcabc"[number % 4..number % 4 + 1 + number % 5])),
        cell(4, format!("\"2024-0{}-01\"", 1 + number % 9)),
        ["no", "yes"][number % 2],
        number % 7
    )
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("d.jsonl", (0..100).map(row).collect::<String>());
    folder.write("d.mtl", SPEC);
    folder
}

/// What the model answers, and the gradient of all weights.
fn answers(session: &Session, batch: &Batch) -> (Vec<Vec<u32>>, Vec<(String, Vec<f32>)>) {
    let mut engine = session.engine(3, &Backend::Flex.device()).expect("a model");
    let trace = engine.model.forward(batch, Mode::EVALUATE, false);
    let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect();
    let outputs = (0..2).flat_map(|task| engine.model.outputs(&trace, task).expect("rows"));
    let outputs = outputs.map(|output| bits(output.to_host())).collect();
    let moment = Moment { step: 0, epoch: 0, learning_rate: 1e-2 };
    engine.step(std::slice::from_ref(batch), &[None], moment).expect("nothing diverges");
    (outputs, weights(&engine).into_iter().collect())
}

#[test]
fn what_lies_in_the_place_of_a_lacking_input_counts_for_nothing() {
    let folder = folder();
    let session = session(&folder, SPEC);
    let mut batch = session.prepared.batch(&[(0..40).collect()]);
    let plain = answers(&session, &batch);
    let mut changed = 0;
    for (input, present) in batch.inputs.iter_mut().zip(&batch.present) {
        let present = present.as_ref().expect("any row may lack it");
        let width: usize = input.shape[1..].iter().product();
        for (row, _) in present.iter().enumerate().filter(|(_, present)| !**present) {
            changed += 1;
            let own = row * width..(row + 1) * width;
            match &mut input.values {
                HostValues::F32(values) => values[own].fill(if row % 2 == 0 { -7.0 } else { 1e30 }),
                HostValues::I64(values) => values[own].fill(1),
            }
        }
    }
    assert!(changed > 60, "{changed}");
    assert_eq!(answers(&session, &batch), plain);
}

#[test]
fn zero_is_a_table_with_zeros_to_the_last_bit() {
    let folder = Folder::new();
    let (mut lacking, mut zeros) = (String::new(), String::new());
    for row in 0..60 {
        let y = row % 7;
        let given = format!("{{\"id\": {row}, \"x\": {}, \"series\": [{}, 2, 3], \"y\": {y}}}\n", row % 5 + 1, row % 4);
        let has = row % 2 == 0;
        lacking += if has { &given } else { "" };
        zeros += if has { &given } else { "" };
        if !has {
            lacking += &format!("{{\"id\": {row}, \"x\": null, \"y\": {y}}}\n");
            zeros += &format!("{{\"id\": {row}, \"x\": 0, \"series\": [0, 0, 0], \"y\": {y}}}\n");
        }
    }
    folder.write("lacking.jsonl", lacking);
    folder.write("zeros.jsonl", zeros);
    for (name, missing) in [("lacking", " { missing: zero }"), ("zeros", "")] {
        folder.write(
            &format!("{name}.mtl"),
            format!(
                "use std.tasks.{{regression}}\n\
                 data d: jsonl(\"{name}.jsonl\") {{ columns {{ id: id, x: number, series: number[3], y: number }} }}\n\
                 input x from d.x -> scale(2){missing}\ninput series from d.series{missing}\n\
                 task y: regression from concat(x, series) -> dense(6) -> relu {{ label: d.y }}\n\
                 train {{ epochs: 3, batch: 8, seed: 1 }}\n"
            ),
        );
        mtlc(&folder, &format!("run {name}.mtl --out run-{name} --device flex")).must(0, &[]);
        mtlc(&folder, &format!("predict run-{name} --data {name}.jsonl --out {name}-answers.csv")).must(0, &[]);
    }
    // The header names the run; what follows are the numbers.
    let [one, other] = ["lacking", "zeros"].map(|run| {
        let file = bytes(&folder, &format!("run-{run}/model.safetensors"));
        let header = u64::from_le_bytes(*file.first_chunk().expect("a header"));
        file[8 + header as usize..].to_vec()
    });
    assert!(one.len() == 4 * (24 + 6 + 6 + 1) && one == other, "the weights differ");
    let [one, other] = ["lacking", "zeros"].map(|run| bytes(&folder, &format!("run-{run}/preprocessing.json")));
    assert!(one == other, "the steps differ");
    assert_eq!(text(&folder, "lacking-answers.csv"), text(&folder, "zeros-answers.csv"));
}

#[test]
fn runs_are_the_same_from_disk_and_go_on_where_they_stopped() {
    let folder = folder();
    super::resume::resumes_in("inputs that rows lack", &folder, SPEC);
    for (memory, out) in [("256M", "memory"), ("0", "disk")] {
        let mut run = command(&folder.0);
        run.args(["run", "d.mtl", "--device", "flex", "--out", out]);
        run.env("MTLC_MEMORY", memory).env("MTLC_CACHE", folder.0.join("cache"));
        Said::of(&run.output().expect("mtlc runs")).must(0, &[]);
    }
    same_runs(&folder, "memory", "disk");
}

#[test]
fn commands_know_of_it() {
    let folder = folder();
    mtlc(&folder, "check --data d.mtl").must(0, &[]);
    let plan = mtlc(&folder, "plan d.mtl").must(0, &[]).out;
    assert!(plan.lines().any(|line| line.contains("input series") && line.ends_with("rows: learned")), "{plan}");
    let graph = mtlc(&folder, "graph d.mtl --format json").must(0, &[]).out;
    assert!(graph.contains("series.substitute.1") && graph.contains("rows with series"), "{graph}");
    mtlc(&folder, "run d.mtl --device flex --out run").must(0, &[]);
    let [learned, later] =
        [SPEC.to_string(), format!("{SPEC}\ntransfer {{ series {{ init: \"run\", freeze: true }} }}\n")];
    assert_ne!(learned, later);
    folder.write("later.mtl", later);
    mtlc(&folder, "run later.mtl --device flex --out later").must(0, &[]);
    // Rows that lack everything are all answered alike, whether their cells are empty or the columns absent.
    let all = "\"a\": null, \"b\": null, \"kind\": null, \"words\": null, \"series\": null, \"day\": null";
    folder.write("empty.jsonl", format!("{{\"id\": \"x\", {all}}}\n{{\"id\": \"y\", {all}}}\n"));
    folder.write("absent.jsonl", "{\"id\": \"x\"}\n{\"id\": \"y\"}\n");
    mtlc(&folder, "predict run --data empty.jsonl --out empty-answers.csv")
        .must(0, &["input `kind`: of 2 rows, 2 lack it"]);
    mtlc(&folder, "predict run --data absent.jsonl --out absent-answers.csv")
        .must(0, &["input `kind`: there is no column `kind`, so that no row has it"]);
    let answers = text(&folder, "empty-answers.csv");
    assert_eq!(answers, text(&folder, "absent-answers.csv"));
    let lines: Vec<&str> = answers.lines().collect();
    assert_eq!(lines[1].strip_prefix('x'), lines[2].strip_prefix('y'), "{answers}");
    // Some of the columns of an input, and not the others, is a mistake.
    folder.write("part.jsonl", "{\"id\": \"x\", \"a\": 1, \"kind\": \"p\"}\n");
    mtlc(&folder, "predict run --data part.jsonl --out part-answers.csv")
        .must(1, &["`part.jsonl` has no column `b`, though it has `a`"]);
    let said = mtlc(&folder, "eval run --data d.jsonl").must(0, &[]);
    assert!((said.out.clone() + &said.err).contains("lack it"), "{said:?}");
}

#[test]
fn rows_without_a_picture_are_trained_on() {
    let folder = Folder::new();
    let mut table = String::from("id,photo,bright\n");
    for number in 0..40_u8 {
        let bright = number % 2 == 0;
        let level = if bright { 200 } else { 40 } + number;
        RgbImage::from_pixel(6, 6, Rgb([level; 3])).save(folder.0.join(format!("{number}.png"))).expect("is written");
        let path =
            if number % 4 < 2 { format!("{number}.png") } else { ["", "NA"][usize::from(number % 8 == 2)].into() };
        table += &format!("r{number},{path},{}\n", if bright { "yes" } else { "no" });
    }
    folder.write("d.csv", table);
    let spec = |missing: &str| {
        format!(
            "use std.tasks.{{binary}}\n\
             data d: csv(\"d.csv\") {{ columns {{ id: id, photo: image, bright: category(\"no\", \"yes\") }} }}\n\
             input photo from d.photo -> resize(5) -> flip(horizontal) -> shift(1) -> normalize{missing}\n\
             shared trunk from photo -> conv2d(3, kernel: 3) -> relu -> global_avg_pool\n\
             task bright: binary(positive: \"yes\") from trunk {{ label: d.bright }}\n\
             train {{ epochs: 4, batch: 8, optimizer: adam(lr: 3e-2), seed: 2 }}\n"
        )
    };
    folder.write("without.mtl", spec(""));
    let said = mtlc(&folder, "check --data without.mtl").must(1, &[]);
    assert!(said.out.contains("`{ missing: learned }`"), "{said:?}");
    folder.write("d.mtl", spec(" { missing: learned }"));
    super::resume::resumes_in("pictures that rows lack", &folder, &spec(" { missing: learned }"));
    mtlc(&folder, "run d.mtl --device flex --out run").must(0, &[]);
    folder.write("new.csv", "id,photo\na,\nb,NA\nc,1.png\n");
    mtlc(&folder, "predict run --data new.csv --out answers.csv").must(0, &["input `photo`: of 3 rows, 2 lack it"]);
    folder.write("none.csv", "id\na\nb\n");
    mtlc(&folder, "predict run --data none.csv --out none-answers.csv").must(0, &["no column `photo`"]);
    let answers = text(&folder, "answers.csv");
    let of = |name: char| answers.lines().find_map(|line| line.strip_prefix(name)).expect("a row").to_string();
    assert_eq!(of('a'), of('b'));
    assert_ne!(of('a'), of('c'));
    let alone = text(&folder, "none-answers.csv");
    assert!(alone.lines().any(|line| line.strip_prefix('a') == Some(&of('a'))), "{alone}\n{answers}");
}

/// A class that `x` tells exactly and `z` in nine of ten rows. Every row has `x`.
fn told_twice() -> Folder {
    let folder = Folder::new();
    let (mut table, mut without) = (String::from("id,x,z,high\n"), String::from("id,z,high\n"));
    for row in 0..400_usize {
        let high = (row * 7 + row / 3) % 2;
        let z = if row % 10 == 9 { 1 - high } else { high } as f64 + (row as f64).sin() / 4.0;
        let class = ["no", "yes"][high];
        table += &format!("r{row},{},{z:.3},{class}\n", 5 + high);
        without += &format!("s{row},{z:.3},{class}\n");
    }
    folder.write("d.csv", table);
    folder.write("without.csv", without);
    folder
}

fn told(steps: &str, missing: &str) -> String {
    format!(
        "use std.tasks.{{binary}}\n\
         data d: csv(\"d.csv\") {{ columns {{ id: id, x: number, z: number, high: category(\"no\", \"yes\") }} }}\n\
         input x from d.x{steps} {{ missing: {missing} }}\ninput z from d.z -> standardize\n\
         task high: binary(positive: \"yes\") from concat(x, z) -> dense(8) -> relu {{ label: d.high }}\n\
         train {{ epochs: 40, batch: 16, optimizer: adam(lr: 3e-2), seed: 4 }}\n"
    )
}

#[test]
fn who_trained_without_an_input_answers_better_without_it() {
    let folder = told_twice();
    let accuracy = |name: &str, spec: &str| {
        folder.write(&format!("{name}.mtl"), spec);
        let said = mtlc(&folder, &format!("run {name}.mtl --device flex --out {name} -q")).must(0, &[]);
        let warned = said.err.contains("every row of the training part has input `x`");
        let eval = mtlc(&folder, &format!("eval {name} --data without.csv --json")).must(0, &[]);
        let report: serde_json::Value = serde_json::from_str(&eval.out).expect("JSON");
        let figure = report["tasks"]["high"]["test"]["accuracy"].as_f64();
        (figure.unwrap_or_else(|| panic!("{}", eval.out)), warned)
    };
    for missing in ["learned", "zero"] {
        let (without, warned) = accuracy(&format!("{missing}-never"), &told("", missing));
        assert_eq!(warned, missing == "learned", "nothing is learnt of what stands in");
        let (with, warned) = accuracy(&format!("{missing}-dropped"), &told(" -> drop_input(30%)", missing));
        assert!(!warned);
        assert!(with > 0.85 && without < 0.7, "missing: {missing}: {with} with, {without} without");
    }
}

#[test]
fn inputs_that_are_dropped_are_dropped_again_when_a_run_goes_on() {
    let folder = told_twice();
    let spec = told(" -> drop_input(30%) -> noise(0.1)", "learned").replace("epochs: 40", "epochs: 4");
    super::resume::resumes_in("inputs that are dropped", &folder, &spec);
    folder.write("d.mtl", &spec);
    let plan = mtlc(&folder, "plan d.mtl").must(0, &[]).out;
    assert!(plan.contains("drop_input(share: 30%) (drawn) -> noise(deviation: 0.1) (drawn)"), "{plan}");
    // Values that nothing else draws are prepared once.
    folder.write("held.mtl", spec.replace(" -> noise(0.1)", ""));
    let plan = mtlc(&folder, "plan held.mtl").must(0, &[]).out;
    let line = plan.lines().find(|line| line.starts_with("input x")).unwrap_or_default();
    assert!(line.contains("drop_input(share: 30%) (drawn)") && line.contains("in memory"), "{plan}");
    for out in ["one", "two"] {
        mtlc(&folder, &format!("run d.mtl --device flex --out {out} -q")).must(0, &[]);
    }
    same_runs(&folder, "one", "two");
}

/// What frozen layers give of a row is kept only where it is the same in every epoch.
#[test]
fn what_frozen_layers_give_is_not_kept_of_rows_that_may_lose_an_input() {
    let folder = told_twice();
    let spec = told(" -> drop_input(30%)", "zero").replace(
        "task high: binary(positive: \"yes\") from concat(x, z) -> dense(8) -> relu",
        "shared trunk from concat(x, z) -> dense(8) -> relu\ntask high: binary(positive: \"yes\") from trunk",
    ) + "transfer { trunk { freeze: true } }\n";
    let spec = spec.replace("epochs: 40", "epochs: 3");
    folder.write("d.mtl", &spec);
    mtlc(&folder, "run d.mtl --device flex --out kept -q").must(0, &[]);
    mtlc(&folder, "run d.mtl --device flex --out anew -q --no-pass frozen-prefix").must(0, &[]);
    assert_eq!(super::records(&folder, "kept"), super::records(&folder, "anew"));
}
