//! Families of tasks: one declaration, a task per column or per class, weighed and reported together.

use super::{json, mtlc, text};
use crate::data::Folder;

/// Eighty rows whose answers follow from `x`, with gaps in one column.
fn folder(tasks: &str) -> Folder {
    let mut table = "x,a,b,score,school\n".to_string();
    for row in 0..80 {
        let x = f64::from(row % 20) / 10.0 - 1.0;
        let yes = |is: bool| if is { "1" } else { "0" };
        let b = if row % 5 == 0 { "" } else { yes(x < 0.3) };
        let (school, shift) = if row % 2 == 0 { ("north", 1.0) } else { ("south-east", -1.0) };
        table += &format!("{x},{},{b},{},{school}\n", yes(x > 0.0), x + shift);
    }
    let folder = Folder::new();
    folder.write("d.csv", table);
    let spec = format!(
        "use std.tasks.{{binary, regression}}\n\
         data d: csv(\"d.csv\") {{ columns {{ x, score: number, a, b: category(\"0\", \"1\"), \
         school: category(\"north\", \"south-east\") }} }}\n\
         input x from d.x -> standardize\nshared trunk from x -> dense(8) -> relu\n{tasks}\ntrain {{ epochs: 3, seed: 1 }}\n"
    );
    folder.write("d.mtl", spec);
    folder
}

#[test]
fn a_task_per_column_is_reported_with_its_mean() {
    let folder = folder(
        "task assay[a, b]: binary(positive: \"1\") from trunk { label: d }\n\
         task score: regression from trunk { label: d.score }\nweights { assay: 80%, score: 20% }",
    );
    let said = mtlc(&folder, "run d.mtl --out r").must(0, &[]);
    for words in ["assay_a", "assay_b", "assay, mean of 2 tasks"] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    assert!(text(&folder, "r/report.html").contains("mean of 2 tasks"));
    let report = json(&folder, "r/report.json");
    assert_eq!(report["weights"], serde_json::json!({ "assay_a": 0.4, "assay_b": 0.4, "score": 0.2 }));
    let family = &report["families"]["assay"];
    assert_eq!(family["tasks"], serde_json::json!(["assay_a", "assay_b"]));
    assert!(family["pooled"].is_null(), "these are no numbers");
    let of = |task: &str| report["tasks"][task]["train"]["accuracy"].as_f64().expect("a figure");
    let mean = family["train"]["accuracy"].as_f64().expect("a mean");
    assert!((mean - (of("assay_a") + of("assay_b")) / 2.0).abs() < 1e-12);
    // Rows without one of the labels still train the other task.
    assert!(
        report["tasks"]["assay_a"]["train"]["rows"].as_u64() > report["tasks"]["assay_b"]["train"]["rows"].as_u64()
    );
}

#[test]
fn a_task_per_class_learns_from_its_own_rows() {
    let folder = folder("task score[by d.school]: regression from trunk { label: d.score, where: d.x > -0.95 }");
    let said = mtlc(&folder, "run d.mtl --out r").must(0, &[]);
    assert!(said.out.contains("score, mean of 2 tasks"), "{}", said.out);
    let report = json(&folder, "r/report.json");
    let rows = |task: &str| -> u64 {
        let parts = ["train", "valid", "test"].map(|part| report["tasks"][task][part]["rows"].as_u64().expect("rows"));
        parts.iter().sum()
    };
    // 20 values of x, of which the lowest is left out; it stands in even rows alone.
    assert_eq!((rows("score_north"), rows("score_south_east")), (36, 40));
    let answers = mtlc(&folder, "predict r --data d.csv --out p.csv");
    answers.must(0, &[]);
    let predicted = std::fs::read_to_string(folder.0.join("p.csv")).expect("predictions");
    assert!(
        predicted.lines().next().is_some_and(|head| head.contains("score_north") && head.contains("score_south_east"))
    );
    assert_eq!(predicted.lines().count(), 81, "every head answers for every row");
}

#[test]
fn a_familys_weight_can_be_set() {
    let folder = folder(
        "task assay[a, b]: binary(positive: \"1\") from trunk { label: d }\n\
         task score: regression from trunk { label: d.score }\nweights { assay: 0.3, assay_a: 0.2, score: 0.5 }",
    );
    mtlc(&folder, "run d.mtl --out r --set weights.assay=60%").must(0, &[]);
    let weights = json(&folder, "r/report.json")["weights"].clone();
    let weight = |task: &str| weights[task].as_f64().expect("a weight");
    assert!((weight("assay_a") - 0.24).abs() < 1e-12 && (weight("assay_b") - 0.36).abs() < 1e-12, "{weights}");
    assert!((weight("score") - 0.4).abs() < 1e-12);
}

#[test]
fn all_rows_of_a_family_are_one_column() {
    let folder = folder("task score[by d.school]: regression from trunk { label: d.score }");
    let spec = text(&folder, "d.mtl").replace("columns {", "split { train: 60%, valid: 20%, test: 20% }\n columns {");
    folder.write("d.mtl", spec);
    let said = mtlc(&folder, "run d.mtl --out r").must(0, &[]);
    assert!(said.out.contains("score, all rows together"), "{}", said.out);
    assert!(text(&folder, "r/report.html").contains("all rows of its tasks together"));
    let report = json(&folder, "r/report.json");
    let pooled = &report["families"]["score"]["pooled"]["test"];
    // The same from what each head answers for the rows of its school.
    mtlc(&folder, "predict r --part test --out p.csv").must(0, &[]);
    let predicted = text(&folder, "p.csv");
    let mut lines = predicted.lines().map(|line| line.split(',').collect::<Vec<&str>>());
    let header = lines.next().expect("a header");
    let place = |name: &str| header.iter().position(|column| *column == name).unwrap_or_else(|| panic!("{header:?}"));
    let number = |cell: &str| cell.parse::<f64>().expect("a number");
    let table = text(&folder, "d.csv");
    let table: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    let rows: Vec<(bool, f64, f64)> = lines
        .map(|cells| {
            // Rows count from 1, and the header is line 0.
            let row = &table[number(cells[place("row")]) as usize];
            let north = row[4] == "north";
            let head = if north { "score_north" } else { "score_south_east" };
            (north, number(row[3]), number(cells[place(head)]))
        })
        .collect();
    let errors: f64 = rows.iter().map(|(_, label, given)| (label - given).powi(2)).sum();
    let around_the_mean = |which: &dyn Fn(bool) -> bool| {
        let labels: Vec<f64> = rows.iter().filter(|(north, ..)| which(*north)).map(|(_, label, _)| *label).collect();
        let mean = labels.iter().sum::<f64>() / labels.len() as f64;
        labels.iter().map(|label| (label - mean).powi(2)).sum::<f64>()
    };
    let close = |of: &serde_json::Value, to: f64| {
        let of = of.as_f64().expect("a figure");
        assert!((of - to).abs() < 1e-4, "{of} is not {to}");
    };
    close(&pooled["r2"], 1.0 - errors / around_the_mean(&|_| true));
    close(&pooled["r2_within"], 1.0 - errors / (around_the_mean(&|north| north) + around_the_mean(&|north| !north)));
    close(&pooled["rmse"], (errors / rows.len() as f64).sqrt());
    let said = mtlc(&folder, "run d.mtl --seeds 2 --out s -q").must(0, &[]);
    assert!(said.out.contains("r2, all rows of score"), "{}", said.out);
    let seeds = &json(&folder, "s/seeds.json")["families"]["score"]["pooled"]["test"]["r2"];
    let of_seed = |seed: u32| {
        let report = json(&folder, &format!("s/seed-{seed}/report.json"));
        report["families"]["score"]["pooled"]["test"]["r2"].as_f64().expect("a figure")
    };
    close(&seeds["mean"], (of_seed(1) + of_seed(2)) / 2.0);
    // Alone and together.
    let said = mtlc(&folder, "compare d.mtl --seeds 2 --bootstrap 0").must(0, &[]);
    assert!(said.out.contains("r2, all rows of score"), "{}", said.out);
    let found = json(&folder, "compare/d/compare.json");
    close(&found["contenders"]["d"]["pooled"]["score"]["r2"]["mean"], (of_seed(1) + of_seed(2)) / 2.0);
    assert_eq!(found["alone_pooled"]["score"]["rmse"]["count"], 2);
}
