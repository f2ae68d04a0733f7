//! The small pipelines whose inputs or answers are no tables: they train, and their answers are written.

use super::{Said, command, json, text};
use crate::data::Folder;

/// Trains a pipeline for two epochs and answers for its test part: the table of answers, how many rows of test it has, and where all is.
fn answered(name: &str, answers: &str, table: &str) -> (Vec<String>, usize, Folder) {
    let folder = Folder::new();
    let spec = format!("{}/pipelines/{name}.mtl", env!("CARGO_MANIFEST_DIR"));
    let mtlc = |words: &[&str]| Said::of(&command(&folder.0).args(words).output().expect("mtlc runs")).must(0, &[]);
    mtlc(&["run", &spec, "--epochs", "2", "--out", "r", "-q"]);
    mtlc(&["predict", "r", "--part", "test", "--out", answers]);
    let report = json(&folder, "r/report.json");
    let of_task = |task: &serde_json::Value| task["test"]["rows"].as_u64();
    let rows =
        report["tasks"].as_object().and_then(|tasks| tasks.values().filter_map(of_task).max()).expect("rows of test");
    (text(&folder, table).lines().map(str::to_string).collect(), rows as usize, folder)
}

#[test]
fn answers_that_stand_in_a_table() {
    for (name, header, rows) in [
        ("assets", "row,assets,status,status.bad", 661..=670),
        ("handwriting", "file,digit,digit.0,digit.1,digit.2,", 90..=90),
        ("orders", "row,total,enough,enough.yes", 147..=149),
        ("receipts", "row,printed,letters", 28..=30),
        ("spoken", "row,digit,digit.0,", 100..=100),
    ] {
        let (lines, of_test, _folder) = answered(name, "answers.csv", "answers.csv");
        assert!(lines[0].starts_with(header), "{name}: {}", lines[0]);
        assert_eq!(lines.len() - 1, of_test, "{name}");
        assert!(rows.contains(&of_test), "{name}: {of_test}");
    }
}

#[test]
fn answers_for_the_texts_of_two_tables() {
    let (lines, of_posts, folder) = answered("inbox", "answers.csv", "answers.csv");
    assert!(lines[0].starts_with("data,row,polarity,polarity.negative,"), "{}", lines[0]);
    let of = |data: &str| lines[1..].iter().filter(|line| line.starts_with(data)).count();
    assert_eq!((of("posts,"), of("mails,"), of_posts), (1200, 400, 1200));
    // Two epochs are enough to tell more than nothing of each.
    let report = json(&folder, "r/report.json");
    for (task, metric, least) in
        [("polarity", "accuracy", 0.5), ("domain", "accuracy", 0.7), ("spam", "accuracy", 0.8), ("valence", "r2", 0.1)]
    {
        let figure = report["tasks"][task]["test"][metric].as_f64();
        assert!(figure.is_some_and(|figure| figure > least), "{task}: {figure:?}");
    }
}

#[test]
fn answers_that_are_pictures() {
    let (lines, of_test, folder) = answered("shapes", "answers", "answers/predictions.csv");
    assert_eq!(lines.len() - 1, of_test);
    assert!(lines[0].starts_with("id,regions,count,"), "{}", lines[0]);
    for line in &lines[1..] {
        let path = line.split(',').nth(1).expect("the path of a picture");
        let file = std::fs::File::open(folder.0.join("answers").join(path)).expect("a picture");
        let mut decoder = png::Decoder::new(std::io::BufReader::new(file));
        decoder.set_transformations(png::Transformations::IDENTITY);
        let mut reader = decoder.read_info().expect("PNG");
        assert_eq!((reader.info().width, reader.info().height), (24, 24));
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut pixels).expect("pixels");
        assert!(pixels.len() == 24 * 24 && pixels.iter().all(|class| *class < 5), "{path}");
    }
}
