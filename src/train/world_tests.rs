//! Processes that share every batch take the steps of one, and answer what it answers.

use std::sync::{Arc, Barrier, Mutex};

use burn::tensor::Device;

use super::engine::Moment;
use super::evaluate;
use super::fit::{Settings, Silent};
use super::plan;
use super::session::Session;
use super::tests::{penguins, session_of};
use crate::data::{Drawing, Portion};
use crate::lower::value::to_host;
use crate::lower::world::{Alone, World};
use crate::pipeline::Part;
use crate::score::judge::{Judge, Keep};

/// Processes that are threads.
#[derive(Clone, Debug)]
struct Threads {
    rank: usize,
    said: Arc<Mutex<Vec<Vec<u8>>>>,
    barrier: Arc<Barrier>,
}

impl World for Threads {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.said.lock().unwrap().len()
    }

    fn sum(&self, values: &mut [f64]) {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let all = self.gather(&bytes);
        assert!(all.iter().all(|one| one.len() == bytes.len()), "all processes add up the same");
        let number =
            |bytes: &[u8], place: usize| f64::from_le_bytes(bytes[8 * place..8 * place + 8].try_into().unwrap());
        for (place, value) in values.iter_mut().enumerate() {
            *value = all.iter().map(|one| number(one, place)).sum();
        }
    }

    fn gather(&self, bytes: &[u8]) -> Vec<Vec<u8>> {
        self.said.lock().unwrap()[self.rank] = bytes.to_vec();
        self.barrier.wait();
        let all = self.said.lock().unwrap().clone();
        self.barrier.wait();
        all
    }
}

/// What each of some processes comes to.
pub fn together<R: Send>(size: usize, work: impl Fn(Arc<dyn World>) -> R + Sync) -> Vec<R> {
    let (said, barrier) = (Arc::new(Mutex::new(vec![Vec::new(); size])), Arc::new(Barrier::new(size)));
    std::thread::scope(|scope| {
        let start = |rank| {
            let world = Arc::new(Threads { rank, said: said.clone(), barrier: barrier.clone() });
            let work = &work;
            scope.spawn(move || work(world))
        };
        let threads: Vec<_> = (0..size).map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The weights, the states and the losses after some steps.
fn steps(session: &Session, world: Arc<dyn World>, count: usize) -> (Vec<f32>, Vec<f32>, Vec<Option<f64>>) {
    let mut engine = session.engine(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
    engine.join(world.clone());
    let updates = plan::epoch(&session.pipeline, &session.prepared, 1, 0).all();
    let mut losses = Vec::new();
    for (step, update) in updates.iter().take(count).enumerate() {
        let batch = |planned: &plan::Planned| {
            session.prepared.batch_of(&planned.rows, world.portion(), Some(Drawing { seed: 1, epoch: 0 }))
        };
        let batches: Vec<_> = update.iter().map(batch).collect();
        let only: Vec<_> = update.iter().map(|planned| planned.only).collect();
        let moment =
            Moment { step: step as u64, epoch: 0, learning_rate: session.pipeline.train.optimizer.learning_rate() };
        losses = engine.step(&batches, &only, moment).unwrap_or_else(|_| panic!("diverged")).losses;
    }
    let states = engine.model.weights.states.iter().flat_map(|state| state.to_host()).collect();
    (to_host(engine.model.weights.trained.clone()), states, losses)
}

/// Whether so many processes take the steps of one, but for rounding.
fn agree(text: &str, size: usize, about: &str) {
    let session = session_of(text);
    let (alone, states, losses) = steps(&session, Arc::new(Alone), 5);
    let all = together(size, |world| steps(&session, world, 5));
    assert!(all.iter().all(|one| *one == all[0]), "{about}: the processes agree to the bit");
    let furthest =
        |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
    let (weights, of_states) = (furthest(&alone, &all[0].0), furthest(&states, &all[0].1));
    assert!(weights < 1e-4, "{about}: the weights differ by {weights}");
    assert!(of_states < 1e-4, "{about}: what has been seen differs by {of_states}");
    for (one, other) in losses.iter().zip(&all[0].2) {
        let (one, other) = (one.unwrap_or(0.0), other.unwrap_or(0.0));
        assert!((one - other).abs() < 1e-3 * one.abs().max(1.0), "{about}: {one} and {other}");
    }
}

#[test]
fn two_processes_take_the_steps_of_one() {
    for weights in [
        "by static",
        "by dwa",
        "by famo",
        "by upgrad(on: parameters)",
        "by upgrad",
        "by pcgrad(on: parameters)",
        "by pcgrad",
        "by graddrop",
        "by db_mtl",
        "by modo",
        "by sdmgrad",
    ] {
        let trunk = "shared trunk from concat(body, island) -> dense(16) -> relu";
        agree(&penguins(trunk, weights), 2, weights);
    }
}

#[test]
fn what_is_drawn_and_what_is_normalised_over_a_batch_is_that_of_all_rows() {
    let trunk =
        "shared trunk from concat(body, island) -> dense(16) -> batch_norm -> relu -> dropout(0.3) -> dense(8) -> relu";
    // Under Adam a weight goes by the sign of its gradient, and that of a bias before a batch norm is rounding.
    let penguins = |trunk: &str, weights: &str| penguins(trunk, weights).replace("adam(lr: 3e-3)", "sgd(lr: 0.1)");
    for weights in ["by static", "by upgrad(on: parameters)", "by graddrop"] {
        agree(&penguins(trunk, weights), 3, weights);
    }
    // Computed again on the way back.
    let again = penguins(trunk, "by static").replace("seed: 1", "seed: 1, checkpointing: true");
    agree(&again, 2, "with checkpointing");
    // Of three rows some process has none.
    for weights in ["by static", "by upgrad", "by graddrop"] {
        let few = penguins(trunk, weights).replace("batch: 16", "batch: 3");
        agree(&few, 4, &format!("{weights}, batches of three rows"));
    }
}

#[test]
fn processes_answer_what_one_answers_to_the_last_bit() {
    let text = penguins("shared trunk from concat(body, island) -> dense(16) -> relu", "by static")
        .replace("seed: 1 }", "seed: 1 }\nevaluate { batch: 7 }");
    let session = session_of(&text);
    let figures = |world: Arc<dyn World>| {
        let mut model = session.model(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
        model.world = world;
        let judge = Judge::new(&session.pipeline, &session.prepared);
        let judged = session.judged(&judge, &model, Part::Train, Keep::All);
        format!("{:?}", judged.iter().map(|one| (&one.figures, &one.kept)).collect::<Vec<_>>())
    };
    let alone = figures(Arc::new(Alone));
    assert!(alone.contains("rows"), "{alone}");
    assert!(together(3, figures).iter().all(|one| *one == alone));
    // And each of them is told of every row once, in the order of one process.
    let rows = |world: Arc<dyn World>| {
        let mut model = session.model(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
        model.world = world;
        let plan = plan::evaluation(&session.pipeline, &session.prepared, Part::Test);
        let mut all = Vec::new();
        evaluate::each(&session.pipeline, &model, &session.prepared, plan, |answers| all.extend(answers.rows));
        all
    };
    let alone = rows(Arc::new(Alone));
    assert!(together(2, rows).iter().all(|one| *one == alone && !one.is_empty()));
}

#[test]
fn a_training_of_several_processes_is_that_of_one() {
    let trunk = "shared trunk from concat(body, island) -> dense(16) -> relu -> dropout(0.1)";
    let session = session_of(&penguins(trunk, "by static"));
    let train = |world: Arc<dyn World>| {
        let mut engine = session.engine(1, &Device::flex()).unwrap_or_else(|error| panic!("{error}"));
        let settings = Settings { world, measure_conflicts: true, ..Settings::silent(1) };
        let trained = session.train(&mut engine, &settings, &mut Silent).unwrap_or_else(|error| panic!("{error:?}"));
        (to_host(engine.model.weights.trained.clone()), trained.best.epoch, trained.examples)
    };
    let alone = train(Arc::new(Alone));
    let all = together(3, train);
    assert!(all.iter().all(|one| *one == all[0]), "the processes agree to the bit");
    assert_eq!((alone.1, alone.2), (all[0].1, all[0].2), "the kept epoch, and the rows trained on");
    let furthest = alone.0.iter().zip(&all[0].0).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
    assert!(furthest < 1e-3, "the weights differ by {furthest}");
}

/// Two texts of unlike lengths, in a trunk that reads them.
fn orders(trunk: &str, tasks: &str, weights: &str) -> String {
    format!(
        "use std.tasks.{{binary, regression, retrieval}}
         data orders: csv(\"data/orders.csv\") {{
           split {{ train: 70%, valid: 10%, test: 20% }}
           columns {{ order: text, offer: text, total: number, enough: category = total <= 20 }}
         }}
         input order from orders.order -> characters(max: 64) -> embed(6)
         shared trunk from {trunk}
         task total: regression from trunk {{ label: orders.total }}
         {tasks}
         weights {weights}
         train {{ epochs: 1, batch: 7, optimizer: sgd(lr: 0.05), seed: 1 }}"
    )
}

#[test]
fn what_each_place_draws_is_what_it_draws_in_one_process() {
    let enough = "task enough: binary(positive: \"yes\") from trunk { label: orders.enough }";
    let drawn = "each(time) { dense(8) -> batch_norm -> relu -> dropout(0.4) -> drop_path(0.2) }";
    let weights = "by static { total: 0.6, enough: 0.4 }";
    let trunk = format!("order -> {drawn} -> mean_pool -> dense(8) -> relu");
    for size in [2, 3] {
        agree(&orders(&trunk, enough, weights), size, "dropout in `each`");
    }
    // Of seven rows some process has one, and with checkpoints a chain is computed twice.
    let again = orders(&trunk, enough, weights).replace("seed: 1 }", "seed: 1, checkpointing: true }");
    agree(&again, 5, "dropout in `each`, with checkpointing");
    // Places that tasks share are seen one by one, in the order of one process.
    let shown = format!("order -> {drawn}");
    let tasks = "task enough: binary(positive: \"yes\") from trunk -> each(time) { dense(4) -> relu } -> mean_pool { label: orders.enough }";
    let text = orders(&shown, tasks, &weights.replace("static", "graddrop"));
    let text =
        text.replace("regression from trunk", "regression from trunk -> each(time) { dense(4) -> relu } -> mean_pool");
    agree(&text, 3, "graddrop of places");
}

#[test]
fn rows_are_compared_with_those_of_all_processes() {
    let tasks = "task offer: retrieval from trunk { label: orders.offer }";
    for weights in ["by static", "by upgrad", "by graddrop"] {
        let weights = format!("{weights} {{ total: 0.6, offer: 0.4 }}");
        let text = orders("order -> conv1d(8, kernel: 3) -> relu -> mean_pool -> dense(8) -> relu", tasks, &weights);
        agree(&text, 3, &format!("contrastive, {weights}"));
        // Of two rows one process has none.
        agree(&text.replace("batch: 7", "batch: 2"), 3, "contrastive, batches of two rows");
    }
}

/// Pictures that are mixed by some steps, for tasks that say what is seen in them.
fn shapes(steps: &str, tasks: &str, weights: &str) -> String {
    let missing = if steps.contains("drop_input") { "{ missing: zero }" } else { "" };
    format!(
        "use std.tasks.{{classification, regression, segmentation}}
         data shapes: parquet(\"data/shapes.parquet\") {{
           split {{ train: 70%, valid: 10%, test: 20%, stratify: count }}
           columns {{ id: id, picture: image(channels: gray), count: category(\"1\", \"2\", \"3\")
                      regions: mask(\"ground\", \"ellipse\", \"rectangle\", \"triangle\", \"cross\") }}
         }}
         input picture from shapes.picture -> resize(24) -> {steps} -> normalize {missing}
         shared trunk from picture -> conv2d(4, kernel: 3, padding: same) -> relu
         {tasks}
         weights {weights}
         train {{ epochs: 1, batch: 7, optimizer: sgd(lr: 0.05), seed: 1 }}"
    )
}

const COUNT: &str = "task count: classification from trunk -> flatten -> dense(8) -> relu { label: shapes.count }";
const REGIONS: &str = "task regions: segmentation from trunk { label: shapes.regions }";

#[test]
fn rows_are_mixed_with_those_of_all_processes() {
    let text = shapes("mixup(0.6) -> cutmix(1, share: 60%) -> flip(horizontal)", COUNT, "{ count: 1 }");
    agree(&text, 2, "mixup and cutmix");
    agree(&text, 5, "mixup and cutmix, some processes with one row");
    agree(&shapes("mosaic(70%) -> flip(horizontal)", REGIONS, "{ regions: 1 }"), 3, "mosaic");
}

#[test]
fn a_part_of_a_batch_is_made_as_it_is_made_in_the_whole() {
    for (steps, tasks) in [
        ("mixup(0.6) -> cutmix(1, share: 60%) -> flip(horizontal)", COUNT),
        ("mosaic(70%) -> flip(horizontal) -> drop_input(20%)", REGIONS),
        ("mosaic(70%) -> flip(horizontal)", REGIONS),
    ] {
        let name = if tasks == COUNT { "count" } else { "regions" };
        let session = session_of(&shapes(steps, tasks, &format!("{{ {name}: 1 }}")));
        let rows = vec![vec![3, 1, 4, 15, 9, 2, 6, 5, 35, 8, 3]];
        let drawing = Some(Drawing { seed: 5, epoch: 2 });
        let whole = session.prepared.batch_of(&rows, Portion::ALL, drawing);
        for size in [2, 3, 5, 11, 13] {
            for rank in 0..size {
                let part = session.prepared.batch_of(&rows, Portion { rank, size }, drawing);
                let own: Vec<usize> = (rank..11).step_by(size).collect();
                assert_eq!(part.rows[0], own.iter().map(|row| rows[0][*row]).collect::<Vec<_>>());
                assert_eq!(part.whole, Some(vec![11]));
                assert_eq!(part.inputs[0], whole.inputs[0].only(&own), "{steps}, {rank} of {size}");
                let (found, wanted) = (&part.targets[0], &whole.targets[0]);
                assert_eq!(found.values[0], wanted.values[0].only(&own), "{steps}, {rank} of {size}");
                for (place, row) in own.iter().enumerate() {
                    assert_eq!(found.present[place], wanted.present[*row]);
                    assert_eq!(found.row_weights[place], wanted.row_weights[*row]);
                    assert_eq!(found.mix.of(place).len(), wanted.mix.of(*row).len());
                }
                for (place, row) in own.iter().enumerate() {
                    for (number, other) in wanted.others.iter().enumerate() {
                        let of = found.others.get(number);
                        let weight = of.map_or(0.0, |of| if of.present[place] { of.row_weights[place] } else { 0.0 });
                        assert_eq!(weight, if other.present[*row] { other.row_weights[*row] } else { 0.0 });
                        if let Some(of) = of.filter(|_| weight > 0.0) {
                            assert_eq!(of.values[0].only(&[place]), other.values[0].only(&[*row]));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn where_nothing_chooses_an_epoch_stays_within_rounding() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/pipelines/tree.mtl")).unwrap();
    // A bias before a norm is rounding, and `relu` and maxima choose by what may be rounding.
    let text = text.replace("padding: same)", "padding: same, bias: false)");
    let text = text.replace("relu", "silu").replace("max_pool", "avg_pool").replace("batch:     32", "batch: 31");
    let session = session_of(&text);
    let (alone, states, _) = steps(&session, Arc::new(Alone), usize::MAX);
    let all = together(3, |world| steps(&session, world, usize::MAX));
    let furthest =
        |one: &[f32], other: &[f32]| one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
    let (weights, of_states) = (furthest(&alone, &all[0].0), furthest(&states, &all[0].1));
    assert!(weights < 2e-5 && of_states < 2e-5, "{weights} and {of_states}");
}
