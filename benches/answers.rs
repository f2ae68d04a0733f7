//! Answering beside computing: what it costs to make answers of a model's outputs, set beside the forward pass that gives these.
//!
//! `cargo bench --bench answers -- RUN…` opens finished runs, where their data lie, and asks each about the rows of its test part, in batches as `mtlc eval` makes them. A line per task says
//! what decoding takes of a batch, in milliseconds and as a share of the forward pass, what losses and metrics take beside it, and the last line of a run what decoding takes of all tasks.
//! Times are medians over rounds in which everything is done once, so that the mood of the machine is in both sides of a share.

#[cfg(feature = "run")]
fn main() {
    mtlc::lower::on_pool(run::main);
}

#[cfg(not(feature = "run"))]
fn main() {
    println!("this build asks no model; nothing to measure");
}

#[cfg(feature = "run")]
mod run {
    use std::path::Path;
    use std::time::Duration;

    use mtlc::data::{Batch, BatchPlan, Need, Overrides};
    use mtlc::lower::Backend;
    use mtlc::pipeline::Part;
    use mtlc::project::kept::Kept;
    use mtlc::train::answering::{OfTask, measured};
    use mtlc::train::plan;

    /// Batches that are asked about in turn.
    const BATCHES: usize = 8;

    pub fn main() {
        let folders: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
        if folders.is_empty() {
            println!("name a run: cargo bench --bench answers -- RUN");
        }
        folders.iter().for_each(|folder| of_run(Path::new(folder)));
    }

    fn of_run(folder: &Path) {
        let kept = Kept::open(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let (tables, parts) =
            kept.tables(&Overrides::default(), Need::Everything).unwrap_or_else(|all| panic!("{all:#?}"));
        let session = kept.session(&tables, parts, Need::Everything).unwrap_or_else(|all| panic!("{all:#?}"));
        let model = kept.model(&session, Backend::Flex).unwrap_or_else(|error| panic!("{error}"));
        let (pipeline, prepared) = (&session.pipeline, &session.prepared);
        let batches: Vec<Batch> = (0..pipeline.data.len())
            .filter(|data| plan::is_used(pipeline, *data))
            .flat_map(|data| {
                let rows = prepared.parts().0[data].of(Part::Test).clone();
                let plan = plan::of_rows(pipeline, prepared, data, rows);
                (0..plan.batches().min(BATCHES)).map(move |number| prepared.batch(&plan.rows(number)))
            })
            .collect();
        assert!(!batches.is_empty(), "{}: the run has no rows of the test part", folder.display());
        let found = measured(pipeline, &model.folded(), prepared, &batches.iter().collect::<Vec<_>>());
        let share = |time: Duration| 100.0 * time.as_secs_f64() / found.inference.as_secs_f64();
        let ms = |time: Duration| 1e3 * time.as_secs_f64();
        let rows = batches[0].rows.iter().map(Vec::len).sum::<usize>();
        println!("{}: forward {:.2} ms of {rows} rows", folder.display(), ms(found.inference));
        for OfTask { task, decoding, losses, judging } in &found.tasks {
            println!(
                "  {:<12} decoding {:>7.3} ms {:>5.1}%   losses {:>7.3} ms   metrics {:>7.3} ms",
                pipeline.tasks[*task].name,
                ms(*decoding),
                share(*decoding),
                ms(*losses),
                ms(*judging),
            );
        }
        println!("  {:<12} decoding {:>7.3} ms {:>5.1}%", "all", ms(found.decoding()), share(found.decoding()));
    }
}
