//! docs/python.md: a model read from Python says what `mtlc predict` says.

use std::process::Command;

use super::mtlc;
use crate::data::Folder;
use crate::support::repository;

/// Python with what the script needs: `MTLC_PYTHON`, else `python3`. The gate makes one.
fn python() -> Option<String> {
    let python = std::env::var("MTLC_PYTHON").unwrap_or_else(|_| "python3".into());
    let asked = Command::new(&python).args(["-c", "import numpy, safetensors.numpy"]).output();
    let has = asked.is_ok_and(|output| output.status.success());
    assert!(has || std::env::var_os("MTLC_PYTHON").is_none(), "{python} has no numpy or no safetensors");
    has.then_some(python)
}

#[test]
fn the_script_says_what_predict_says() {
    let Some(python) = python() else {
        eprintln!("not tried: there is no python3 with numpy and safetensors");
        return;
    };
    let folder = Folder::new();
    let spec = repository("pipelines/penguins.mtl");
    let table = repository("pipelines/data/penguins.csv");
    // An unknown class, missing values, and nothing but missing values.
    folder.write(
        "odd.csv",
        "island,bill_length_mm,bill_depth_mm,flipper_length_mm\nMars,40.5,18,NA\nDream,,17.25,201\nNA,,,\n",
    );
    mtlc(&folder, &format!("run {} --out r -q --epochs 4", spec.display())).must(0, &[]);
    for (name, table) in [("whole", table), ("odd", folder.0.join("odd.csv"))] {
        mtlc(&folder, &format!("predict r --data {} --out {name}-answers.csv", table.display())).must(0, &[]);
        let compare = |answers: &str| {
            let mut line = Command::new(&python);
            line.arg(repository("scripts/predict.py")).args(["r".as_ref(), table.as_os_str(), answers.as_ref()]);
            line.current_dir(&folder.0).output().expect("it runs")
        };
        let output = compare(&format!("{name}-answers.csv"));
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("apart"), "{said}");
        // It would notice a difference.
        let answers = super::text(&folder, &format!("{name}-answers.csv"));
        let (head, mass) = answers.trim_end().rsplit_once(',').expect("the last number");
        let other = mass.parse::<f64>().expect("a number") * 1.0001;
        folder.write("other.csv", format!("{head},{other}\n"));
        assert!(!compare("other.csv").status.success());
    }
}

#[test]
fn the_page_shows_the_script() {
    let page = std::fs::read_to_string(repository("docs/python.md")).expect("a page");
    let script = std::fs::read_to_string(repository("scripts/predict.py")).expect("a script");
    let blocks: Vec<&str> = page.split("```python\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 5);
    for block in blocks {
        assert!(script.contains(block), "not in scripts/predict.py:\n{block}");
    }
}
