//! Rows from files to batches: what a second is worth.
//!
//! `cargo bench --bench batches -- SPEC [ROWS [STEP]]` opens the data of a spec (which every run does before it begins), splits it, fits the
//! steps, and goes three times through the training part, shuffled, in batches of so many rows, on as many threads as the machine has.
//! A line says what was done, with how many rows, in how many seconds; the last one is the sum of all values of the first input, without their signs, by
//! which `benches/batches/run.py` and `benches/pictures/run.py`, which set this beside other programs, see that both did the same.
//!
//! With a STEP of so many milliseconds, for which all processors compute between two batches as a training step does, a line `waited` says for how many batches
//! of the three epochs a step was held up by more than a tenth of a millisecond, the first of each epoch aside, and for how many seconds of all.

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
    use std::time::{Duration, Instant};

    use mtlc::check::{Options, check};
    use mtlc::data::{self, Batch, Drawing, HostValues, Need, Overrides, Prefetch, Prepared};
    use mtlc::diag::Sink;
    use mtlc::source::{DiskLoader, Sources};

    pub fn main() {
        let mut words = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
        let Some(path) = words.next().map(PathBuf::from) else {
            println!("name a spec: cargo bench --bench batches -- SPEC [ROWS]");
            return;
        };
        let size =
            words.next().map_or(32, |word| word.parse().unwrap_or_else(|_| panic!("`{word}` is no number of rows")));
        let step: Option<f64> =
            words.next().map(|word| word.parse().unwrap_or_else(|_| panic!("`{word}` is no number of milliseconds")));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut sources = Sources::default();
        let mut sink = Sink::default();
        let file = sources.add(path.display().to_string(), Some(&path), text);
        let checked = check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
        let pipeline = checked.into_pipeline().unwrap_or_else(|| panic!("{:#?}", sink.finish()));
        let mut since = Instant::now();
        let mut done = |what: &str, rows: usize| {
            println!("{what} {rows} {:.4}", since.elapsed().as_secs_f64());
            since = Instant::now();
        };
        let tables =
            data::open(&pipeline, &Overrides::default(), Need::Everything).unwrap_or_else(|found| panic!("{found:#?}"));
        let rows = tables.sets[0].rows;
        done("open", rows);
        let parts = data::split(&pipeline, &tables, None).unwrap_or_else(|found| panic!("{found:#?}"));
        let mut train = parts.0[0].train.to_vec();
        let prepared = Prepared::fit(&pipeline, &tables, parts).unwrap_or_else(|found| panic!("{found:#?}"));
        let prepared = Arc::new(prepared);
        done("prepare", rows);
        // Anywhere in the table, as in training.
        train.sort_by_key(|row| (*row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let (mut whole, mut held, mut waited) = (0.0, 0, Duration::ZERO);
        for epoch in 0..3 {
            let plan: Vec<Vec<Vec<usize>>> = train.chunks(size).map(|rows| vec![rows.to_vec()]).collect();
            let batches = Prefetch::training(prepared.clone(), plan, 4, Drawing { seed: 0, epoch });
            let mut rows = 0;
            let mut batches = batches.enumerate();
            loop {
                let asked = Instant::now();
                let Some((number, batch)) = batches.next() else { break };
                // Behind the first there are threads that run ahead.
                if number > 0 && asked.elapsed() > Duration::from_micros(100) {
                    held += 1;
                    waited += asked.elapsed();
                }
                rows += batch.inputs[0].rows();
                whole += if epoch == 0 { sum(&batch) } else { 0.0 };
                step.iter().for_each(|step| compute(Duration::from_secs_f64(step / 1000.0)));
            }
            done("epoch", rows);
        }
        if step.is_some() {
            println!("waited {held} {:.4}", waited.as_secs_f64());
        }
        println!("sum {whole}");
    }

    /// All processors are busy for so long.
    fn compute(time: Duration) {
        let until = Instant::now() + time;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            (0..threads).for_each(|_| {
                scope.spawn(|| {
                    while Instant::now() < until {
                        std::hint::spin_loop()
                    }
                });
            });
        });
    }

    fn sum(batch: &Batch) -> f64 {
        match &batch.inputs[0].values {
            HostValues::F32(values) => values.iter().map(|value| f64::from(value.abs())).sum(),
            HostValues::I64(values) => values.iter().map(|value| *value as f64).sum(),
        }
    }
}
