//! Pictures from files to batches: what a second is worth.
//!
//! `cargo bench --bench pictures -- SPEC` reads the pictures of a spec: once to look at each (which every run does before it begins), then for
//! three epochs in batches of 32, on as many threads as the machine has. From the second epoch on, resized pictures are kept.
//! `benches/pictures/run.py` sets it beside PyTorch.

#[cfg(feature = "data")]
fn main() {
    run::main();
}

#[cfg(not(feature = "data"))]
fn main() {
    println!("this build cannot open data; nothing to measure");
}

#[cfg(feature = "data")]
mod run {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Instant;

    use mtlc::check::{Options, check};
    use mtlc::data::{self, Drawing, Need, Overrides, Prefetch, Prepared};
    use mtlc::diag::Sink;
    use mtlc::source::{DiskLoader, Sources};

    const BATCH: usize = 32;

    pub fn main() {
        let Some(path) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).map(PathBuf::from) else {
            println!("name a spec: cargo bench --bench pictures -- SPEC");
            return;
        };
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut sources = Sources::default();
        let mut sink = Sink::default();
        let file = sources.add(path.display().to_string(), Some(&path), text);
        let checked = check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
        let pipeline = checked.into_pipeline().unwrap_or_else(|| panic!("{:#?}", sink.finish()));
        let start = Instant::now();
        let tables =
            data::open(&pipeline, &Overrides::default(), Need::Everything).unwrap_or_else(|found| panic!("{found:#?}"));
        let looked = start.elapsed().as_secs_f64();
        let rows = tables.sets[0].rows;
        println!("look {rows} {looked:.3}");
        let parts = data::split(&pipeline, &tables, None).unwrap_or_else(|found| panic!("{found:#?}"));
        let train = parts.0[0].train.clone();
        let prepared = Prepared::fit(&pipeline, &tables, parts).unwrap_or_else(|found| panic!("{found:#?}"));
        let prepared = Arc::new(prepared);
        for epoch in 0..3 {
            let plan: Vec<Vec<Vec<usize>>> = train.chunks(BATCH).map(|rows| vec![rows.to_vec()]).collect();
            let start = Instant::now();
            let batches = Prefetch::training(prepared.clone(), plan, 4, Drawing { seed: 0, epoch });
            let pictures: usize = batches.map(|batch| batch.inputs[0].rows()).sum();
            println!("epoch {pictures} {:.3}", start.elapsed().as_secs_f64());
        }
    }
}
