//! `mtlc plan --profile`: what the nodes of a spec cost on this machine.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::stopped::Stopped;
use super::super::tables::table;
use crate::data::sizes::shown;
use crate::lower::Backend;
use crate::pipeline::Pipeline;
use crate::train::answering::{Answering, OfTask};
use crate::train::engine::NoStep;
use crate::train::profile::{self, Node, Profile};
use crate::train::session::Session;

/// Nodes that are shown; those that cost most.
const SHOWN: usize = 25;

/// Trains a few steps, and keeps nothing of what they learn.
pub fn measured(session: &Session, backend: Backend) -> Result<Profile, Stopped> {
    let mut engine =
        session.engine(session.pipeline.train.seed, &backend.device()).map_err(|error| error.to_string())?;
    match profile::of(session, &mut engine) {
        Ok(Some(profile)) => Ok(profile),
        Ok(None) => Err(Stopped::Message("there is no row to train on, so that nothing can be measured".into(), None)),
        // One process has nobody to add up with.
        Err(NoStep::NotSummed(not_summed)) => Err(Stopped::Message(not_summed.why, not_summed.help)),
        Err(NoStep::Diverged(diverged)) => Err(Stopped::Message(
            format!(
                "the loss of task `{}` is no number after {} steps, so that there is nothing to measure",
                session.pipeline.tasks[diverged.task].name, diverged.step
            ),
            Some("a smaller learning rate, or `clip: 1` in `train`, keeps it one".into()),
        )),
    }
}

pub fn text(pipeline: &Pipeline, profile: &Profile) -> String {
    let step = profile.training.as_secs_f64().max(f64::MIN_POSITIVE);
    let row = |what: String, ty: String, [forward, back]: [Duration; 2], bytes: String| {
        let share = 100.0 * (forward + back).as_secs_f64() / step;
        let times = [forward, back].map(|time| if time.is_zero() { String::new() } else { milliseconds(time) });
        let [forward, back] = times;
        vec![what, ty, forward, back, format!("{share:.0}%"), bytes]
    };
    let mut nodes: Vec<&Node> = profile.nodes.iter().collect();
    nodes.sort_by_key(|node| std::cmp::Reverse(node.cost.forward + node.cost.back));
    let (first, others) = nodes.split_at(nodes.len().min(SHOWN));
    let of_node = |node: &&Node| {
        let times = [node.cost.forward, node.cost.back];
        row(node.path.clone(), node.ty.clone(), times, shown(node.cost.bytes as f64))
    };
    let mut rows: Vec<Vec<String>> = first.iter().map(of_node).collect();
    if !others.is_empty() {
        let sum = |of: fn(&Node) -> Duration| others.iter().map(|node| of(node)).sum::<Duration>();
        let bytes: usize = others.iter().map(|node| node.cost.bytes).sum();
        let times = [sum(|node| node.cost.forward), sum(|node| node.cost.back)];
        rows.push(row(format!("{} more", others.len()), String::new(), times, shown(bytes as f64)));
    }
    rows.push(row("optimizer".into(), String::new(), [profile.optimizer, Duration::ZERO], String::new()));
    rows.push(row("losses and all else".into(), String::new(), [profile.rest(), Duration::ZERO], String::new()));
    let header = ["measured", "type", "forward ms", "back ms", "share", "memory"].map(String::from);
    format!(
        "{}a step of {:.0} rows takes {} ms ({:.0} rows/s), forward alone {} ms ({:.0} rows/s), to make a batch {} ms on one thread\n\
         its values and what is kept for the way back: {}\n{}",
        table(&header, &rows),
        profile.rows,
        milliseconds(profile.training),
        profile.rows / step,
        milliseconds(profile.answering.inference),
        profile.rows / profile.answering.inference.as_secs_f64().max(f64::MIN_POSITIVE),
        milliseconds(profile.data),
        shown(profile.bytes() as f64),
        answering(pipeline, &profile.answering),
    )
}

/// What becomes of the outputs of a batch; empty if no task answers by them alone.
fn answering(pipeline: &Pipeline, answering: &Answering) -> String {
    if answering.tasks.is_empty() {
        return String::new();
    }
    let row = |name: &str, [decoding, losses, judging]: [Duration; 3]| {
        let share = 100.0 * decoding.as_secs_f64() / answering.inference.as_secs_f64().max(f64::MIN_POSITIVE);
        vec![
            name.to_string(),
            milliseconds(decoding),
            format!("{share:.1}%"),
            milliseconds(losses),
            milliseconds(judging),
        ]
    };
    let times = |task: &OfTask| [task.decoding, task.losses, task.judging];
    let of_task = |task: &OfTask| row(&pipeline.tasks[task.task].name, times(task));
    let mut rows: Vec<Vec<String>> = answering.tasks.iter().map(of_task).collect();
    if rows.len() > 1 {
        let sum = |at: usize| answering.tasks.iter().map(|task| times(task)[at]).sum::<Duration>();
        rows.push(row("all", [0, 1, 2].map(sum)));
    }
    let header = ["answers of its outputs", "decoding ms", "of forward", "losses ms", "metrics ms"].map(String::from);
    format!("\n{}", table(&header, &rows))
}

/// The same for a program, times in seconds.
pub fn for_programs(pipeline: &Pipeline, profile: &Profile, backend: Backend) -> Value {
    let seconds = |time: Duration| time.as_secs_f64();
    let of_node = |node: &Node| {
        json!({
            "path": node.path,
            "type": node.ty,
            "forward": seconds(node.cost.forward),
            "back": seconds(node.cost.back),
            "bytes": node.cost.bytes,
        })
    };
    let of_task = |of: &OfTask| {
        json!({
            "task": pipeline.tasks[of.task].name,
            "decoding": seconds(of.decoding),
            "losses": seconds(of.losses),
            "metrics": seconds(of.judging),
        })
    };
    json!({
        "device": backend.to_string(),
        "rows": profile.rows,
        "step": seconds(profile.training),
        "inference": seconds(profile.answering.inference),
        "answers": profile.answering.tasks.iter().map(of_task).collect::<Vec<_>>(),
        "optimizer": seconds(profile.optimizer),
        "batch": seconds(profile.data),
        "bytes": profile.bytes(),
        "nodes": profile.nodes.iter().map(of_node).collect::<Vec<_>>(),
    })
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        _ if milliseconds >= 100.0 => format!("{milliseconds:.0}"),
        _ if milliseconds >= 10.0 => format!("{milliseconds:.1}"),
        _ if milliseconds >= 1.0 => format!("{milliseconds:.2}"),
        _ => format!("{milliseconds:.3}"),
    }
}
