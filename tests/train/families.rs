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
