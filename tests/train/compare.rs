//! `mtlc compare`, as a process.

use serde_json::{Value, json};

use super::{SHOP, Said, json as read, mtlc, shop, table, text};
use crate::data::Folder;

/// The gain of a task in a comparison.
fn gain(found: &Value, contender: &str, task: &str) -> f64 {
    found["contenders"][contender]["delta_m"]["tasks"][task]["gain"].as_f64().unwrap_or(f64::NAN)
}

/// A figure of each seed, of a contender or, without one, of the task alone.
fn figures(found: &Value, contender: Option<&str>, task: &str, metric: &str) -> Vec<f64> {
    let runs = match contender {
        Some(contender) => &found["contenders"][contender]["runs"],
        None => &found["alone"][task]["runs"],
    };
    let figure = |run: &Value| run["tasks"][task]["metrics"][metric].as_f64().expect("a figure");
    runs.as_array().expect("runs").iter().map(figure).collect()
}

#[track_caller]
fn close(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-9, "{left} is not {right}");
}

#[track_caller]
fn says(said: &Said, words: &[&str]) {
    for words in words {
        assert!(said.out.contains(words), "`{words}` is not in:\n{}", said.out);
    }
}

/// The header of the table.
fn columns(said: &Said) -> Vec<String> {
    let header = said.out.lines().find(|line| line.starts_with("figure ")).expect("a table");
    header.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_string).collect()
}

fn trainings(folder: &Folder, name: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.0.join(name).join("trainings")).expect("a folder").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn specs_and_variants_of_one_name_are_told_apart() {
    let folder = Folder::new();
    folder.write("shop.csv", table());
    let spec = |width: &str| SHOP.replace("variant wide { width: 20 }", &format!("variant slow {{ width: {width} }}"));
    for (name, width) in [("narrow.mtl", "3"), ("wide.mtl", "30"), ("narrow/shop.mtl", "4"), ("wide/shop.mtl", "40")] {
        let parent = folder.0.join(name);
        std::fs::create_dir_all(parent.parent().expect("a folder")).expect("a folder");
        let place = if name.contains('/') { "../shop.csv" } else { "shop.csv" };
        folder.write(name, spec(width).replace("\"shop.csv\"", &format!("\"{place}\"")));
    }
    let said = mtlc(&folder, "compare narrow.mtl wide.mtl --no-baseline --epochs 1").must(0, &[]);
    assert_eq!(columns(&said), ["figure", "narrow", "narrow (slow)", "wide", "wide (slow)"]);
    let found = read(&folder, "compare/narrow-wide/compare.json");
    let contenders = found["contenders"].as_object().expect("contenders");
    assert_eq!(contenders.len(), 4);
    assert_eq!(
        (&contenders["wide (slow)"]["spec"], &contenders["wide (slow)"]["variant"]),
        (&json!("wide.mtl"), &json!("slow"))
    );
    let of = |name: &str| figures(&found, Some(name), "price", "rmse")[0];
    assert_ne!(of("narrow (slow)"), of("wide (slow)"));
    // Without the variants the two are one spec.
    assert_eq!(of("narrow"), of("wide"));
    // One name in two folders, and one file by two names.
    let line = "compare narrow/shop.mtl wide/shop.mtl ./narrow/../narrow/shop.mtl --no-baseline --epochs 1";
    let said = mtlc(&folder, line).must(0, &["is named twice, and trained once"]);
    assert_eq!(columns(&said), ["figure", "narrow/shop", "narrow/shop (slow)", "wide/shop", "wide/shop (slow)"]);
    // Beside one spec a variant goes by its own name, unless that is the spec's.
    let said = mtlc(&folder, "compare narrow.mtl --no-baseline --epochs 1").must(0, &[]);
    assert_eq!(columns(&said), ["figure", "narrow", "slow"]);
    folder.write("slow.mtl", spec("5"));
    let said = mtlc(&folder, "compare slow.mtl --no-baseline --epochs 1").must(0, &[]);
    assert_eq!(columns(&said), ["figure", "slow", "slow (slow)"]);
    let said = mtlc(&folder, "compare slow.mtl --variant slow --no-baseline --epochs 1").must(0, &[]);
    assert_eq!(columns(&said), ["figure", "slow (slow)"]);
}

/// A number, a rare yes, and a label that no test row has.
fn rare() -> Folder {
    let folder = Folder::new();
    let mut rows = String::from("x,y,k,part,late\n");
    for row in 0..120_i32 {
        let x = (f64::from(row) * 1.7).sin();
        let part = ["train", "train", "train", "train", "test"][(row % 5) as usize];
        let yes = if row % 30 < 5 { "yes" } else { "no" };
        let late = if part == "test" { String::new() } else { format!("{:.3}", 3.0 * x) };
        rows += &format!("{x:.4},{:.4},{yes},{part},{late}\n", 2.0 * x + (f64::from(row) * 0.9).cos());
    }
    folder.write("t.csv", rows);
    folder.write(
        "s.mtl",
        "use std.tasks.{binary, regression}\n\
         data d: csv(\"t.csv\") {\n  split { by: part, train: \"train\", test: \"test\" }\n  columns { x: number, y: number, k: category, part: category, late: number }\n}\n\
         input x from d.x -> standardize\nshared trunk from x -> dense(4) -> relu\n\
         task y: regression from trunk { label: d.y }\n\
         task k: binary(positive: \"yes\") from trunk { label: d.k, metrics: [f1], select: f1 }\n\
         task late: regression from trunk { label: d.late }\n\
         train { epochs: 20, batch: 64, optimizer: adam(lr: 0.05) }\n",
    );
    folder
}

#[test]
fn tasks_without_a_gain_or_a_figure_are_named() {
    let folder = rare();
    let said = mtlc(&folder, "compare s.mtl --bootstrap 20").must(0, &[]);
    says(
        &said,
        &[
            "Left out of Δm total: k (trained alone its f1 is 0, and a gain is a share of that)",
            "late (no row has the label)",
            "No figure: late (no row has the label).",
            "Left out of the mean skill: late (no row has the label).",
            "Δm is the gain in √(1 − r2).",
            "Δm total",
        ],
    );
    let delta = &read(&folder, "compare/s/compare.json")["contenders"]["s"]["delta_m"];
    assert_eq!(delta["tasks"].as_object().expect("tasks").keys().collect::<Vec<_>>(), ["y"]);
    assert!(delta["left_out"]["k"].as_str().is_some_and(|why| why.contains("f1 is 0")), "{delta}");
    // If no task has a gain, that is said in place of a total.
    let spec = text(&folder, "s.mtl").replace("task y: regression from trunk { label: d.y }\n", "");
    folder.write("n.mtl", spec);
    let said = mtlc(&folder, "compare n.mtl --bootstrap 20").must(0, &[]);
    says(&said, &["There is no Δm: k ("]);
    assert!(!said.out.contains("Δm total"), "{}", said.out);
    assert_eq!(read(&folder, "compare/n/compare.json")["contenders"]["n"]["delta_m"]["total"], Value::Null);
}

#[test]
fn a_gain_is_taken_on_a_figure_that_has_a_zero() {
    let folder = shop();
    let with = |gain: &str| {
        let price = format!("task price: regression from trunk {{ label: shop.price{gain} }}");
        let spec = SHOP.replace("task price: regression from trunk { label: shop.price }", &price);
        folder.write("g.mtl", spec.replace("variant wide { width: 20 }\n", ""));
        mtlc(&folder, "compare g.mtl --epochs 2 --bootstrap 0").must(0, &[]);
        read(&folder, "compare/g/compare.json")
    };
    let found = with("");
    let of = |metric: &str| (figures(&found, Some("g"), "price", metric)[0], figures(&found, None, "price", metric)[0]);
    // Of r2, whatever its sign, the gain is that of the RMSE.
    let (together, alone) = of("rmse");
    close(gain(&found, "g", "price"), (alone - together) / alone);
    assert_eq!(found["contenders"]["g"]["delta_m"]["tasks"]["price"]["figure"], "√(1 − r2)");
    // A spec may say which.
    let (together, alone) = of("mae");
    close(gain(&with(", gain: mae"), "g", "price"), (alone - together) / alone);
    let (together, alone) = of("r2");
    close(gain(&with(", gain: error(r2)"), "g", "price"), (together - alone) / (1.0 - alone));
    for (field, figure) in [("value(r2)", "r2"), ("skill(r2)", "skill by r2")] {
        let found = with(&format!(", gain: {field}"));
        let delta = &found["contenders"]["g"]["delta_m"];
        // Where the baseline is no better than the mean, there is nothing to be a share of.
        match delta["tasks"]["price"]["figure"].as_str() {
            Some(name) => assert_eq!(name, figure),
            None => assert!(delta["left_out"]["price"].as_str().is_some_and(|why| why.contains(figure)), "{delta}"),
        }
    }
}

#[test]
fn every_interval_can_be_computed_again() {
    let folder = shop();
    let line = "compare shop.mtl --epochs 2 --seeds 3 --resplit --bootstrap 50 --out found.json";
    mtlc(&folder, line).must(0, &["Everything is in compare/shop"]);
    let found = read(&folder, "found.json");
    assert_eq!(found, read(&folder, "compare/shop/compare.json"));
    let rmse = |contender| figures(&found, contender, "price", "rmse");
    let gains: Vec<f64> =
        rmse(Some("shop")).iter().zip(rmse(None)).map(|(together, alone)| (alone - together) / alone).collect();
    assert_eq!(gains.len(), 3);
    let mean = gains.iter().sum::<f64>() / 3.0;
    let sd = (gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / 2.0).sqrt();
    // t(0.975, 2), SciPy.
    let half = 4.302652729749462 * sd / 3.0_f64.sqrt();
    let price = &found["contenders"]["shop"]["delta_m"]["tasks"]["price"];
    close(price["gain"].as_f64().expect("a gain"), mean);
    close(price["ci95"][0].as_f64().expect("an interval"), mean - half);
    close(price["ci95"][1].as_f64().expect("an interval"), mean + half);
    assert!(price["rows"].is_array() && found["contenders"]["shop"]["delta_m_rows"].is_array());
    let runs = found["contenders"]["wide"]["runs"].as_array().expect("runs");
    assert_eq!(runs.iter().map(|run| run["split_seed"].clone()).collect::<Vec<_>>(), [json!(0), json!(1), json!(2)]);
    assert_eq!(runs.iter().map(|run| run["seed"].clone()).collect::<Vec<_>>(), [json!(3), json!(4), json!(5)]);
}

#[test]
fn a_task_may_be_called_like_any_field() {
    let folder = Folder::new();
    folder.write("shop.csv", table());
    let mut spec = SHOP.to_string();
    for (old, new) in [("kind", "total"), ("flag", "seeds"), ("price", "ci95")] {
        spec = spec.replace(&format!("task {old}:"), &format!("task {new}:"));
        spec = spec.replace(&format!("{old}: 1/3"), &format!("{new}: 1/3"));
    }
    spec = spec.replace("variant wide { width: 20 }", "evaluate { baseline: single_task, seeds: 2 }");
    folder.write("s.mtl", &spec);
    mtlc(&folder, "compare s.mtl --epochs 1 --bootstrap 20").must(0, &[]);
    mtlc(&folder, "run s.mtl --epochs 1 --out r -q").must(0, &[]);
    let compared = &read(&folder, "compare/s/compare.json")["contenders"]["s"]["delta_m"];
    let run = &read(&folder, "r/report.json")["delta_m"];
    for delta in [compared, run] {
        assert_eq!((&delta["seeds"], delta["ci95"].as_array().map(Vec::len)), (&json!(2), Some(2)), "{delta}");
        let tasks = delta["tasks"].as_object().expect("tasks");
        assert_eq!(tasks.keys().collect::<Vec<_>>(), ["total", "seeds", "ci95"]);
        let mean = tasks.values().map(|task| task["gain"].as_f64().expect("a gain")).sum::<f64>() / 3.0;
        close(delta["total"].as_f64().expect("a total"), mean);
    }
    assert_eq!(compared["total"], run["total"], "the same trainings");
}

#[test]
fn mean_skill_is_over_the_tasks_that_all_have() {
    let folder = shop();
    let without = SHOP.replace("task flag: binary(positive: \"yes\") from trunk { label: shop.flag }\n", "");
    let without = without.replace("flag: 1/3, ", "").replace("1/3", "1/2").replace("variant wide { width: 20 }\n", "");
    folder.write("two.mtl", &without);
    folder.write("three.mtl", SHOP.replace("variant wide { width: 20 }\n", ""));
    let said = mtlc(&folder, "compare three.mtl two.mtl --no-baseline --epochs 2").must(0, &[]);
    says(&said, &["skill, mean over kind, price", "Left out of the mean skill: flag (two has no such task)."]);
    let found = read(&folder, "compare/three-two/compare.json");
    assert_eq!(found["skill_over"], json!(["kind", "price"]));
    let run = &found["contenders"]["three"]["runs"][0]["tasks"];
    let mean = ["kind", "price"].map(|task| run[task]["skill"].as_f64().expect("a skill")).iter().sum::<f64>() / 2.0;
    close(found["contenders"]["three"]["skill"]["mean"].as_f64().expect("a mean"), mean);
    // A task that only the second spec has no baseline of is named.
    let said = mtlc(&folder, "compare two.mtl three.mtl --epochs 1 --bootstrap 0").must(0, &[]);
    says(&said, &["Left out of Δm total of three: flag (the first spec has no such task to train alone)."]);
}

#[test]
fn an_interrupted_comparison_goes_on_and_a_changed_one_trains_anew() {
    let folder = shop();
    let line = "compare shop.mtl --epochs 2 --seeds 2 --bootstrap 20";
    let first = mtlc(&folder, line).must(0, &[]);
    let mut found = read(&folder, "compare/shop/compare.json");
    let all = trainings(&folder, "compare/shop");
    // Three tasks alone, the spec and its variant, over two seeds.
    assert_eq!((all.len(), first.err.matches("training ").count()), (10, 10), "{all:?}");
    // Interrupted after six, in the middle of writing one.
    for name in &all[6..] {
        std::fs::remove_file(folder.0.join("compare/shop/trainings").join(name)).expect("it is there");
    }
    let half = folder.0.join("compare/shop/trainings").join(&all[0]);
    let bytes = std::fs::read(&half).expect("a file");
    std::fs::write(&half, &bytes[..bytes.len() / 2]).expect("a file");
    let again = mtlc(&folder, line).must(0, &["5 of 10 trainings were in compare/shop already"]);
    assert_eq!(again.err.matches("training ").count(), 5, "{}", again.err);
    let mut same = read(&folder, "compare/shop/compare.json");
    without_seconds(&mut found);
    without_seconds(&mut same);
    assert_eq!(found, same);
    assert_eq!(trainings(&folder, "compare/shop"), all);
    // More seeds, and a control, train only what is new.
    let more = mtlc(&folder, &line.replace("--seeds 2", "--seeds 3")).must(0, &["10 of 15 trainings were in"]);
    assert_eq!(more.err.matches("training ").count(), 5, "{}", more.err);
    // Another spec, table, option: nothing of the old is taken, and the old is not kept beside.
    folder.write("shop.mtl", SHOP.replace("dropout(0.1)", "dropout(0.2)"));
    let said = mtlc(&folder, line).must(0, &[]);
    assert!(!said.err.contains("already"), "{}", said.err);
    folder.write("shop.csv", table().replace("r0,", "r0x,"));
    let said = mtlc(&folder, line).must(0, &[]);
    assert!(!said.err.contains("already"), "{}", said.err);
    let said = mtlc(&folder, &line.replace("--epochs 2", "--epochs 1")).must(0, &[]);
    assert!(!said.err.contains("already"), "{}", said.err);
    assert_eq!(trainings(&folder, "compare/shop").len(), 15, "the third seeds of before, and ten");
    // One writer.
    let lock = mtlc::project::lock::Lock::take(&folder.0.join("compare/shop")).expect("nobody has it");
    mtlc(&folder, line).must(2, &["is writing in `compare/shop`", "`--folder`"]);
    drop(lock);
    std::fs::create_dir(folder.0.join("mine")).expect("a folder");
    folder.write("mine/notes.txt", "mine");
    mtlc(&folder, &format!("{line} --folder mine")).must(2, &["no folder of a comparison: nothing in it was touched"]);
}

fn without_seconds(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("seconds");
            fields.values_mut().for_each(without_seconds);
        }
        Value::Array(members) => members.iter_mut().for_each(without_seconds),
        _ => {}
    }
}

#[test]
fn the_runs_of_a_comparison_can_be_evaluated() {
    let folder = shop();
    folder.write("shop.mtl", SHOP.replace("variant wide { width: 20 }\n", ""));
    // Trained before without being kept as runs: they are trained once more.
    mtlc(&folder, "compare shop.mtl --epochs 2").must(0, &[]);
    let line = "compare shop.mtl --epochs 2 --runs";
    let said = mtlc(&folder, line).must(0, &[]);
    assert!(!said.err.contains("already"), "{}", said.err);
    mtlc(&folder, line).must(0, &["4 of 4 trainings were in compare/shop already"]);
    let found = read(&folder, "compare/shop/compare.json");
    for (run, contender) in [("shop.seed-3", Some("shop")), ("shop.price-alone.seed-3", None)] {
        let run = format!("compare/shop/runs/{run}");
        let report = read(&folder, &format!("{run}/report.json"));
        let rmse = figures(&found, contender, "price", "rmse")[0];
        close(report["tasks"]["price"]["test"]["rmse"].as_f64().expect("a figure"), rmse);
        let said = mtlc(&folder, &format!("eval {run} --json")).must(0, &[]);
        let evaluated: Value = serde_json::from_str(&said.out).expect("JSON");
        close(evaluated["tasks"]["price"]["test"]["rmse"].as_f64().expect("a figure"), rmse);
        assert_eq!(
            evaluated["tasks"].as_object().map(serde_json::Map::len),
            Some(if contender.is_some() { 3 } else { 1 })
        );
    }
}

#[test]
fn one_that_diverges_does_not_cost_the_others() {
    let folder = shop();
    folder.write("shop.mtl", SHOP.replace("width: 20", "train.optimizer: sgd(lr: 1e30)"));
    let said = mtlc(&folder, "compare shop.mtl --epochs 2 --bootstrap 10").must(1, &["Everything is in compare/shop"]);
    says(&said, &["wide could not be trained: `", "lower the learning rate or clip the gradient", "Δm total"]);
    let found = read(&folder, "compare/shop/compare.json");
    assert!(found["contenders"]["wide"]["failed"].is_string() && found["contenders"]["wide"]["delta_m"].is_null());
    assert!(found["contenders"]["shop"]["delta_m"]["total"].is_number() && found["skill_over"] != json!([]));
    // It would diverge again: that it did is kept, with `--runs` too, where the others are trained for their models.
    let again = mtlc(&folder, "compare shop.mtl --epochs 2 --bootstrap 10").must(1, &["5 of 5 trainings were in"]);
    assert!(!again.err.contains("training "), "{}", again.err);
    says(&again, &["wide could not be trained: `"]);
    assert_eq!(read(&folder, "compare/shop/compare.json"), found);
    mtlc(&folder, "compare shop.mtl --epochs 2 --bootstrap 10 --runs").must(1, &["1 of 5 trainings were in"]);
    // Another rate is another training.
    folder.write("shop.mtl", SHOP.replace("width: 20", "train.optimizer: sgd(lr: 1e-3)"));
    mtlc(&folder, "compare shop.mtl --epochs 2 --bootstrap 10").must(0, &["training wide"]);
    // If none can be trained there is nothing to compare.
    folder.write("shop.mtl", SHOP.replace("width: 20", "train.optimizer: sgd(lr: 1e30)"));
    for _ in 0..2 {
        let line = "compare shop.mtl --variant wide --no-baseline";
        mtlc(&folder, line).must(2, &["diverged", "lower the learning rate"]);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_done() {
    use std::process::Stdio;
    use std::time::{Duration, Instant};
    let folder = shop();
    let line = "compare shop.mtl --epochs 150 --no-baseline --seeds 2";
    let mut command = super::command(&folder.0);
    command.args(line.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("mtlc starts");
    let begun = Instant::now();
    let kept = folder.0.join("compare/shop/trainings");
    while std::fs::read_dir(&kept).map_or(0, |entries| entries.flatten().count()) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "no training is kept");
        std::thread::sleep(Duration::from_millis(2));
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.is_ok_and(|status| status.success()));
    let said = Said::of(&child.wait_with_output().expect("it ends"));
    said.must(130, &["trainings are kept in compare/shop; the same command goes on"]);
    mtlc(&folder, line).must(0, &["of 4 trainings were in compare/shop already"]);
}

#[test]
fn many_tasks_are_summed_up_unless_all_are_asked_for() {
    let folder = many_tasks(14);
    let said = mtlc(&folder, "compare m.mtl --seeds 2 --bootstrap 10").must(0, &[]);
    says(&said, &["r2, mean over 14 tasks", "  worst", "  best", "Δm worst", "Δm total", "`--all-tasks` has a row"]);
    assert!(!said.out.contains("Δm y3"), "{}", said.out);
    let all = mtlc(&folder, "compare m.mtl --seeds 2 --bootstrap 10 --all-tasks").must(0, &["already"]);
    says(&all, &["y13 rmse", "Δm y3"]);
    assert!(!all.out.contains("mean over 14"), "{}", all.out);

    let said = mtlc(&folder, "tune m.mtl --method random --trials 2 --out t").must(0, &["λ 0.0"]);
    says(&said, &["r2, mean", "worst", "best", "`--all-tasks` has a column for each task"]);
    assert!(said.out.lines().filter(|line| !line.starts_with("mtlc run")).all(|line| line.len() < 160), "{}", said.out);
    let page = text(&folder, "t/tune.html");
    let heads: Vec<&str> = page.split("<thead>").skip(1).filter(|head| head.contains("<th>trial</th>")).collect();
    let [short, folded] = heads.as_slice() else { panic!("{} tables of trials", heads.len()) };
    let columns = |table: &str| table.split("</thead>").next().map_or(0, |head| head.matches("<th>").count());
    // Trial, score, λ; mean, worst and best; epochs, kept, time.
    assert_eq!((columns(short), columns(folded)), (9, 33), "{short}");
    for words in ["<th>λ</th>", "<th>r2, mean</th><th>worst</th><th>best</th>", "<summary>Each task</summary>"] {
        assert!(short.contains(words), "{words}");
    }
    assert!(folded.contains("<th>λ y13</th>") && folded.contains("<th>y13</th>"));
    let all = mtlc(&folder, "tune m.mtl --method random --trials 2 --out t --all-tasks").must(0, &[]);
    assert!(!text(&folder, "t/tune.html").contains("<summary>Each task</summary>"));
    says(&all, &["λ y13", "  y13"]);

    let said = mtlc(&folder, "run m.mtl --seeds 2 --out s -q").must(0, &[]);
    says(&said, &["r2, mean over 14 tasks", "r2: worst"]);
    let over = &read(&folder, "s/seeds.json")["over_tasks"]["test"]["rmse"];
    assert_eq!((&over["tasks"], &over["mean"]["count"]), (&json!(14), &json!(2)));
    let mean = |seed: u32| {
        let report = read(&folder, &format!("s/seed-{seed}/report.json"));
        let tasks = report["tasks"].as_object().expect("tasks").clone();
        tasks.values().map(|task| task["test"]["rmse"].as_f64().expect("a figure")).sum::<f64>() / 14.0
    };
    close(over["mean"]["mean"].as_f64().expect("a mean"), (mean(0) + mean(1)) / 2.0);
}

#[test]
fn a_family_of_tasks_has_a_gain_of_its_own() {
    let folder = many_tasks(3);
    let each: String =
        (0..3).map(|task| format!("task y{task}: regression from trunk {{ label: d.y{task} }}\n")).collect();
    let spec = text(&folder, "m.mtl");
    folder.write("m.mtl", spec.replace(&each, "task y[y0, y1, y2]: regression from trunk { label: d }\n"));
    let said = mtlc(&folder, "compare m.mtl --seeds 2 --bootstrap 10").must(0, &[]);
    says(&said, &["Δm y_y0", "Δm y, mean"]);
    let found = &read(&folder, "compare/m/compare.json")["contenders"]["m"];
    let tasks = found["delta_m"]["tasks"].as_object().expect("tasks");
    let mean = tasks.values().map(|task| task["gain"].as_f64().expect("a gain")).sum::<f64>() / 3.0;
    close(found["families"]["y"]["gain"].as_f64().expect("a gain"), mean);
    assert_eq!(found["families"]["y"]["tasks"], json!(["y_y0", "y_y1", "y_y2"]));
}

/// So many numbers to predict.
fn many_tasks(count: usize) -> Folder {
    let folder = Folder::new();
    let names: Vec<String> = (0..count).map(|task| format!("y{task}")).collect();
    let mut rows = format!("x,z,{}\n", names.join(","));
    for row in 0..90 {
        let (x, z) = ((f64::from(row) * 1.3).sin(), (f64::from(row) * 0.7).cos());
        let labels: Vec<String> =
            (0..count).map(|task| format!("{:.4}", x * task as f64 - z + (f64::from(row) * 2.1).sin())).collect();
        rows += &format!("{x:.4},{z:.4},{}\n", labels.join(","));
    }
    folder.write("m.csv", rows);
    let columns: String = names.iter().map(|name| format!(", {name}: number")).collect();
    let tasks: String =
        names.iter().map(|name| format!("task {name}: regression from trunk {{ label: d.{name} }}\n")).collect();
    folder.write(
        "m.mtl",
        format!(
            "use std.tasks.{{regression}}\ndata d: csv(\"m.csv\") {{ columns {{ x: number, z: number{columns} }} }}\n\
             input x from d[x, z] -> standardize\nshared trunk from x -> dense(4) -> relu\n{tasks}\
             train {{ epochs: 1, batch: 30, seed: 0 }}\n"
        ),
    );
    folder
}
