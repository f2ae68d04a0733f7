//! What others have trained: models as the Hugging Face hub lays them out, against what `transformers` says of the same texts
//! (`scripts/pretrained_reference.py`), and files of vectors.

use std::path::{Path, PathBuf};

use mtlc::data::{Overrides, open_and_split};
use mtlc::lower::Backend;
use mtlc::lower::trace::Mode;
use mtlc::train::session::Session;

use super::{json, mtlc, text};
use crate::data::{Folder, pipeline_in};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/train/pretrained")
}

fn expected() -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(fixtures().join("expected.json")).expect("made by the script")).expect("JSON")
}

/// A copy of a model with the tokenizer that it reads, beside a table of the reference's texts.
fn folder_of(model: &str) -> Folder {
    let (folder, expected) = (Folder::new(), expected());
    let texts: Vec<String> = serde_json::from_value(expected["texts"].clone()).expect("texts");
    let rows =
        texts.iter().enumerate().map(|(row, text)| serde_json::json!({ "t": text, "y": row }).to_string() + "\n");
    folder.write("texts.jsonl", rows.collect::<String>());
    std::fs::create_dir_all(folder.0.join("model")).expect("a folder");
    for name in ["config.json", "model.safetensors"] {
        std::fs::copy(fixtures().join(model).join(name), folder.0.join("model").join(name)).expect("a fixture");
    }
    let tokenizer = expected["models"][model]["tokenizer"].as_str().expect("a name").to_string();
    let tokenizers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/files/tokenizers");
    std::fs::copy(tokenizers.join(tokenizer), folder.0.join("model/tokenizer.json")).expect("a fixture");
    folder
}

/// A spec whose `shared` node is a chain behind the tokens.
fn spec(chain: &str, rest: &str) -> String {
    format!(
        "use std.tasks.{{regression}}

data d: jsonl(\"texts.jsonl\") {{ split {{ train: 50%, valid: 25%, test: 25% }} columns {{ t: text, y: number }} }}

input words from d.t -> tokenizer(\"model/tokenizer.json\", max: 40)

shared read from words -> {chain}

task y: regression from read -> dense(4) -> relu {{ label: d.y }}

train {{ epochs: 2, batch: 4, optimizer: adam(lr: 1e-2), seed: 1 }}
{rest}"
    )
}

fn session(folder: &Folder, text: &str) -> Session {
    let (pipeline, _) = pipeline_in(&folder.0, text);
    let (tables, parts) = open_and_split(&pipeline, &Overrides::default()).unwrap_or_else(|all| panic!("{all:?}"));
    Session::fitted(pipeline, &tables, parts, &[]).unwrap_or_else(|all| panic!("{all:?}"))
}

/// What was said, however its lines were broken.
fn flat(said: &str) -> String {
    said.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn near(what: &str, found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((f64::from(*found) - expected).abs() < 1e-4, "{what}, number {at}: {found} is not {expected}");
    }
}

#[cfg(feature = "text")]
#[test]
fn outputs_are_those_of_transformers() {
    for (kind, model) in [
        ("bert", "bert"),
        ("bert", "bert-masked"),
        ("roberta", "roberta"),
        ("distilbert", "distilbert"),
        ("gpt2", "gpt2"),
        ("llama", "llama"),
    ] {
        let folder = folder_of(model);
        let session = session(&folder, &spec(&format!("{kind}(\"model\", mix: true) -> mean_pool"), ""));
        let engine = session.engine(1, &Backend::Flex.device()).unwrap_or_else(|error| panic!("{error}"));
        let states = &expected()["models"][model]["states"];
        let rows = states.as_array().expect("rows").len();
        // All in one batch, padded to the longest of them.
        let batch = session.prepared.batch(&[(0..rows).collect()]);
        let trace = engine.model.forward(&batch, Mode::EVALUATE, false);
        let mix = format!("read.{kind}.1.layer_mix.1");
        let mix = engine.model.steps.iter().position(|step| step.path == mix).expect("all layers are mixed");
        let last = *engine.model.steps[mix].inputs.last().expect("the last layer");
        let value = |step: usize| trace.values[step].as_ref().expect("it was computed").real();
        let (width, lengths) = (value(mix).width(), value(last).extents().of(1).expect("lengths").clone());
        let numbers = [last, mix].map(|step| value(step).to_host());
        let padded = value(mix).shape()[1] * width;
        for row in 0..rows {
            let wanted: Vec<Vec<f64>> = serde_json::from_value(states[row].clone()).expect("numbers");
            assert_eq!(2 * lengths[row], wanted.len(), "{model}, row {row}");
            // The last layer, and the mean of all: weights of the mix begin equal.
            for ((numbers, wanted), what) in numbers.iter().zip(wanted.chunks(lengths[row])).zip(["last", "mean"]) {
                let own = &numbers[row * padded..][..lengths[row] * width];
                near(&format!("{model}, {what} of row {row}"), own, &wanted.concat());
            }
        }
    }
}

#[cfg(feature = "text")]
#[test]
fn a_run_keeps_what_it_started_from() {
    let folder = folder_of("bert");
    folder.write("deep.mtl", spec("bert(\"model\") -> mean_pool", "transfer { read { freeze: true } }"));
    let said = mtlc(&folder, "run deep.mtl --out r").must(0, &[]);
    assert!(said.err.contains("36 weights start from `model`"), "{said:?}");
    // The whole encoder is computed once for each row.
    let planned = mtlc(&folder, "plan deep.mtl").must(0, &[]);
    assert!(planned.out.contains("computed once for each of 6 rows: read.mean_pool.1, f32[8, 16]"), "{planned:?}");
    let kept = json(&folder, "r/run.json");
    let files: Vec<&String> = kept["files"].as_object().expect("hashes").keys().collect();
    assert_eq!(files, ["model/model.safetensors", "model/tokenizer.json"]);
    mtlc(&folder, "predict r --data texts.jsonl --out a.csv").must(0, &[]);
    let before = text(&folder, "a.csv");
    std::fs::remove_dir_all(folder.0.join("model")).expect("it was there");
    mtlc(&folder, "predict r --data texts.jsonl --out b.csv").must(0, &[]);
    assert_eq!(text(&folder, "b.csv"), before);
}

/// All of it, adapters beside it, or some layers slower than others.
#[cfg(feature = "text")]
#[test]
fn an_encoder_is_trained_as_transfer_says() {
    let folder = folder_of("gpt2");
    let weights = |name: &str, transfer: &str| {
        let chain = "gpt2(\"model\", dropout: 0.1) -> last_pool";
        folder.write(&format!("{name}.mtl"), spec(chain, transfer));
        mtlc(&folder, &format!("run {name}.mtl --out {name} -q")).must(0, &[]);
        let bytes = std::fs::read(folder.0.join(name).join("model.safetensors")).expect("a model");
        let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
        let all = tensors.iter().map(|(name, tensor)| (name.to_string(), tensor.data().to_vec()));
        all.collect::<std::collections::BTreeMap<_, _>>()
    };
    let start = weights("frozen", "transfer { read { freeze: true } }");
    let tuned = weights("tuned", "transfer { read { lr: 0.1x } read.gpt2.1.layer.1 { freeze: true } }");
    let adapted = weights("adapted", "transfer { read { adapter: lora(rank: 2, alpha: 4) } }");
    let of = |part: &str, name: &str| name.starts_with(&format!("read.gpt2.1.{part}"));
    for (name, value) in &start {
        let changed = tuned[name] != *value;
        let learns = of("layer.2", name) || of("positions", name) || of("tokens", name) || of("layer_norm", name);
        assert_eq!(changed, learns || name.starts_with("y."), "{name}");
        assert!(!name.starts_with("read.") || adapted[name] == *value, "{name} is adapted, and stays");
    }
    assert!(adapted.contains_key("read.gpt2.1.layer.1.query.dense.1.adapter.down"), "{:?}", adapted.keys());
}

#[cfg(feature = "text")]
#[test]
fn what_does_not_fit_is_said_at_its_place() {
    let config = |change: fn(&mut serde_json::Value)| {
        move |folder: &Folder| {
            let path = folder.0.join("model/config.json");
            let mut config: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
            change(&mut config);
            std::fs::write(path, config.to_string()).expect("written");
        }
    };
    let rename = |from: &'static str, to: &'static str| {
        move |folder: &Folder| std::fs::rename(folder.0.join(from), folder.0.join(to)).expect("it was there")
    };
    let other_tokenizer = |folder: &Folder| {
        let bpe = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/files/tokenizers/bpe.json");
        std::fs::copy(bpe, folder.0.join("model/tokenizer.json")).expect("a fixture");
    };
    let nothing = |_: &Folder| {};
    let bert = "bert(\"model\") -> mean_pool";
    type Change<'a> = &'a dyn Fn(&Folder);
    let cases: [(Change<'_>, &str, &str, &[&str]); 12] = [
        (
            &nothing,
            "roberta(\"model\") -> mean_pool",
            "check",
            &["is of a model of type `bert`", "write `bert(\"model\")`"],
        ),
        (
            &config(|config| config["model_type"] = "mamba".into()),
            bert,
            "check",
            &["is of a model of type `mamba`", "models that can be read are those of bert, distilbert"],
        ),
        (
            &nothing,
            "bert(\"nowhere\") -> mean_pool",
            "check",
            &["cannot read `nowhere/config.json`: there is no such file"],
        ),
        (
            &config(|config| config["position_embedding_type"] = "relative_key".into()),
            bert,
            "check",
            &["`position_embedding_type` is `\"relative_key\"`, and only `\"absolute\"`"],
        ),
        (
            &config(|config| config["num_attention_heads"] = 5.into()),
            bert,
            "check",
            &["5 heads, which cannot share 16 features"],
        ),
        (&config(|config| config["hidden_size"] = "16".into()), bert, "check", &["which is no size"]),
        (
            &config(|config| config["max_position_embeddings"] = 20.into()),
            bert,
            "check",
            &["texts may have 40 tokens, and `bert` has positions for 20", "max: 20"],
        ),
        (
            &config(|config| config["num_hidden_layers"] = 3.into()),
            bert,
            "check --data",
            &["`model` lacks the tensor `encoder.layer.2.attention.self.query.weight`", "bert(\"model\")"],
        ),
        (
            &config(|config| config["intermediate_size"] = 25.into()),
            bert,
            "check --data",
            &["is [24, 16], and by its `config.json` it should be [25, 16]"],
        ),
        (&other_tokenizer, bert, "check --data", &["the tokenizer has 400 tokens, and `model` has vectors for 204"]),
        (
            &rename("model/model.safetensors", "model/pytorch_model.bin"),
            bert,
            "check --data",
            &["`model` has no `model.safetensors`, but `pytorch_model.bin`, a pickle"],
        ),
        (
            &|folder: &Folder| _ = folder.write("model/model.safetensors", "no tensors"),
            bert,
            "check --data",
            &["cannot read `model/model.safetensors`: it is damaged or no safetensors file"],
        ),
    ];
    for (change, chain, command, wanted) in cases {
        let folder = folder_of("bert");
        change(&folder);
        folder.write("deep.mtl", spec(chain, ""));
        let said = mtlc(&folder, &format!("{command} deep.mtl")).must(1, &[]);
        let flat = flat(&said.out);
        for wanted in wanted {
            assert!(flat.contains(wanted), "{wanted}\n{}", said.out);
        }
    }
    // Other tokens than those of a tokenizer that was given have no rows in its table.
    let folder = folder_of("bert");
    folder.write("deep.mtl", spec(bert, "").replace("tokenizer(\"model/tokenizer.json\", max: 40)", "words(max: 40)"));
    let said = mtlc(&folder, "check deep.mtl").must(1, &[]);
    assert!(
        flat(&said.out).contains("`bert` knows the tokens of its own tokenizer, and `words` makes others"),
        "{said:?}"
    );
}

const GLOVE: &str = "the 1 0 0\nold 0 1 0\nclock 0 0 1\nred 0.5 0.5 0\nunseen 9 9 9\n";

fn with_vectors(vectors: &str) -> String {
    spec("mean_pool", "").replace(
        "tokenizer(\"model/tokenizer.json\", max: 40)",
        &format!("lowercase -> words(min_count: 1) -> embed({vectors})"),
    )
}

#[test]
fn words_start_from_vectors_of_a_file() {
    let folder = folder_of("bert");
    folder.write("glove.txt", GLOVE);
    folder.write("v.mtl", with_vectors("3, vectors: \"glove.txt\"") + "transfer { words.embed.1 { freeze: true } }");
    let said = mtlc(&folder, "check --data v.mtl").must(0, &[]);
    let line = said.out.lines().find(|line| line.starts_with("words.embed.1.weight")).expect("what was found is said");
    assert!(line.contains("have a vector among the 5 of `glove.txt`; not `"), "{line}");
    let said = mtlc(&folder, "run v.mtl --out r").must(0, &[]);
    assert!(said.err.contains(line), "{said:?}");
    // What was found, and the mean of it for what was not; frozen, so that it is there in the end.
    let learnt: Vec<String> =
        serde_json::from_value(json(&folder, "r/preprocessing.json")["inputs"]["words"][1]["state"].clone())
            .expect("words");
    let bytes = std::fs::read(folder.0.join("r/model.safetensors")).expect("a model");
    let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
    let table = tensors.tensor("words.embed.1.weight").expect("the table");
    let numbers: Vec<f32> =
        table.data().chunks(4).map(|four| f32::from_le_bytes(four.try_into().expect("four"))).collect();
    let known = |word: &str| GLOVE.lines().find_map(|line| line.strip_prefix(&format!("{word} ")));
    let vectors: Vec<Vec<f32>> = learnt
        .iter()
        .filter_map(|word| known(word))
        .map(|line| line.split(' ').map(|number| number.parse().expect("a number")).collect())
        .collect();
    let mean: Vec<f32> =
        (0..3).map(|at| vectors.iter().map(|one| one[at]).sum::<f32>() / vectors.len() as f32).collect();
    let mut found = vectors.iter();
    for (word, vector) in learnt.iter().zip(numbers.chunks(3).skip(2)) {
        let wanted = if known(word).is_some() { found.next().expect("one for each") } else { &mean };
        assert!(vector.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 1e-6), "{word}: {vector:?}");
    }
    // It is a part of what the run is of, and not needed any more.
    assert_eq!(json(&folder, "r/run.json")["files"].as_object().expect("hashes").len(), 1);
    std::fs::remove_file(folder.0.join("glove.txt")).expect("it was there");
    mtlc(&folder, "predict r --data texts.jsonl --out a.csv").must(0, &[]);
    for (content, vectors, wanted) in [
        ("the 1 2\nold 1\n", "2, vectors: \"glove.txt\"", "line 2 has a word and 1 numbers, and should have 2"),
        (GLOVE, "4, vectors: \"glove.txt\"", "the vector in line 1 has 3 numbers, and `embed` has 4"),
        ("zzz 1 2\n", "2, vectors: \"glove.txt\"", "(0.0%) have a vector among the 1 of `glove.txt`"),
        (GLOVE, "3, vectors: \"other.txt\"", "cannot read `other.txt`"),
        (GLOVE, "3, vectors: \"glove.txt\", tensor: \"a\"", "`tensor` names one of a safetensors file"),
    ] {
        folder.write("glove.txt", content);
        folder.write("v.mtl", with_vectors(vectors));
        let said = mtlc(&folder, "check --data v.mtl").must(1, &[]);
        assert!(flat(&said.out).contains(wanted), "{wanted}\n{}", said.out);
    }
}

/// The table of a model read as vectors, each by the number of its token; the unknown token has its own.
#[cfg(feature = "text")]
#[test]
fn tokens_start_from_a_tensor() {
    let folder = folder_of("bert");
    let table = "vectors: \"model/model.safetensors\", tensor: \"embeddings.word_embeddings.weight\"";
    let with = |vectors: &str| spec("mean_pool", "").replace("max: 40)", &format!("max: 40) -> embed({vectors})"));
    let session = session(&folder, &with(&format!("16, {table}")));
    assert_eq!(
        session.starts.said(),
        ["words.embed.1.weight: all 204 tokens have a vector in `model/model.safetensors`"]
    );
    let engine = session.engine(1, &Backend::Flex.device()).unwrap_or_else(|error| panic!("{error}"));
    let batch = session.prepared.batch(&[vec![3]]);
    let trace = engine.model.forward(&batch, Mode::EVALUATE, false);
    let step = engine.model.steps.iter().position(|step| step.path == "words.embed.1").expect("the layer");
    let found = trace.values[step].as_ref().expect("it was computed").real().to_host();
    let bytes = std::fs::read(folder.0.join("model/model.safetensors")).expect("a model");
    let tensors = safetensors::SafeTensors::deserialize(&bytes).expect("safetensors");
    let tensor = tensors.tensor("embeddings.word_embeddings.weight").expect("the table");
    // `xylophone 中文 ☃`, of which the tokenizer knows nothing but its marks.
    let rows = [2usize, 1, 1, 1, 1, 3].map(|row| &tensor.data()[row * 64..][..64]);
    let wanted: Vec<f64> =
        rows.concat().chunks(4).map(|four| f64::from(f32::from_le_bytes(four.try_into().expect("four")))).collect();
    near("the table", &found, &wanted);
    for (vectors, wanted) in [
        ("16, vectors: \"model/model.safetensors\"".to_string(), "tables, and one is wanted"),
        (format!("12, {table}"), "the vectors of `model/model.safetensors` have 16 numbers, and `embed` has 12"),
        ("16, vectors: \"model/model.safetensors\", tensor: \"wte\"".to_string(), "has no table `wte`; it has"),
    ] {
        folder.write("v.mtl", with(&vectors));
        let said = mtlc(&folder, "check --data v.mtl").must(1, &[]);
        assert!(flat(&said.out).contains(wanted), "{wanted}\n{}", said.out);
    }
}

/// Who goes on with a run that was begun with another tokenizer is told so.
#[cfg(feature = "text")]
#[test]
fn the_file_of_a_tokenizer_is_a_part_of_a_run() {
    let folder = folder_of("bert");
    folder.write("t.mtl", spec("embed(4) -> mean_pool", ""));
    mtlc(&folder, "run t.mtl --out r -q").must(0, &[]);
    let identity = json(&folder, "r/run.json")["identity"].clone();
    mtlc(&folder, "run t.mtl --out again -q").must(0, &[]);
    assert_eq!(json(&folder, "again/run.json")["identity"], identity);
    // The same tokens, and yet another file.
    let tokenizer = text(&folder, "model/tokenizer.json");
    folder.write("model/tokenizer.json", tokenizer + "\n");
    mtlc(&folder, "run t.mtl --out other -q").must(0, &[]);
    assert_ne!(json(&folder, "other/run.json")["identity"], identity);
    let said = mtlc(&folder, "run --resume r --epochs 3").must(2, &[]);
    assert!(said.err.contains("`model/tokenizer.json` is not what it was"), "{said:?}");
}
