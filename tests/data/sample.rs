//! Which rows a task learns from: conditions, weights of rows, resampled classes.

use mtlc::data::{self, Need, Overrides, Prepared};
use mtlc::diag::Diagnostic;
use mtlc::pipeline::{ColumnRef, Pipeline, Resample};

use super::{Folder, pipeline_in};

const SPEC: &str = "use std.tasks.{classification}\n\
    data d: csv(\"d.csv\") { split { train: 100% }\n columns { x: number, y: category, w: number, k: category, at: time } }\n\
    input x from d.x -> standardize\n\
    task y: classification from x { label: d.y, class_weights: [1, 4] }\n";

const TABLE: &str = "x,y,w,k,at\n1,a,1,yes,2024-01-01\n2,b,0.5,yes,2024-02-01\n3,a,2,no,2024-03-01\n4,,3,,2024-04-01\n5,a,1,,2024-05-01\n";

fn prepare(change: impl FnOnce(&mut Pipeline)) -> Result<Prepared, Vec<Diagnostic>> {
    let folder = Folder::new();
    folder.write("d.csv", TABLE);
    let (mut pipeline, _) = pipeline_in(&folder.0, SPEC);
    change(&mut pipeline);
    let tables = data::open(&pipeline, &Overrides::default(), Need::Everything)?;
    let parts = data::split(&pipeline, &tables, None)?;
    Prepared::fit(&pipeline, &tables, parts)
}

fn column(column: usize) -> ColumnRef {
    ColumnRef { data: 0, column }
}

/// Which rows take part under a `where`.
fn present(condition: &str) -> Vec<bool> {
    let folder = Folder::new();
    folder.write("d.csv", TABLE);
    let spec = format!(
        "use std.tasks.{{regression}}\n\
         data d: csv(\"d.csv\") {{ split {{ train: 100% }}\n columns {{ x: number, w: number, k: category, at: time }} }}\n\
         input w from d.w -> standardize\n\
         task x: regression from w {{ label: d.x, where: {condition} }}\n"
    );
    let prepared = super::try_open(&folder, &spec).expect("prepares").prepared;
    prepared.batch(&[vec![0, 1, 2, 3, 4]]).targets[0].present.clone()
}

#[test]
fn conditions_choose_rows() {
    assert_eq!(present("d.k == \"yes\""), [true, true, false, false, false]);
    assert_eq!(present("d.k != \"unheard\""), [true, true, true, false, false], "a missing cell meets nothing");
    assert_eq!(present("d.w <= 1.0"), [true, true, false, false, true]);
    assert_eq!(present("d.at < \"2024-03-01\""), [true, true, false, false, false]);
    assert_eq!(present("[d.w <= 1, d.at > \"2024-01-15\"]"), [false, true, false, false, true]);
    assert_eq!(present("d.k is missing and d.x > 2"), [false, false, false, true, true]);
    assert_eq!(
        present("d.k == \"yes\" or d.x == 5"),
        [true, true, false, false, true],
        "a missing side need not be known"
    );
    assert_eq!(present("not (d.k == \"yes\")"), [false, false, true, false, false], "not missing is missing");
    assert_eq!(present("d.k in [\"no\", \"yes\"] and month(d.at) != 2"), [true, false, true, false, false]);
}

#[test]
fn weights_of_rows_and_classes_multiply() {
    let prepared = prepare(|pipeline| pipeline.tasks[0].weight = Some(column(2))).expect("prepares");
    let targets = prepared.batch(&[vec![0, 1, 2, 3, 4]]).targets.remove(0);
    assert_eq!(targets.row_weights, [1.0, 2.0, 2.0, 1.0, 1.0]);
    assert_eq!(targets.present, [true, true, true, false, true]);
    let problems = prepare(|pipeline| pipeline.tasks[0].weight = Some(column(0))).map(|_| ()).and_then(|()| {
        let folder = Folder::new();
        folder.write("d.csv", TABLE.replace("3,a,2", "3,a,-2"));
        let (mut pipeline, _) = pipeline_in(&folder.0, SPEC);
        pipeline.tasks[0].weight = Some(column(2));
        let tables = data::open(&pipeline, &Overrides::default(), Need::Everything)?;
        let parts = data::split(&pipeline, &tables, None)?;
        Prepared::fit(&pipeline, &tables, parts).map(|_| ())
    });
    let problems = problems.expect_err("a negative weight");
    assert!(
        problems[0].message.contains("is -2 where a number of at least 0") && problems[0].message.contains("line 4"),
        "{problems:#?}"
    );
}

#[test]
fn classes_are_drawn_as_asked() {
    assert_eq!(prepare(|_| {}).expect("prepares").draws(0), None);
    let prepared = prepare(|pipeline| pipeline.tasks[0].resample = Resample::Balanced).expect("prepares");
    let draws = prepared.draws(0).expect("is resampled");
    for (draw, wanted) in draws.iter().zip([1.0 / 6.0, 0.5, 1.0 / 6.0, 0.0, 1.0 / 6.0]) {
        assert!((draw - wanted).abs() < 1e-12, "{draws:?}");
    }
    let prepared =
        prepare(|pipeline| pipeline.tasks[0].resample = Resample::Given(vec![0.25, 0.75])).expect("prepares");
    assert!((prepared.draws(0).expect("is resampled")[1] - 0.75).abs() < 1e-12);
}
