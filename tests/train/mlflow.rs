//! `--mlflow`: a run as MLflow keeps it. That MLflow reads it is held by `scripts/followed.py`.

use std::path::{Path, PathBuf};

use super::{mtlc, shop};
use crate::data::Folder;

/// The only run of the only experiment of a file store.
fn kept(folder: &Folder) -> PathBuf {
    let only = |path: &Path| {
        let mut inside: Vec<PathBuf> =
            std::fs::read_dir(path).expect("a folder").flatten().map(|entry| entry.path()).collect();
        inside.retain(|path| path.is_dir());
        assert_eq!(inside.len(), 1, "{inside:?}");
        inside.remove(0)
    };
    only(&only(&folder.0.join("mlruns")))
}

#[test]
fn a_run_has_its_parameters_curves_files_and_model() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --mlflow --set width=20").must(0, &[]);
    let at = kept(&folder);
    let text = |path: &str| std::fs::read_to_string(at.join(path)).unwrap_or_else(|_| panic!("no {path}"));
    assert_eq!(text("params/width"), "20");
    assert_eq!(text("params/train.epochs"), "4");
    let curve = text("metrics/price/rmse/valid");
    let steps: Vec<&str> = curve.lines().filter_map(|line| line.rsplit(' ').next()).collect();
    assert_eq!(steps, ["1", "2", "3", "4"]);
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.0.join("r/report.json")).expect("it is there"))
            .expect("JSON");
    let figure = report["tasks"]["price"]["test"]["rmse"].as_f64().expect("a figure");
    let said = text("metrics/kept/price/rmse/test");
    assert_eq!(said.split(' ').nth(1).and_then(|value| value.parse().ok()), Some(figure), "{said}");
    assert!(text("meta.yaml").contains("status: 3"));
    for file in ["report.html", "spec.mtl", "CARD.md", "shop.mtlpack", "model/MLmodel", "model/model.onnx"] {
        assert!(at.join("artifacts").join(file).metadata().is_ok_and(|about| about.len() > 0), "{file}");
    }
    let signature = text("artifacts/model/MLmodel");
    assert!(signature.contains("loader_module: mlflow.onnx") && signature.contains(r#""name":"price""#), "{signature}");
}

#[test]
fn a_run_that_goes_on_longer_is_the_same_run_there() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --mlflow --epochs 2").must(0, &[]);
    mtlc(&folder, "run --resume r --epochs 4 -q").must(0, &[]);
    let curve = std::fs::read_to_string(kept(&folder).join("metrics/run/score")).expect("a curve");
    let steps: Vec<&str> = curve.lines().filter_map(|line| line.rsplit(' ').next()).collect();
    assert_eq!(steps, ["1", "2", "3", "4"]);
}

#[test]
fn a_finished_run_can_be_told_afterwards_and_a_server_that_is_not_there_stops_nothing_half() {
    let folder = shop();
    // Nobody listens at the first port.
    mtlc(&folder, "run shop.mtl --out r -q --mlflow=http://127.0.0.1:1")
        .must(2, &["cannot be reached", "without `--mlflow`"]);
    assert!(!folder.0.join("r").exists());
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "export r --to mlflow --out http://127.0.0.1:1").must(2, &["cannot be reached", "by --out WHERE"]);
    mtlc(&folder, "export r --to mlflow --out shop.csv").must(2, &["`shop.csv` is a file"]);
    mtlc(&folder, "run shop.mtl --out s -q --mlflow=ftp://x").must(2, &["begins with `ftp://`", "`https://…`"]);
    assert!(!folder.0.join("s").exists() && !folder.0.join("ftp:").exists());
    let told = mtlc(&folder, "export r --to mlflow --out mlruns").must(0, &[]);
    assert!(told.out.contains("told mlruns of run"), "{}", told.out);
    let curve = std::fs::read_to_string(kept(&folder).join("metrics/run/score")).expect("a curve");
    assert_eq!(curve.lines().count(), 4);
    mtlc(&folder, "pack r").must(0, &[]);
    mtlc(&folder, "export shop.mtlpack --to mlflow").must(2, &["is a pack, which has no curves"]);
}
