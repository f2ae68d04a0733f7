//! What other programs call the things of the language, for "did you mean".
//!
//! They are suggestions, and none of them is read as ours. A synonym says more than a similar spelling, so it is asked first.

mod tables;

use tables::{NAMES, table};

use crate::diag::suggest;

/// True for a word by which other programs write that there is nothing.
pub(in crate::check) fn is_nothing(written: &str) -> bool {
    matches!(written.to_lowercase().as_str(), "none" | "null" | "nil" | "nothing" | "undefined" | "nan" | "na")
}

/// Ours for another program's name, if there is one among what is known.
pub(in crate::check) fn of<'a>(what: &str, written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut lower = written.to_lowercase();
    if is_nothing(&lower) {
        lower = "none".into();
    }
    let nothing: &[&str] = if lower == "none" { &["none", "never", "constant"] } else { &[] };
    let ours = table(what).iter().find(|(other, _)| *other == lower).map(|(_, ours)| *ours);
    known.into_iter().find(|known| *known != written && (Some(*known) == ours || nothing.contains(known)))
}

/// Ours for another program's name of a parameter or a field, if there is one among what is known.
pub(in crate::check) fn name<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let ours: Vec<&str> = NAMES.iter().filter(|(other, _)| *other == lower).map(|(_, ours)| *ours).collect();
    known.into_iter().find(|known| ours.contains(known))
}

/// Where an argument belongs that other programs give to a call.
pub(in crate::check) fn argument(name: &str, value: &str) -> Option<&'static str> {
    if layer_of_argument(name, value).is_some() {
        return Some("that is a layer of its own");
    }
    Some(match name {
        "input_shape" | "input_size" | "input_dim" | "in_features" | "in_channels" => {
            "what flows in is known: leave it out"
        }
        "name" => "layers are named by their place: leave it out",
        "skiprows" | "index_col" | "usecols" => "columns are named in `columns { … }`: leave it out",
        _ => return None,
    })
}

/// The layer that other programs have as an argument of another: `activation: relu`, `dropout: 0.1`.
pub(in crate::check) fn layer_of_argument(name: &str, value: &str) -> Option<String> {
    match name {
        "activation" | "act" | "nonlinearity" => Some(value.trim_matches('"').to_string()),
        "dropout" | "drop" | "dropout_rate" => Some(format!("dropout({value})")),
        "batch_norm" | "batchnorm" | "bn" => Some("batch_norm".into()),
        _ => None,
    }
}

/// Where a setting stands that other programs have on its own; `value` as it was written.
pub(in crate::check) fn field(name: &str, value: &str) -> Option<String> {
    let or = |other: &str| if value.is_empty() { other.to_string() } else { value.to_string() };
    Some(match name {
        "lr" | "learning_rate" => {
            format!("the learning rate belongs to the optimizer: `optimizer: adamw(lr: {})`", or("1e-3"))
        }
        "weight_decay" | "wd" => {
            format!("it belongs to the optimizer: `optimizer: adamw(weight_decay: {})`", or("1e-2"))
        }
        "momentum" => format!("it belongs to the optimizer: `optimizer: sgd(momentum: {})`", or("0.9")),
        "patience" | "early_stopping" | "early_stop" => format!("write `stop: early(patience: {})`", or("10")),
        "warmup" | "warmup_steps" | "warmup_epochs" => {
            "it belongs to the schedule: `schedule: warmup(5%) -> cosine`".into()
        }
        "device" | "gpu" | "cuda" | "accelerator" => {
            "the device is chosen when running: `mtlc run SPEC --device auto`".into()
        }
        "shuffle" => "rows are drawn anew in every epoch, and the split by a hash: leave it out".into(),
        "loss_weights" | "lambda" => {
            "how much each task counts is written in a block of its own: `weights { … }`".into()
        }
        "positive" => "it is an argument of the template: `binary(positive: \"yes\")`".into(),
        _ => return None,
    })
}

/// The name that a written one was meant to be: another program's word for it, or a misspelt one.
pub(in crate::check) fn meant<'a>(written: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    name(written, known.clone()).or_else(|| suggest::closest(written, known))
}

#[cfg(test)]
mod tests {
    use super::tables::{AXES, KINDS, LAYERS, LOSSES, METRICS, SCHEDULES, STEPS, STOPS, TEMPLATES};
    use super::*;

    #[test]
    fn names_of_others_are_found_where_ours_is_known() {
        assert_eq!(of("layer", "Linear", ["dense", "relu"]), Some("dense"));
        assert_eq!(of("schedule", "Linear", ["cosine", "constant"]), None);
        assert_eq!(of("stopping rule", "None", ["early", "never"]), Some("never"));
        assert_eq!(of("rule of averaging", "null", ["ema", "none"]), Some("none"));
        assert_eq!(name("sep", ["path", "delimiter"]), Some("delimiter"));
        assert_eq!(name("sep", ["path"]), None);
    }

    #[test]
    fn tables_hold_each_name_once() {
        for table in [AXES, KINDS, LAYERS, STEPS, LOSSES, METRICS, STOPS, SCHEDULES, TEMPLATES, NAMES] {
            let mut names: Vec<&str> = table.iter().map(|(other, _)| *other).collect();
            assert!(names.is_sorted(), "{names:?}");
            names.dedup();
            assert_eq!(names.len(), table.len());
        }
    }
}
