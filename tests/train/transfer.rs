//! Weights from elsewhere, freezing and thawing, learning rates per part, and low-rank adapters.

use std::path::{Path, PathBuf};

use mtlc::graph::Writer;
use mtlc::lower::trace::Mode;
use mtlc::lower::{Backend, Model};
use mtlc::train::checkpoint;
use mtlc::train::engine::Moment;
use mtlc::train::plan;
use mtlc::train::session::Session;

use super::sessions::{TRUNK, bits, engine, penguins, session, trained};
use crate::support::{Folder, repository};

const STRATEGIES: [&str; 8] = [
    "hard",
    "mmoe(experts: 2)",
    "cgc",
    "ple(own: 1, shared: 1)",
    "cross_stitch",
    "mtan",
    "ltb",
    "dselect_k(experts: 2, k: 1)",
];

fn model(session: &Session) -> Model {
    engine(session).model
}

/// Writes weights as a run does.
fn write(model: &Model, folder: &Path) {
    let metadata = [("run".to_string(), "test".to_string())];
    checkpoint::write(&folder.join("model.safetensors"), &checkpoint::weight_tensors(&model.weights), metadata.into())
        .unwrap_or_else(|error| panic!("{error}"));
}

fn outputs(session: &Session, model: &Model, task: usize) -> Vec<f32> {
    let batch = session.prepared.batch(&[(0..40).collect()]);
    let trace = model.forward(&batch, Mode::EVALUATE, false);
    let outputs = model.outputs(&trace, task).unwrap_or_else(|| panic!("task {task} has rows"));
    outputs[0].to_host()
}

/// A spec whose trunk starts from a folder; another seed, so that nothing agrees by chance.
fn from_folder(trunk: &str, folder: &Path, more: &str) -> String {
    let init = folder.display().to_string().replace('\\', "/");
    let text = penguins(trunk, &format!("transfer {{ trunk {{ init: \"{init}\"{more} }} }}"), "");
    text.replace("seed: 5", "seed: 77")
}

#[test]
fn a_part_starts_from_a_run() {
    let source = session(&penguins(TRUNK, "", ""));
    let from = Folder::new();
    write(&model(&source), &from.0);
    let target = session(&from_folder(TRUNK, &from.0, ""));
    let (before, after) = (bits(&model(&source)), bits(&model(&target)));
    for (path, values) in &before {
        assert_eq!(path.starts_with("trunk."), after[path] == *values, "{path}");
    }
    let (_, loaded) = target.engine_loaded(1, &Backend::Flex.device()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded[0].pairs.len(), 4);
    assert!(loaded[0].left.iter().any(|left| left.starts_with("species.")), "{:?}", loaded[0].left);
}

#[test]
fn what_no_part_took_of_a_file_is_said_once() {
    let from = Folder::new();
    write(&model(&session(&penguins(TRUNK, "", ""))), &from.0);
    let init = from.0.display().to_string().replace('\\', "/");
    let parts = ["trunk.dense.1", "trunk.dense.2", "mass"].map(|part| format!("{part} {{ init: \"{init}\" }}\n"));
    let target = session(&penguins(TRUNK, &format!("transfer {{\n{}}}", parts.concat()), ""));
    let (_, loaded) = target.engine_loaded(1, &Backend::Flex.device()).unwrap_or_else(|error| panic!("{error}"));
    let (last, before) = loaded.split_last().unwrap_or_else(|| panic!("three parts start from it"));
    assert!(before.len() == 2 && before.iter().all(|loaded| loaded.left.is_empty()));
    let roots: std::collections::BTreeSet<&str> = last.left.iter().filter_map(|left| left.split('.').next()).collect();
    assert_eq!(roots.into_iter().collect::<Vec<_>>(), ["island", "sex", "species"]);
}

#[test]
fn a_part_of_another_name_is_mapped_and_copies_start_alike() {
    let named = penguins(TRUNK, "", "").replace("trunk", "encoder");
    let source = session(&named);
    let from = Folder::new();
    write(&model(&source), &from.0);
    let weights = bits(&model(&source));
    for strategy in STRATEGIES {
        let by = format!("by {strategy} {TRUNK}");
        let target = model(&session(&from_folder(&by, &from.0, ", name: \"encoder\"")));
        let mut copies = 0;
        for slot in target.weights.slots.iter().filter(|slot| slot.origin.path.starts_with("trunk.dense.")) {
            let name = slot.origin.path.replace("trunk", "encoder");
            assert_eq!(bits(&target)[&slot.path], weights[&name], "{strategy}: {}", slot.path);
            copies += 1;
        }
        assert!(copies >= 4, "{strategy} has {copies}");
    }
}

#[test]
fn what_does_not_fit_is_refused_before_training() {
    let from = Folder::new();
    write(&model(&session(&penguins(TRUNK, "", ""))), &from.0);
    let device = Backend::Flex.device();
    let refused = |trunk: &str, more: &str| {
        let target = session(&from_folder(trunk, &from.0, more));
        target.engine(1, &device).err().unwrap_or_else(|| panic!("{trunk} {more} fits")).to_string()
    };
    let wider = refused("from concat(body, island) -> dense(24) -> relu -> dense(8) -> relu", "");
    assert!(wider.contains("`trunk.dense.1.weight` is [7, 16] in the file"), "{wider}");
    assert!(wider.contains("[7, 24] in the model"), "{wider}");
    let deeper = refused("from concat(body, island) -> dense(16) -> relu -> dense(8) -> relu -> dense(8)", "");
    assert!(deeper.contains("`trunk` has 4 weights in the file, and `trunk` has 6 in the model"), "{deeper}");
    let misspelt = refused(TRUNK, ", name: \"trnk\"");
    assert!(misspelt.contains("did you mean `name: \"trunk\"`?"), "{misspelt}");
    let nowhere = session(&from_folder(TRUNK, Path::new("no/such.safetensors"), "")).engine(1, &device).err();
    assert!(nowhere.is_some_and(|why| why.to_string().contains("no/such.safetensors")));
}

#[test]
fn frozen_weights_stay_as_they_are_to_the_bit() {
    let transfer = "transfer {\n trunk.dense.2 { freeze: true }\n island { freeze: true }\n}";
    let (after, notes) = trained(&session(&penguins(TRUNK, transfer, "clip: 1.0")), |_| {});
    for (path, values) in &notes.starts[0] {
        let frozen = path.starts_with("trunk.dense.2.") || path.starts_with("island.");
        assert_eq!(frozen, after[path] == *values, "{path}");
    }
}

/// The first epoch, from 0, in which a weight moves.
fn moves_in(starts: &[std::collections::BTreeMap<String, Vec<u32>>], path: &str) -> Option<usize> {
    (1..starts.len()).find(|epoch| starts[*epoch][path] != starts[0][path]).map(|epoch| epoch - 1)
}

#[test]
fn a_part_thaws_at_its_epoch() {
    let text = penguins(TRUNK, "transfer { trunk { freeze: until(epoch: 2) } }", "").replace("epochs: 3", "epochs: 4");
    let (_, notes) = trained(&session(&text), |_| {});
    assert_eq!(moves_in(&notes.starts[..4], "trunk.dense.1.weight"), Some(2));
    assert_eq!(moves_in(&notes.starts[..4], "species.head.dense.1.weight"), Some(0));
}

#[test]
fn parts_thaw_one_after_another_from_the_output_on() {
    let transfer = "transfer {\n unfreeze: gradual(every: 1)\n trunk.dense.1 { freeze: true }\n \
                    trunk.dense.2 { freeze: true }\n island { freeze: true }\n}";
    let text = penguins(TRUNK, transfer, "").replace("epochs: 3", "epochs: 5");
    let (_, notes) = trained(&session(&text), |_| {});
    let starts = &notes.starts[..5];
    let island = starts[0].keys().find(|path| path.starts_with("island.")).unwrap_or_else(|| panic!("an embedding"));
    assert_eq!(moves_in(starts, "trunk.dense.2.weight"), Some(1));
    assert_eq!(moves_in(starts, "trunk.dense.1.weight"), Some(2));
    assert_eq!(moves_in(starts, island), Some(3));
}

#[test]
fn a_factor_scales_the_step() {
    let step = |transfer: &str| {
        let text = penguins(TRUNK, transfer, "").replace("adamw(lr: 3e-3)", "sgd(lr: 0.1)");
        let session = session(&text);
        let mut engine = engine(&session);
        let before = engine.model.weights.to_host();
        let planned = plan::epoch(&session.pipeline, &session.prepared, 5, 0).all();
        let batch = session.prepared.batch(&planned[0][0].rows);
        let moment = Moment { step: 0, epoch: 0, learning_rate: 0.1 };
        assert!(engine.step(&[batch], &[None], moment).is_ok());
        let after = engine.model.weights.to_host();
        let moved = |(before, after): (&(String, Vec<usize>, Vec<f32>), &(String, Vec<usize>, Vec<f32>))| {
            let by = before.2.iter().zip(&after.2).map(|(before, after)| f64::from(*after) - f64::from(*before));
            (before.0.clone(), by.collect::<Vec<f64>>())
        };
        before.iter().zip(&after).map(moved).collect::<Vec<_>>()
    };
    let (whole, slow) = (step(""), step("transfer { trunk { lr: 0.1x } }"));
    for ((path, whole), (_, slow)) in whole.iter().zip(&slow) {
        let factor = if path.starts_with("trunk.") { 0.1 } else { 1.0 };
        let largest = whole.iter().fold(0.0_f64, |largest, by| largest.max(by.abs()));
        assert!(largest > 0.0, "{path} moves");
        for (whole, slow) in whole.iter().zip(slow) {
            // A weight of about 1 is rounded to 6e-8.
            assert!((slow - factor * whole).abs() < 2e-7, "{path}: {slow} is not {factor} of {whole}");
        }
    }
}

const LORA: &str = "transfer { trunk { adapter: lora(rank: 2, alpha: 4) } }";

#[test]
fn adapters_start_as_nothing_in_every_copy() {
    for strategy in STRATEGIES {
        let trunk = format!("by {strategy} {TRUNK}");
        let plain = session(&penguins(&trunk, "", ""));
        let adapted = session(&penguins(&trunk, LORA, ""));
        let (base, with) = (model(&plain), model(&adapted));
        for task in 0..3 {
            let (base, with) = (outputs(&plain, &base, task), outputs(&adapted, &with, task));
            assert_eq!(base, with, "{strategy}");
        }
        let matrices = base.weights.slots.iter().filter(|slot| slot.origin.path.starts_with("trunk.dense."));
        let matrices = matrices.filter(|slot| slot.path.ends_with(".weight")).count();
        let adapters = with.weights.slots.iter().filter(|slot| slot.path.ends_with(".adapter.down")).count();
        assert!(adapters >= matrices && matrices >= 2, "{strategy}: {adapters} beside {matrices}");
        for (path, values) in bits(&base) {
            assert_eq!(bits(&with)[&path], values, "{strategy}: {path}");
        }
    }
}

#[test]
fn only_adapters_of_an_adapted_part_learn() {
    for strategy in STRATEGIES {
        let trunk = format!("by {strategy} {TRUNK}");
        let session = session(&penguins(&trunk, LORA, ""));
        let (after, notes) = trained(&session, |_| {});
        let adapter = |path: &str| path.contains(".adapter.");
        let slots = model(&session).weights.slots;
        for (path, values) in &notes.starts[0] {
            let written = slots.iter().any(|slot| slot.path == *path && slot.origin.writer == Writer::Spec);
            let stays = path.starts_with("trunk.") && written;
            // A branch that nothing chooses learns nothing.
            if stays || ["hard", "cross_stitch"].contains(&strategy) {
                assert_eq!(stays, after[path] == *values, "{strategy}: {path}");
            }
        }
        assert!(after.keys().any(|path| adapter(path) && after[path] != notes.starts[0][path]), "{strategy}");
    }
}

#[test]
fn a_file_with_adapters_gives_them_too() {
    let text = penguins(TRUNK, LORA, "");
    let adapted = session(&text);
    let mut engine = engine(&adapted);
    let settings = mtlc::train::fit::Settings::silent(5);
    adapted
        .train(&mut engine, &settings, &mut mtlc::train::fit::Silent)
        .unwrap_or_else(|failure| panic!("{failure:?}"));
    let from = Folder::new();
    write(&engine.model, &from.0);
    let again = model(&session(&from_folder(TRUNK, &from.0, ", adapter: lora(rank: 2, alpha: 4)")));
    let (before, after) = (bits(&engine.model), bits(&again));
    assert!(before.iter().filter(|(path, _)| path.starts_with("trunk.")).all(|(path, values)| after[path] == *values));
}

#[test]
fn an_adapter_is_worth_what_the_formula_says() {
    let session = session(&penguins("from body -> dense(4)", LORA, ""));
    let mut model = model(&session);
    let mut weights: checkpoint::Tensors = checkpoint::weight_tensors(&model.weights);
    let mut set = |path: &str, values: &[f32]| {
        let place = weights.get_mut(path).unwrap_or_else(|| panic!("no {path}"));
        assert_eq!(place.1.len(), values.len(), "{path}");
        place.1 = values.to_vec();
    };
    // W is the identity beside a column of zeros, A sums and differs, B spreads.
    set("trunk.dense.1.weight", &[1., 0., 0., 0., 0., 1., 0., 0., 0., 0., 1., 0.]);
    set("trunk.dense.1.bias", &[0.; 4]);
    set("trunk.dense.1.adapter.down", &[1., 1., 1., -1., 1., 0.]);
    set("trunk.dense.1.adapter.up", &[1., 0., 0., 2., 0., 1., 0., 3.]);
    model.weights.load(&weights).unwrap_or_else(|error| panic!("{error}"));
    let batch = session.prepared.batch(&[(0..10).collect()]);
    let trace = model.forward(&batch, Mode::EVALUATE, false);
    let at = |path: &str| {
        let step = model.steps.iter().position(|step| step.path == path).unwrap_or_else(|| panic!("no {path}"));
        trace.values[step].as_ref().map(|value| value.real().to_host()).unwrap_or_default()
    };
    let (x, y) = (at("body"), at("trunk.dense.1.adapted"));
    for (x, y) in x.chunks(3).zip(y.chunks(4)) {
        // alpha / rank is 2; x·A = (x0 + x1 + x2, x0 − x1).
        let (sum, difference) = (2.0 * (x[0] + x[1] + x[2]), 2.0 * (x[0] - x[1]));
        let expected = [x[0] + sum, x[1] + difference, x[2], 2.0 * sum + 3.0 * difference];
        for (y, expected) in y.iter().zip(expected) {
            assert!((y - expected).abs() < 1e-5, "{y} is not {expected}");
        }
    }
}

#[test]
fn a_pytorch_file_gives_the_function_that_pytorch_computes() {
    let folder = Folder::new();
    let rows = ["1,0,0,0,0,0,2,0.5", "-100,0,0,0,0,0,0,0.1", "1,0,0,0,0,0,2,0.3", "0,1,0,0,0,0,0,0.2"];
    let table = format!("a,b,c,d,e,f,g,y\n{}\n", rows.join("\n"));
    std::fs::write(folder.0.join("rows.csv"), table).unwrap_or_else(|error| panic!("{error}"));
    let show = |path: PathBuf| path.display().to_string().replace('\\', "/");
    let text = format!(
        "use std.tasks.{{regression}}
         data rows: csv(\"{}\") {{ columns {{ a .. g: number, y: number }} }}
         input x from rows[a, b, c, d, e, f, g]
         shared trunk from x -> dense(4) -> relu -> dense(3)
         task y: regression from trunk {{ label: rows.y }}
         transfer {{ trunk {{ init: \"{}\", name: \"encoder\" }} }}",
        show(folder.0.join("rows.csv")),
        show(repository("tests/train/files/weights.pt"))
    )
    .replace("a .. g: number", "a: number, b: number, c: number, d: number, e: number, f: number, g: number");
    let session = session(&text);
    let model = model(&session);
    let batch = session.prepared.batch(&[vec![0, 1]]);
    let trace = model.forward(&batch, Mode::EVALUATE, false);
    let step = model.steps.iter().position(|step| step.path == "trunk.dense.2").unwrap_or_else(|| panic!("a layer"));
    let found = trace.values[step].as_ref().map(|value| value.real().to_host()).unwrap_or_default();
    // W1[o][i] = 0.01·(7o + i), b1 = (1, 2, 3, 4): row 1 gives h = (1.12, 2.33, 3.54, 4.75), and row 2, after relu,
    // (1, 0, 0, 0). W2[r][c] = 0.5·(r + 3c), b2 = (−1, −2, −3): y_r = 0.5·(r·Σh + 3·Σc·h_c) − (r + 1).
    let expected = [34.49, 39.36, 44.23, -1.0, -1.5, -2.0];
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-4, "{found} is not {expected}");
    }
}
