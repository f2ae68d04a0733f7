//! `mtlc export`: files for other programs. Whether they answer as the run does is held by `scripts/exported`, in another program.

use std::collections::{BTreeSet, HashSet};

use mtlc::export::onnx::messages::{GraphProto, ModelProto};
use prost::Message;
use safetensors::SafeTensors;

use super::{bytes, mtlc, shop, text};
use crate::data::Folder;
use crate::support::repository;

/// A graph of a file: every name is made once, and before it is read.
fn graph(folder: &Folder, file: &str) -> GraphProto {
    let model = ModelProto::decode(bytes(folder, file).as_slice()).expect("a model");
    assert_eq!(model.opset_import.iter().filter_map(|set| set.version).collect::<Vec<_>>(), [17, 3]);
    let graph = model.graph.expect("a graph");
    let mut known = HashSet::from([String::new()]);
    known.extend(graph.input.iter().filter_map(|input| input.name.clone()));
    known.extend(graph.initializer.iter().filter_map(|constant| constant.name.clone()));
    for node in &graph.node {
        for input in &node.input {
            assert!(known.contains(input), "{:?} reads `{input}`", node.op_type);
        }
        for output in &node.output {
            assert!(known.insert(output.clone()), "`{output}` is made twice");
        }
    }
    for output in &graph.output {
        assert!(output.name.as_ref().is_some_and(|name| known.contains(name)), "{output:?}");
    }
    graph
}

fn names(values: &[mtlc::export::onnx::messages::ValueInfoProto]) -> Vec<&str> {
    values.iter().filter_map(|value| value.name.as_deref()).collect()
}

#[test]
fn a_run_is_a_file_with_its_columns_and_answers() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let said = mtlc(&folder, "export r --to onnx").must(0, &[]);
    let graph = graph(&folder, "shop.onnx");
    for output in ["price", "kind", "kind.probabilities"] {
        assert!(names(&graph.output).contains(&output), "{:?}", names(&graph.output));
    }
    assert!(!names(&graph.input).is_empty());
    for input in names(&graph.input) {
        assert!(said.out.contains(&format!("  {input}: ")), "{}", said.out);
    }
    // Every weight of the run is in it, and nothing of which nothing comes.
    let read: HashSet<&String> = graph.node.iter().flat_map(|node| &node.input).collect();
    for constant in &graph.initializer {
        assert!(read.contains(constant.name.as_ref().expect("a name")), "{:?} is read by nobody", constant.name);
    }
    // A pack gives the same file, and no data is needed for it.
    mtlc(&folder, "pack r").must(0, &[]);
    std::fs::rename(folder.0.join("shop.csv"), folder.0.join("kept.csv")).expect("it is there");
    mtlc(&folder, "export shop.mtlpack --to onnx --out packed.onnx").must(0, &[]);
    assert_eq!(bytes(&folder, "packed.onnx"), bytes(&folder, "shop.onnx"));
    std::fs::rename(folder.0.join("kept.csv"), folder.0.join("shop.csv")).expect("it is there");
    mtlc(&folder, "export r --to onnx").must(2, &["`shop.onnx` exists", "`--force`"]);
    mtlc(&folder, "export r --to onnx --force").must(0, &[]);
    mtlc(&folder, "export r --to onnx --out r/run.json --force").must(2, &["a file of the run itself"]);
    mtlc(&folder, "export r --to onnx --out shop.csv --force").must(2, &["the data that the run was trained on"]);
    mtlc(&folder, "export r --to onnx --out no/such.onnx").must(2, &["cannot write"]);
    mtlc(&folder, "export shop.mtl --to onnx").must(2, &["is a spec, and a run directory is expected"]);
    mtlc(&folder, "export r --to torch").must(2, &["invalid value"]);
}

#[test]
fn weights_of_fewer_bytes_make_a_smaller_file_and_figures_are_told() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --set width=128").must(0, &[]);
    let size = |weights: &str| {
        let said = mtlc(&folder, &format!("export r --to onnx --out {weights}.onnx --weights {weights}")).must(0, &[]);
        graph(&folder, &format!("{weights}.onnx"));
        assert_eq!(
            said.out.contains("with weights as they are and as they are kept"),
            weights != "f32",
            "{}",
            said.out
        );
        bytes(&folder, &format!("{weights}.onnx")).len()
    };
    let [whole, half, quarter] = ["f32", "f16", "int8"].map(size);
    assert!(whole > half && half > quarter, "{whole}, {half}, {quarter}");
}

/// What stands behind a mark in a text, up to what is no part of a name.
fn behind<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = &'t str> {
    let end = |rest: &'t str| rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    text.split(mark).skip(1).map(move |rest| &rest[..end(rest).unwrap_or(rest.len())])
}

#[test]
fn a_run_is_a_module_of_pytorch_with_its_weights() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    let said = mtlc(&folder, "export r --to pytorch --sample 20").must(0, &[]);
    assert!(said.out.contains("wrote `shop.py`") && said.out.contains("answers\n"), "{}", said.out);
    let python = text(&folder, "shop.py");
    assert!(python.contains("class Shop(nn.Module):"), "{python}");
    // Every attribute that is read is made, and has its weights in the file beside it.
    let class = &python[python.find("class Shop").expect("the class")..python.find("def load_rows").expect("its end")];
    let made: BTreeSet<&str> = class
        .lines()
        .filter_map(|line| line.trim().strip_prefix("self.")?.split_once(" = "))
        .map(|(name, _)| name)
        .collect();
    let read: BTreeSet<&str> = behind(class, "self.").filter(|name| !name.is_empty()).collect();
    assert!(read.is_superset(&made) && !made.is_empty(), "{made:?} is not all read: {read:?}");
    let weights = bytes(&folder, "shop.safetensors");
    let weights = SafeTensors::deserialize(&weights).expect("weights");
    for name in weights.names() {
        let attribute = name.split('.').next().unwrap_or(name);
        assert!(made.contains(attribute), "`{name}` belongs to nothing: {made:?}");
    }
    let of_run = bytes(&folder, "r/model.safetensors");
    let of_run = SafeTensors::deserialize(&of_run).expect("weights");
    // A module that normalises over batches counts them, in a whole number.
    let numbers = |of: &SafeTensors<'_>| -> usize {
        let own = of.tensors().into_iter().filter(|(_, tensor)| tensor.dtype() == safetensors::Dtype::F32);
        own.map(|(_, tensor)| tensor.data().len() / 4).sum()
    };
    assert_eq!(numbers(&weights), numbers(&of_run), "every number of the run, once");
    for array in ["shop.npz", "shop.train.npz"] {
        assert!(!bytes(&folder, array).is_empty());
    }
    mtlc(&folder, "export r --to pytorch").must(2, &["`shop.py` exists", "`--force`"]);
    mtlc(&folder, "export r --to pytorch --force --weights int8").must(2, &["has its weights as they are"]);
    mtlc(&folder, "export r --to onnx --force --out r/spec.mtl").must(2, &["a file of the run itself"]);
}

#[test]
fn an_export_takes_no_place_and_is_whole_or_not_there() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q --epochs 1").must(0, &[]);
    // One of its files is in the way: none is written.
    for there in ["shop.safetensors", "shop.npz", "shop.train.npz"] {
        folder.write(there, "precious");
        mtlc(&folder, "export r --to pytorch --sample 5").must(2, &[&format!("`{there}` exists"), "`--force`"]);
        assert_eq!(text(&folder, there), "precious");
        assert!(!folder.0.join("shop.py").exists());
        std::fs::remove_file(folder.0.join(there)).expect("it is there");
    }
    mtlc(&folder, "export r --to pytorch --out w.safetensors").must(2, &["does not end in `.py`", "--out shop.py"]);
    mtlc(&folder, "export r --to pytorch --out -").must(2, &["`-` is standard output"]);
    mtlc(&folder, "export r --to onnx --out r --force").must(2, &["`r` is a folder", "--out r/shop.onnx"]);
    assert!(!folder.0.join("w.safetensors").exists() && !folder.0.join("-").exists());
}

#[test]
fn a_task_that_writes_has_a_file_of_its_own() {
    let folder = shop();
    let spec = repository("tests/export/writes.mtl");
    mtlc(&folder, &format!("run {} --out r -q --epochs 1", spec.display())).must(0, &[]);
    let said = mtlc(&folder, "export r --to onnx").must(0, &[]);
    assert_eq!(names(&graph(&folder, "writes.onnx").output), ["letters"]);
    let written = graph(&folder, "writes.printed.onnx");
    assert!(names(&written.input).contains(&"printed.previous"), "{:?}", names(&written.input));
    let model = ModelProto::decode(bytes(&folder, "writes.copied.onnx").as_slice()).expect("a model");
    let property = |key: &str| model.metadata_props.iter().find(|entry| entry.key.as_deref() == Some(key));
    let vocabulary = property("vocabulary").and_then(|entry| entry.value.clone()).expect("a vocabulary");
    assert!(vocabulary.contains("\"b\"") && property("end").is_some(), "{vocabulary}");
    assert!(said.out.contains("greedy(max: 24)"), "{}", said.out);
    mtlc(&folder, "export r --to pytorch").must(0, &[]);
    let python = text(&folder, "writes.py");
    assert!(python.contains("answers[\"printed\"] = written(") && python.contains("previous(given, "), "{python}");
}

#[test]
fn answers_in_texts_have_their_files_and_losses() {
    let folder = shop();
    let spec = repository("tests/export/reads.mtl");
    mtlc(&folder, &format!("run {} --out r -q --epochs 1", spec.display())).must(0, &[]);
    let said = mtlc(&folder, "export r --to onnx --sample 5").must(0, &[]);
    // What looks for its answer is given one, in a file of its own.
    assert!(said.out.contains("kept: it compares each row with an answer that it is given"), "{}", said.out);
    assert!(!names(&graph(&folder, "reads.onnx").input).contains(&"kept.answer"));
    let kept = graph(&folder, "reads.kept.onnx");
    assert!(["kept.answer", "kept.answer.lengths", "parts"].iter().all(|name| names(&kept.input).contains(name)));
    assert!(!bytes(&folder, "reads.kept.npz").is_empty());
    let said = mtlc(&folder, "export r --to pytorch").must(0, &[]);
    assert!(!said.out.contains("is not trained on"), "{}", said.out);
    let python = text(&folder, "reads.py");
    for function in ["span_loss", "contrastive_loss", "beamed", "spelt", "searched", "whole", "joined"] {
        assert_eq!(python.matches(&format!("\ndef {function}(")).count(), 1, "{function}");
        assert!(python.matches(&format!("{function}(")).count() > 1, "{function} is used");
    }
    assert!(python.contains("F.ctc_loss("), "{python}");
}

#[test]
fn every_loss_of_pictures_is_in_a_module() {
    let folder = shop();
    for (spec, losses) in [
        ("boxes", &["centers_loss", "grouping_loss"][..]),
        ("points", &["heat_maps_loss"][..]),
        ("moves", &["moving_centers_loss"][..]),
    ] {
        let path = repository(&format!("tests/export/{spec}.mtl"));
        mtlc(&folder, &format!("run {} --out {spec} -q --epochs 1", path.display())).must(0, &[]);
        let said = mtlc(&folder, &format!("export {spec} --to pytorch")).must(0, &[]);
        assert!(!said.out.contains("is not trained on"), "{}", said.out);
        let python = text(&folder, &format!("{spec}.py"));
        losses.iter().for_each(|loss| assert_eq!(python.matches(&format!("{loss}(")).count(), 2, "{python}"));
    }
}
