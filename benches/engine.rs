//! What a training step costs: balancers relative to the plain sum of losses, and many heads relative to one.
//!
//! `cargo bench --bench engine` prints ratios: the machine's mood is in both sides of each. Name a device to measure on
//! another one: `cargo bench --bench engine --features libtorch -- libtorch`. A second word names the one method to measure, or the
//! trunk: `cnn` for convolutions instead of dense layers.

#[cfg(feature = "run")]
fn main() {
    mtlc::lower::on_pool(run::main);
}

#[cfg(not(feature = "run"))]
fn main() {
    println!("this build cannot train; nothing to measure");
}

#[cfg(feature = "run")]
mod run {
    use std::path::PathBuf;
    use std::time::Instant;

    use mtlc::check::{Options, check};
    use mtlc::data::{Overrides, open_and_split};
    use mtlc::diag::Sink;
    use mtlc::lower::{Backend, Draw};
    use mtlc::source::{DiskLoader, Sources};
    use mtlc::train::engine::Moment;
    use mtlc::train::session::Session;

    /// What the tasks share.
    struct Trunk {
        name: &'static str,
        inputs: usize,
        rows: usize,
        batch: usize,
        layers: &'static str,
    }

    const DENSE: Trunk = Trunk {
        name: "an MLP trunk, 512 wide, 3 layers",
        inputs: 100,
        rows: 2048,
        batch: 256,
        layers: "dense(512) -> relu -> dense(512) -> relu -> dense(512) -> relu",
    };

    const CNN: Trunk = Trunk {
        name: "a trunk of 3 convolutions on 32×32",
        inputs: 3 * 32 * 32,
        rows: 200,
        batch: 64,
        layers: "reshape([3, 32, 32]) -> conv2d(32, kernel: 3) -> relu -> max_pool(2)
                 -> conv2d(64, kernel: 3) -> relu -> max_pool(2) -> conv2d(64, kernel: 3) -> relu -> flatten",
    };

    pub fn main() {
        let mut words = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
        let device = words.next().unwrap_or_else(|| "flex".into());
        let wanted = words.next();
        let trunk = if wanted.as_deref() == Some("cnn") { &CNN } else { &DENSE };
        let wanted = wanted.filter(|word| word != "cnn");
        let backend: Backend = device.parse().unwrap_or_else(|error| panic!("{error}"));
        backend.check().unwrap_or_else(|error| panic!("{error}"));
        println!(
            "on {backend}: {}, batches of {}; times of a step relative to the plain sum\n",
            trunk.name, trunk.batch
        );
        println!("{:<14}{:>16}{:>10}{:>10}{:>10}", "method", "on", "T = 2", "T = 4", "T = 8");
        let tasks = [2, 4, 8];
        let plain: Vec<Bench> = tasks.iter().map(|count| Bench::new(*count, "static", backend, trunk)).collect();
        for (method, on) in [
            ("pcgrad(on: representation)", "representation"),
            ("cagrad(on: representation)", "representation"),
            ("upgrad(on: representation)", "representation"),
            ("mgda_ub", "representation"),
            ("pcgrad(on: parameters)", "parameters"),
            ("cagrad(on: parameters)", "parameters"),
            ("upgrad(on: parameters)", "parameters"),
            ("nash_mtl(on: parameters)", "parameters"),
        ] {
            let name = method.split('(').next().unwrap_or(method);
            if wanted.as_ref().is_some_and(|wanted| wanted != name) {
                continue;
            }
            let cells: Vec<String> = tasks
                .iter()
                .zip(&plain)
                .map(|(count, plain)| format!("{:>10.2}", ratio(&Bench::new(*count, method, backend, trunk), plain)))
                .collect();
            println!("{name:<14}{on:>16}{}", cells.concat());
        }
        if wanted.is_some_and(|wanted| wanted != "heads") {
            return;
        }
        let one = Bench::new(1, "static", backend, trunk);
        let hundred = Bench::new(100, "static", backend, trunk);
        println!("\n100 heads against one: {:.2}", ratio(&hundred, &one));
        println!("a plain step with one head: {:.2} ms", 1e3 * one.seconds(40));
    }

    /// The median of paired measurements.
    fn ratio(left: &Bench, right: &Bench) -> f64 {
        let mut ratios: Vec<f64> = (0..7).map(|_| left.seconds(8) / right.seconds(8)).collect();
        ratios.sort_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    }

    struct Bench {
        session: Session,
        backend: Backend,
        batch: usize,
    }

    impl Bench {
        fn new(tasks: usize, balancer: &str, backend: Backend, trunk: &Trunk) -> Self {
            let folder = data(tasks.max(8), trunk);
            let labels: Vec<String> = (0..tasks.max(8)).map(|task| format!("y{task:03}: number")).collect();
            let heads: Vec<String> = (0..tasks)
                .map(|task| format!("task t{task}: regression from trunk {{ label: d.y{task:03} }}"))
                .collect();
            let text = format!(
                "use std.tasks.{{regression}}
                 data d: csv(\"bench.csv\") {{
                   split {{ train: 80%, valid: 10%, test: 10% }}
                   columns {{
                     x0000 .. x{:04}: number
                     {}
                   }}
                 }}
                 input x from d[x0000 .. x{:04}] -> standardize
                 shared trunk from x -> {}
                 {}
                 weights by {balancer} {{ rest: 1 }}
                 train {{ epochs: 1, batch: {}, optimizer: adam(lr: 1e-3) }}",
                trunk.inputs - 1,
                labels.join("\n"),
                trunk.inputs - 1,
                trunk.layers,
                heads.join("\n"),
                trunk.batch,
            );
            let path = folder.join("bench.mtl");
            let mut sources = Sources::default();
            let mut sink = Sink::default();
            let file = sources.add("bench.mtl", Some(&path), text);
            let checked = check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
            let problems: Vec<String> = sink.finish().into_iter().map(|problem| problem.message).collect();
            let pipeline = checked.into_pipeline().unwrap_or_else(|| panic!("{problems:?}"));
            let (tables, parts) =
                open_and_split(&pipeline, &Overrides::default()).unwrap_or_else(|all| panic!("{all:?}"));
            let session = Session::fitted(pipeline, &tables, parts, &[]).unwrap_or_else(|all| panic!("{all:?}"));
            Self { session, backend, batch: trunk.batch }
        }

        /// Seconds per step, after two to warm up.
        fn seconds(&self, steps: u64) -> f64 {
            let mut engine = self.session.engine(1, &self.backend.device()).unwrap_or_else(|error| panic!("{error}"));
            let batch = self.session.prepared.batch(&[(0..self.batch).collect()]);
            let mut step = |number: u64| {
                let moment = Moment { step: number, epoch: 0, learning_rate: 1e-3 };
                engine.step(std::slice::from_ref(&batch), &[None], moment).unwrap_or_else(|_| panic!("diverged"));
            };
            (0..2).for_each(&mut step);
            let begun = Instant::now();
            (2..2 + steps).for_each(&mut step);
            begun.elapsed().as_secs_f64() / steps as f64
        }
    }

    /// A table of numbers, made once.
    fn data(labels: usize, trunk: &Trunk) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mtlc-bench-{}-{labels}", trunk.inputs));
        let path = folder.join("bench.csv");
        if path.exists() {
            return folder;
        }
        std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{error}"));
        let names: Vec<String> = (0..trunk.inputs)
            .map(|column| format!("x{column:04}"))
            .chain((0..labels).map(|column| format!("y{column:03}")))
            .collect();
        let mut text = names.join(",") + "\n";
        let draw = Draw::new(1, "bench", "data");
        for row in 0..trunk.rows as u64 {
            let cells: Vec<String> =
                (0..names.len() as u64).map(|column| format!("{:.4}", draw.at(row).normal(column))).collect();
            text += &(cells.join(",") + "\n");
        }
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{error}"));
        folder
    }
}
