//! `mtlc predict`: the numbers that evaluation saw, for whatever rows, without labels.

use std::sync::Arc;

use mtlc::answers::Prediction;
use mtlc::lower::Backend;
use mtlc::pipeline::Part;
use mtlc::train::checkpoint;

use super::{SHOP, bytes, mtlc, session, shop, table, text};
use crate::data::Folder;

/// The cells of a table by row and column name.
fn cells(csv: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut lines = csv.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let row = |line: &str| header.iter().zip(line.split(',')).map(|(a, b)| (a.to_string(), b.to_string())).collect();
    lines.map(row).collect()
}

#[test]
fn the_numbers_of_the_evaluation_to_the_last_bit() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "predict r --data shop.csv --out p.csv").must(0, &["120 rows predicted, in p.csv"]);
    let rows = cells(&text(&folder, "p.csv"));
    assert_eq!((rows.len(), rows[7]["id"].as_str()), (120, "r7"));

    let session = session(&folder, SHOP);
    let mut model = session.model(3, &Backend::Flex.device()).expect("a model");
    let (tensors, _) = checkpoint::read(&folder.0.join("r/model.safetensors")).expect("a file");
    assert_eq!(model.weights.load(&tensors), Ok(Vec::new()));
    let mut seen = 0;
    for part in Part::ALL {
        session.answers(&model, part, |answers| {
            for (position, (_, row)) in answers.rows.iter().enumerate() {
                let number = |name: &str| rows[*row][name].parse::<f64>().expect("a number").to_bits();
                let numbers = |width: usize, values: &[f64]| -> Vec<u64> {
                    values[position * width..][..width].iter().map(|value| value.to_bits()).collect()
                };
                let (names, given) = match answers.answers.prediction() {
                    Prediction::Distribution { classes, values } => {
                        (["kind.high", "kind.low", "kind.mid"].as_slice(), numbers(classes, values))
                    }
                    Prediction::Probabilities { width, values } => (["flag.yes"].as_slice(), numbers(width, values)),
                    Prediction::Numbers { width, values } => (["price"].as_slice(), numbers(width, values)),
                    other => panic!("{other:?}"),
                };
                assert_eq!(names.iter().map(|name| number(name)).collect::<Vec<_>>(), given);
                seen += 1;
            }
        });
    }
    assert_eq!(seen, 3 * 120, "every task answers every row");
}

#[test]
fn rows_alone_or_among_others_and_in_both_forms() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "predict r --data shop.csv --out all.csv").must(0, &[]);
    let all = text(&folder, "all.csv");
    // Labels are not needed, nor the order of columns or rows.
    let unlabelled: String = table()
        .lines()
        .take(18)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{},{},{},{}\n", cells[3], cells[2], cells[1], cells[0])
        })
        .collect();
    folder.write("some.csv", unlabelled);
    mtlc(&folder, "predict r --data some.csv --out some-answers.csv").must(0, &["17 rows predicted"]);
    let first: Vec<&str> = all.lines().take(18).collect();
    assert_eq!(text(&folder, "some-answers.csv").lines().collect::<Vec<_>>(), first);
    folder.write("one.csv", table().lines().take(2).collect::<Vec<_>>().join("\n"));
    mtlc(&folder, "predict r --data one.csv --out one.jsonl").must(0, &["1 row predicted, in one.jsonl"]);
    let one: serde_json::Value = serde_json::from_str(&text(&folder, "one.jsonl")).expect("a line of JSON");
    for (name, cell) in &cells(&all)[0] {
        let value = &one[name];
        assert_eq!(value.as_str().map_or(value.to_string(), str::to_string), *cell, "{name}");
    }
    let chances: f64 = ["high", "low", "mid"].iter().filter_map(|class| one[format!("kind.{class}")].as_f64()).sum();
    assert!((chances - 1.0).abs() < 1e-6);
}

#[test]
fn unseen_classes_and_missing_values_are_answered() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    folder.write("odd.csv", "id,a,b,city\nunseen,1,1,Tokyo\nother,1,1,Kyiv\nempty,,,\nplain,1,1,Oslo\n");
    mtlc(&folder, "predict r --data odd.csv --out odd-answers.csv").must(0, &[]);
    let rows = cells(&text(&folder, "odd-answers.csv"));
    assert_eq!(rows.iter().map(|row| row["id"].as_str()).collect::<Vec<_>>(), ["unseen", "other", "empty", "plain"]);
    assert!(rows.iter().all(|row| row["price"].parse::<f64>().is_ok_and(f64::is_finite)));
    // One index for whatever is not known, another one for nothing.
    assert_eq!(rows[0]["price"], rows[1]["price"]);
    assert_ne!(rows[0]["price"], rows[2]["price"]);
    assert_ne!(rows[0]["price"], rows[3]["price"]);

    for (content, words) in [
        ("id,a,city\nx,1,Oslo\n", "has no column `b`"),
        ("id,a,b,city\nx,one,1,Oslo\n", "`one`"),
        ("id,a,b,city\nx,1\n", "line 2"),
        ("id,a,b,city\n", "no rows"),
    ] {
        folder.write("bad.csv", content);
        mtlc(&folder, "predict r --data bad.csv --out bad-answers.csv").must(1, &[words]);
        assert!(!folder.0.join("bad-answers.csv").exists());
    }
}

fn trained(folder: &Folder) {
    mtlc(folder, "run shop.mtl --out r -q").must(0, &[]);
}

#[test]
fn where_answers_go() {
    let folder = shop();
    trained(&folder);
    folder.write("there.csv", "mine");
    mtlc(&folder, "predict r --data shop.csv --out there.csv").must(2, &["`there.csv` exists", "`--force`"]);
    assert_eq!(bytes(&folder, "there.csv"), b"mine");
    mtlc(&folder, "predict r --data shop.csv --out there.csv --force").must(0, &[]);
    mtlc(&folder, "predict r --data shop.csv --out answers.txt")
        .must(2, &["`.csv`, `.tsv` or `.jsonl`", "--out-format csv"]);
    mtlc(&folder, "predict r --data shop.csv --out no/such/folder.csv").must(2, &["cannot write `no/such/folder.csv`"]);
}

#[test]
fn a_model_of_another_spec_is_refused() {
    let folder = shop();
    trained(&folder);
    mtlc(&folder, "run shop.mtl --out seed -q --seed 4").must(0, &[]);
    mtlc(&folder, "run shop.mtl --out wide -q --variant wide").must(0, &[]);
    let own = bytes(&folder, "r/model.safetensors");
    for other in ["seed", "wide"] {
        folder.write("r/model.safetensors", bytes(&folder, &format!("{other}/model.safetensors")));
        for line in ["eval r", "predict r --data shop.csv --out p.csv"] {
            mtlc(&folder, line).must(2, &["`r/model.safetensors` is not the model of this run"]);
        }
    }
    for cut in [0, 5, own.len() / 2, own.len() - 1] {
        folder.write("r/model.safetensors", &own[..cut]);
        mtlc(&folder, "eval r").must(2, &["`r/model.safetensors` is damaged or no safetensors file"]);
    }
    folder.write("r/model.safetensors", &own);
    for (name, content, words) in [
        ("run.json", "{\"version\": 1", "`r/run.json` is damaged"),
        ("run.json", "{}", "`r/run.json` is damaged: it does not say what the run is of"),
        ("run.json", "{\"version\": 9, \"mtlc_version\": \"7.0.0\"}", "`r` was made by mtlc 7.0.0"),
        ("preprocessing.json", "{\"classes\": {", "`r/preprocessing.json` is damaged"),
        ("spec.mtl", "use std.tasks.{binary}", "`r/spec.mtl` is not the spec that was trained"),
        ("report.json", "{\"seed\": ", "`r/report.json` is damaged"),
    ] {
        let before = bytes(&folder, &format!("r/{name}"));
        folder.write(&format!("r/{name}"), content);
        mtlc(&folder, "eval r").must(2, &[words]);
        folder.write(&format!("r/{name}"), before);
    }
    mtlc(&folder, "eval r").must(0, &[]);
    mtlc(&folder, "eval nosuch").must(2, &["there is no run directory `nosuch`"]);
    mtlc(&folder, "eval .").must(2, &["`.` is no run directory: it has no run.json"]);
}

/// Evaluation goes by batches; a row's answer must not depend on who stands beside it.
#[test]
fn answers_do_not_depend_on_the_batch() {
    let folder = shop();
    let spec = SHOP.replace(
        "-> dense(width) -> batch_norm -> relu -> dropout(0.1)",
        "-> dense(130) -> relu -> dense(257) -> layer_norm -> gelu -> dense(33) -> tanh",
    );
    let session = session(&folder, &spec);
    let model = session.model(3, &Backend::Flex.device()).expect("a model");
    let answers = |batches: Vec<Vec<usize>>| -> Vec<u64> {
        let prepared: &Arc<mtlc::data::Prepared> = &session.prepared;
        let plan = batches.into_iter().map(|rows| vec![rows]).collect::<Vec<_>>();
        let mut of_tasks: Vec<Vec<u64>> = vec![Vec::new(); session.pipeline.tasks.len()];
        mtlc::train::evaluate::each(&session.pipeline, &model, prepared, plan, |answers| {
            let (Prediction::Distribution { values, .. }
            | Prediction::Probabilities { values, .. }
            | Prediction::Numbers { values, .. }) = answers.answers.prediction()
            else {
                panic!("no numbers: {answers:?}");
            };
            of_tasks[answers.task].extend(values.iter().map(|value| value.to_bits()));
        });
        of_tasks.concat()
    };
    let rows: Vec<usize> = (0..120).collect();
    let whole = answers(vec![rows.clone()]);
    for size in [1, 2, 3, 7, 16, 50] {
        assert!(answers(rows.chunks(size).map(<[usize]>::to_vec).collect()) == whole, "batches of {size}");
    }
}

#[test]
fn rows_and_answers_in_every_format() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "predict r --data shop.csv --out p.csv").must(0, &[]);
    // The same rows as JSON lines, in a spec's own way and piped in.
    let lines: String = cells(&table())
        .into_iter()
        .map(|row| {
            serde_json::to_string(
                &row.into_iter().filter(|(_, cell)| !cell.is_empty()).collect::<std::collections::BTreeMap<_, _>>(),
            )
            .expect("JSON")
                + "\n"
        })
        .collect();
    folder.write("shop.jsonl", &lines);
    mtlc(&folder, "predict r --data shop.jsonl --format jsonl --out q.csv").must(0, &["120 rows predicted"]);
    assert_eq!(text(&folder, "q.csv"), text(&folder, "p.csv"));
    // As its name ends.
    mtlc(&folder, "predict r --data shop.jsonl --out q.csv --force").must(0, &["120 rows predicted"]);
    assert_eq!(text(&folder, "q.csv"), text(&folder, "p.csv"));
    folder.write("broken.jsonl", "[1\n");
    mtlc(&folder, "predict r --data broken.jsonl --out b.csv").must(1, &["were read as their names end: jsonl"]);
    mtlc(&folder, "predict r --data shop.csv --out p.parquet").must(0, &["120 rows predicted, in p.parquet"]);
    mtlc(&folder, "predict r --data shop.csv --out p.parquet.gz").must(2, &["is not packed again"]);
    let file = std::fs::File::open(folder.0.join("p.parquet")).expect("a file");
    let reader =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).and_then(|file| file.build());
    let batch = reader.expect("Parquet").next().expect("rows").expect("a batch");
    let wanted = cells(&text(&folder, "p.csv"));
    assert_eq!(batch.num_rows(), wanted.len());
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    let ids = batch.column_by_name("id").expect("ids").as_string::<i32>().clone();
    let prices =
        batch.column_by_name("price").expect("prices").as_primitive::<arrow_array::types::Float64Type>().clone();
    for (row, wanted) in wanted.iter().enumerate() {
        assert_eq!(ids.value(row), wanted["id"]);
        assert_eq!(prices.is_valid(row).then(|| prices.value(row)), wanted["price"].parse().ok());
    }
    // What was written can be read: `predict` takes its own answers for rows, as far as they have the columns.
    let said = mtlc(&folder, "predict r --data p.parquet --format parquet --out again.csv");
    said.must(1, &["missing-column", "`p.parquet` has no column"]);
}

#[test]
fn parquet_is_predicted_from_standard_input() {
    use std::io::Write;
    use std::process::Stdio;

    let folder = Folder::new();
    let numbers = |factor: f64| -> arrow_array::ArrayRef {
        Arc::new((0..40).map(|row| f64::from(row) * factor).collect::<arrow_array::Float64Array>())
    };
    let batch = arrow_array::RecordBatch::try_from_iter([("x", numbers(1.0)), ("y", numbers(2.0))]).expect("a batch");
    let mut file = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut file, batch.schema(), None).expect("a writer");
    writer.write(&batch).and_then(|()| writer.close()).expect("it is written");
    folder.write("d.parquet", &file);
    let spec = "use std.tasks.{regression}\ndata d: parquet(\"d.parquet\") { columns { x: number, y: number } }\n\
                input x from d.x -> standardize\ntask y: regression from x { label: d.y }\ntrain { epochs: 1 }\n";
    folder.write("d.mtl", spec);
    mtlc(&folder, "run d.mtl --out r -q").must(0, &[]);
    mtlc(&folder, "predict r --data d.parquet --out file.csv").must(0, &[]);
    let mut command = super::command(&folder.0);
    command.args(["predict", "r", "--data", "-", "--out", "piped.csv"]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("mtlc runs");
    child.stdin.take().expect("a pipe").write_all(&file).expect("it is read");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(bytes(&folder, "file.csv"), bytes(&folder, "piped.csv"));
}
