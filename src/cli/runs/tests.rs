//! Run directories of every sort, in a folder of their own.

use tempfile::TempDir;

use super::*;

/// A folder that goes with the test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let file = self.0.path().join(path);
        std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("the folder can be made");
        std::fs::write(&file, text).expect("the file can be written");
        file.parent().expect("it lies in a folder").to_path_buf()
    }
}

fn report(started: &str, score: f64, accuracy: f64, rmse: f64) -> String {
    format!(
        r#"{{"name":"penguins","started":"{started}","score":{score},"seed":42,"spec_sha256":"0123456789abcdef",
        "tasks":{{"species":{{"select":"accuracy","higher_is_better":true,
          "valid":{{"rows":51,"loss":0.1,"accuracy":{accuracy}}},
          "test":{{"rows":52,"loss":0.2,"accuracy":{accuracy},"confusion":[[1,0],[0,1]]}}}},
        "mass":{{"select":"r2","higher_is_better":true,"test":{{"rows":52,"r2":0.8,"rmse":{rmse}}}}}}}}}"#
    )
}

#[test]
fn runs_are_listed_newest_first_and_others_are_tolerated() {
    let folder = Folder::new();
    folder.write("penguins/2025-01-01T10-00-00/report.json", &report("2025-01-01T10:00:00Z", 0.5, 0.9, 300.0));
    folder.write("penguins/2025-01-02T10-00-00/report.json", &report("2025-01-02T10:00:00Z", 0.75, 0.95, 310.0));
    folder.write("penguins/2025-01-03T10-00-00/metrics.jsonl", "{\"epoch\":7}\n{\"epoch\":8,\"ta");
    folder.write("penguins/2025-01-04T10-00-00/report.json", "{\"tasks\": {");
    folder.write("penguins/2025-01-04T10-00-00/metrics.jsonl", "");
    let finished = report("2024-12-31T10:00:00Z", 0.5, 0.9, 300.0);
    let manifests = ["{\"version\": 9, \"mtlc_version\": \"9.1\", \"spec\": \"a.mtl\"}", "{\"version\": 1,", "{}"];
    for (place, manifest) in manifests.iter().enumerate() {
        folder.write(&format!("later/{place}/report.json"), &finished);
        folder.write(&format!("later/{place}/run.json"), manifest);
    }
    folder.write("other/report.json", "[1, 2]");
    folder.write("empty/notes.txt", "nothing");
    folder.write("odd/report.json", "{\"tasks\": 3}");
    let mut runs = find(folder.0.path());
    runs.sort_by(|one, other| other.started.cmp(&one.started));
    let table = list::table(&runs, folder.0.path());
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 9, "{table}");
    assert!(lines[5].contains("made by mtlc 9.1, which is newer"), "{table}");
    assert!(lines[6].contains("run.json is damaged") && lines[7].contains("run.json is damaged"), "{table}");
    assert!(lines[1].contains("report.json cannot be read"), "{table}");
    assert!(lines[2].contains("it has not finished (epoch 7)"), "{table}");
    assert!(lines[3].contains("0.7500") && lines[3].contains("species accuracy 0.9500, mass r2 0.8000"), "{table}");
    assert!(lines[4].contains("2025-01-01 10:00:00"), "{table}");
    assert!(lines[8].contains("odd"), "{table}");
    let json: serde_json::Value = serde_json::from_str(&list::json(&runs)).expect("it is JSON");
    assert_eq!(json["runs"][2]["tasks"]["species"]["value"], 0.95);
    assert_eq!((&json["runs"][1]["finished"], &json["runs"][1]["epochs_seen"]), (&false.into(), &7.into()));
}

#[test]
fn two_runs_stand_side_by_side_with_the_best_marked() {
    let folder = Folder::new();
    let one = folder.write("a/2025/report.json", &report("2025-01-01T10:00:00Z", 0.5, 0.95, 300.0));
    let other = folder.write("b/2025/report.json", &report("2025-01-02T10:00:00Z", 0.75, 0.9, 310.0));
    let runs: Vec<Run> = [one, other].iter().filter_map(|path| Run::read(path)).collect();
    let table = compare::table(&runs);
    let lines: Vec<String> = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let line = |words: &str| {
        let found = lines.iter().find(|line| line.starts_with(words));
        found.unwrap_or_else(|| panic!("no line {words}:\n{table}")).clone()
    };
    assert_eq!(lines[0], "a/2025 b/2025");
    assert_eq!(line("score"), "score 0.5000 0.7500*");
    assert_eq!(line("species test"), "species test accuracy ← 0.9500* 0.9000");
    assert_eq!(line("mass test rmse"), "mass test rmse 300.0* 310.0", "less is better, by the catalog");
    assert_eq!(line("mass test r2"), "mass test r2 ← 0.8000 0.8000", "equals are not marked");
    let json: serde_json::Value = serde_json::from_str(&compare::json(&runs)).expect("it is JSON");
    assert_eq!(json["figures"].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_folder_that_is_missing_or_no_run_is_an_error() {
    let folder = Folder::new();
    let run = folder.write("a/report.json", &report("", 0.5, 0.9, 300.0));
    let args = |folders: &[&PathBuf]| RunsArgs {
        folders: folders.iter().map(|path| path.to_path_buf()).collect(),
        html: None,
        format: RunsFormat::Json,
    };
    assert_eq!(super::run(args(&[&folder.0.path().join("nowhere")])), Outcome::CouldNotRun);
    assert_eq!(super::run(args(&[&run, &folder.0.path().to_path_buf()])), Outcome::CouldNotRun);
    assert_eq!(super::run(args(&[&run, &run])), Outcome::Clean);
}

#[test]
fn a_page_has_every_run_with_its_curves_and_what_differs() {
    let folder = Folder::new();
    for (seed, rate) in [(1, "0.1"), (2, "0.2")] {
        let at = format!("penguins/</script>{seed}");
        let settings = format!(
            r#"{{"train.lr":{{"value":"{rate}","default":false}},"train.batch":{{"value":"32","default":true}}}}"#
        );
        folder.write(&format!("{at}/report.json"), &report("2026-01-01T00:00:00Z", 0.8, 0.9, 1.0));
        folder.write(&format!("{at}/defaults.json"), &settings);
        let records = "{\"record\":\"epoch\",\"epoch\":1,\"score\":0.5}\n{\"record\":\"task\",\"epoch\":1,\"task\":\"mass\",\"part\":\"valid\",\"loss\":2.0,\"metrics\":{\"r2\":0.7}}\nbroken";
        folder.write(&format!("{at}/metrics.jsonl"), records);
    }
    let page = page::page(&find(folder.0.path()), "Runs");
    let data = page.split("id=\"data\">").nth(1).and_then(|after| after.split("</script>").next()).expect("its data");
    let data: serde_json::Value = serde_json::from_str(data).expect("JSON, whatever a folder is called");
    assert_eq!(data["differ"], serde_json::json!(["train.lr"]));
    let run = &data["runs"][0];
    assert_eq!(run["curves"]["score"], serde_json::json!([[1, 0.5]]));
    assert_eq!(run["curves"]["mass r2 (valid)"], serde_json::json!([[1, 0.7]]));
    assert_eq!(run["tasks"]["species"]["value"], 0.9);
    // Nothing is asked of the network.
    assert!(!page.contains("src=\"") && !page.contains("href=\""), "{page}");
}

#[test]
fn a_page_takes_the_place_of_a_page_alone() {
    let folder = Folder::new();
    folder.write("a/report.json", &report("2026-01-01T00:00:00Z", 0.8, 0.9, 1.0));
    let out = folder.0.path().join("runs.html");
    let write = || write_page(&[folder.0.path().to_path_buf()], Vec::new(), &out);
    assert!(matches!(write(), Outcome::Clean) && matches!(write(), Outcome::Clean));
    std::fs::write(&out, "a page of somebody's").expect("it can be written");
    assert!(matches!(write(), Outcome::CouldNotRun));
    assert_eq!(std::fs::read_to_string(&out).expect("it is there"), "a page of somebody's");
    let empty = folder.0.path().join("none");
    std::fs::create_dir_all(&empty).expect("it can be made");
    assert!(matches!(write_page(&[empty], Vec::new(), &folder.0.path().join("other.html")), Outcome::CouldNotRun));
}
