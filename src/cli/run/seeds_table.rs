//! What `--seeds` prints at its end: mean and spread over seeds of what test (else valid) says.

use crate::cli::tables::{number, table};
use crate::report::{MANY, SeedsReport};
use crate::score::statistics::Spread;

/// A row per task and metric, and per metric the mean over tasks; only these if there are many tasks and not all are asked
/// for.
pub(super) fn seeds_table(report: &SeedsReport, all: bool) -> String {
    let part = |has: &dyn Fn(&str) -> bool| ["test", "valid", "train"].into_iter().find(|part| has(part));
    let mut rows = Vec::new();
    let summed_up = report.tasks.len() >= MANY && !all;
    if !summed_up {
        for (task, parts) in report.tasks.iter() {
            let Some(part) = part(&|part| parts.get(part).is_some()) else { continue };
            for (key, spread) in parts.get(part).into_iter().flat_map(|metrics| metrics.iter()) {
                rows.push(row(format!("{task} {key}"), part, spread));
            }
        }
    }
    let mut ends = Vec::new();
    if let Some(part) = part(&|part| report.over_tasks.get(part).is_some()) {
        for (key, over) in report.over_tasks.get(part).into_iter().flat_map(|metrics| metrics.iter()) {
            rows.push(row(format!("{key}, mean over {} tasks", over.tasks), part, &over.mean));
            if summed_up {
                let of = |one: &crate::report::OfTask| format!("{} ({})", number(one.value), one.task);
                ends.push(format!("{key}: worst {}, best {}\n", of(&over.worst), of(&over.best)));
            }
        }
    }
    for (name, family) in report.families.iter() {
        let Some(part) = part(&|part| family.pooled.get(part).is_some()) else { continue };
        for (key, spread) in family.pooled.get(part).into_iter().flat_map(|figures| figures.iter()) {
            rows.push(row(format!("{key}, all rows of {name}"), part, spread));
        }
    }
    if summed_up {
        ends.push("All figures are in seeds.json; `--all-tasks` shows them here.\n".into());
    }
    let header = ["figure", "part", "mean", "sd", "lowest", "highest"].map(String::from);
    format!("\nOver {} seeds:\n{}{}", report.seeds.len(), table(&header, &rows), ends.concat())
}

fn row(name: String, part: &str, spread: &Spread) -> Vec<String> {
    let sd = spread.sd.map_or("–".into(), number);
    vec![name, part.to_string(), number(spread.mean), sd, number(spread.min), number(spread.max)]
}
