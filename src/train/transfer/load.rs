//! Initial weights put into their places: names mapped, shapes checked, and a word on what was loaded and what was left.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::layouts;
use super::source::{self, Named, NotASource, Source};
use crate::data::Starts;
use crate::diag::suggest;
use crate::graph::Writer;
use crate::lower::weights::Slot;
use crate::lower::{Misfit, Model};
use crate::pipeline::Pipeline;
use crate::pipeline::Transfer;

/// What came of one entry of `transfer`.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    pub path: String,
    pub file: String,
    /// (weight of the model, tensor of the file)
    pub pairs: Vec<(String, String)>,
    /// Tensors of the file that nobody took; said with the last entry that starts from the file.
    pub left: Vec<String>,
}

/// Why a model does not start from elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub enum NotLoaded {
    /// The file of the entry of this path cannot be read, or does not fit.
    Entry {
        path: String,
        why: Box<NotPlaced>,
    },
    Misfit(Misfit),
}

/// Why a part of a model does not start from a file.
#[derive(Clone, Debug, PartialEq)]
pub enum NotPlaced {
    Source(NotASource),
    /// The file has no such part: one that is called nearly so, or some that it has.
    NoPart {
        file: PathBuf,
        part: String,
        close: Option<String>,
        parts: Vec<String>,
    },
    /// As many weights as the file has there, and as many as the model.
    OtherCount {
        part: String,
        in_file: usize,
        path: String,
        in_model: Vec<String>,
    },
    /// A tensor of another shape than the weight that it would be.
    OtherShape {
        tensor: String,
        in_file: Vec<usize>,
        weight: String,
        in_model: Vec<usize>,
    },
}

/// Loads everything that the spec wants; entries with longer paths last.
///
/// # Errors
/// If a file cannot be read or does not fit. The model is unchanged then.
pub fn load(pipeline: &Pipeline, model: &mut Model) -> Result<Vec<Loaded>, NotLoaded> {
    let mut entries: Vec<&Transfer> = pipeline.transfer.iter().filter(|entry| entry.init.is_some()).collect();
    entries.sort_by_key(|entry| entry.path.len());
    let mut values: BTreeMap<String, (Vec<usize>, Vec<f32>)> = BTreeMap::new();
    let mut all = Vec::new();
    for entry in entries {
        let Some(init) = &entry.init else { continue };
        let wrong = |why: NotPlaced| NotLoaded::Entry { path: entry.path.clone(), why: Box::new(why) };
        let mut source =
            source::read(&pipeline.folder.join(&init.file)).map_err(|why| wrong(NotPlaced::Source(why)))?;
        source.tensors = layouts::joined(source.tensors);
        let prefix = init.source.clone().unwrap_or_else(|| entry.path.clone());
        let (loaded, found) = place(model, entry, &source, &prefix, Path::new(&init.file)).map_err(wrong)?;
        values.extend(found);
        all.push(loaded);
    }
    model.weights.load(&values).map_err(NotLoaded::Misfit)?;
    settle_left(&mut all);
    Ok(all)
}

/// Gives weights what they start from in place of draws.
///
/// # Errors
/// If a file was another when it was looked at. The model is unchanged then.
pub fn start(starts: &Starts, model: &mut Model) -> Result<(), NotLoaded> {
    let slots = model.weights.slots.iter();
    let values =
        slots.filter_map(|slot| Some((slot.path.clone(), (slot.shape.clone(), starts.values(&slot.origin.path)?))));
    let values: BTreeMap<String, (Vec<usize>, Vec<f32>)> = values.collect();
    model.weights.load(&values).map_err(NotLoaded::Misfit)?;
    Ok(())
}

impl fmt::Display for NotLoaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotLoaded::Entry { path, why } => write!(f, "`transfer` of `{path}`: {why}"),
            NotLoaded::Misfit(misfit) => misfit.fmt(f),
        }
    }
}

impl fmt::Display for NotPlaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotPlaced::Source(why) => why.fmt(f),
            NotPlaced::NoPart { file, part, close: Some(close), .. } => {
                write!(f, "`{}` has no part `{part}`; did you mean `name: \"{close}\"`?", file.display())
            }
            NotPlaced::NoPart { file, part, close: None, parts } => {
                write!(f, "`{}` has no part `{part}`; its parts are {}", file.display(), parts.join(", "))
            }
            NotPlaced::OtherCount { part, in_file, path, in_model } => write!(
                f,
                "{} {in_file} weights in the file, and `{path}` has {} in the model ({})",
                if part.is_empty() { "the trunk has".to_string() } else { format!("`{part}` has") },
                in_model.len(),
                in_model.iter().map(String::as_str).take(4).collect::<Vec<_>>().join(", ")
            ),
            NotPlaced::OtherShape { tensor, in_file, weight, in_model } => {
                write!(f, "`{tensor}` is {in_file:?} in the file, and `{weight}` is {in_model:?} in the model")
            }
        }
    }
}

/// Several parts may start from one file: what none of them took is left, and said once.
fn settle_left(all: &mut [Loaded]) {
    for index in 0..all.len() {
        let file = all[index].file.clone();
        if all[index + 1..].iter().any(|later| later.file == file) {
            all[index].left.clear();
            continue;
        }
        let same = all.iter().filter(|other| other.file == file);
        let taken: Vec<String> = same.flat_map(|other| &other.pairs).map(|(_, tensor)| tensor.clone()).collect();
        all[index].left.retain(|name| !taken.contains(name));
    }
}

type Found = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

fn place(
    model: &Model,
    entry: &Transfer,
    source: &Source,
    prefix: &str,
    file: &Path,
) -> Result<(Loaded, Found), NotPlaced> {
    let under = |name: &str| name == prefix || name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
    let mut given: Vec<&Named> = source.tensors.iter().filter(|tensor| under(&tensor.name)).collect();
    let mut prefix = prefix;
    // A network of another library is all that its file holds, and has no name there.
    let whole: Vec<&str> = source.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
    if given.is_empty() && layouts::order(&whole).is_some() {
        (given, prefix) = (source.tensors.iter().collect(), "");
    }
    if given.is_empty() {
        return Err(nothing(source, prefix, file));
    }
    let by_name: BTreeMap<String, &Named> =
        given.iter().map(|tensor| (tensor.name[prefix.len()..].to_string(), *tensor)).collect();
    // Its own name below the part; else, of a copy that a sharing strategy made, the name of what it is a copy of.
    let named = |slot: &Slot| {
        let names = [&slot.path, &slot.origin.path];
        names.into_iter().find_map(|path| by_name.get(path.strip_prefix(&entry.path)?).copied())
    };
    let wanted: Vec<(usize, &Slot)> = model
        .weights
        .slots
        .iter()
        .enumerate()
        .filter(|(_, slot)| entry.covers(&slot.path) || entry.covers(&slot.origin.path))
        // What the spec did not write (adapters, gates of a sharing strategy) starts as ever, unless the file has it.
        .filter(|(_, slot)| slot.origin.writer == Writer::Spec || named(slot).is_some())
        .collect();
    let all_named: Option<Vec<_>> = wanted.iter().map(|(index, slot)| Some((*index, *slot, named(slot)?))).collect();
    let (pairs, known): (Vec<(usize, &Slot, &Named)>, bool) = match all_named {
        Some(pairs) => (pairs, false),
        None => in_order(&wanted, &given, entry, prefix)?,
    };
    let mut found = Found::new();
    for (index, slot, tensor) in &pairs {
        let values = fitting(model, *index, slot, tensor, source.output_first, known)?;
        found.insert(slot.path.clone(), (slot.shape.clone(), values));
    }
    let taken: Vec<&str> = pairs.iter().map(|(_, _, tensor)| tensor.name.as_str()).collect();
    let loaded = Loaded {
        path: entry.path.clone(),
        file: file.display().to_string(),
        pairs: pairs.iter().map(|(_, slot, tensor)| (slot.path.clone(), tensor.name.clone())).collect(),
        left: source
            .tensors
            .iter()
            .map(|tensor| tensor.name.clone())
            .filter(|name| !taken.contains(&name.as_str()))
            .collect(),
    };
    Ok((loaded, found))
}

/// Names of another world: weights are paired in the order of the layers, each kind with its kind. Says too whether the names are those of a network that is known.
fn in_order<'a>(
    wanted: &[(usize, &'a Slot)],
    given: &[&'a Named],
    entry: &Transfer,
    prefix: &str,
) -> Result<(Vec<(usize, &'a Slot, &'a Named)>, bool), NotPlaced> {
    let names: Vec<&str> = given.iter().map(|tensor| tensor.name[prefix.len()..].trim_start_matches('.')).collect();
    let order = layouts::order(&names);
    let known = order.is_some();
    let given: Vec<&Named> = match order {
        Some(order) => order.into_iter().map(|place| given[place]).collect(),
        // Counters such as `num_batches_tracked` have no place in a model of ours.
        None => given.iter().filter(|tensor| !tensor.shape.is_empty()).copied().collect(),
    };
    if given.len() != wanted.len() {
        return Err(NotPlaced::OtherCount {
            part: prefix.to_string(),
            in_file: given.len(),
            path: entry.path.clone(),
            in_model: wanted.iter().map(|(_, slot)| slot.path.clone()).collect(),
        });
    }
    Ok((wanted.iter().zip(given).map(|((index, slot), tensor)| (*index, *slot, tensor)).collect(), known))
}

/// The tensor's numbers in the weight's shape.
fn fitting(
    model: &Model,
    index: usize,
    slot: &Slot,
    tensor: &Named,
    output_first: bool,
    known: bool,
) -> Result<Vec<f32>, NotPlaced> {
    let multiplies = model
        .steps
        .iter()
        .filter(|step| step.slots.contains(&index))
        .any(|step| step.layer().is_some_and(|layer| layer.capabilities().low_rank));
    // Of a network that is known, queries, keys and values stand one below the other, as here they stand side by side.
    let leaf = slot.path.rsplit('.').next().unwrap_or_default();
    let multiplies = multiplies || (known && ["weight_input", "weight_output"].contains(&leaf));
    // Axes of one place move no number: a layer at each place may be a convolution of one there, and a factor of each channel stand above height and width.
    let wide = |shape: &[usize]| shape.iter().copied().filter(|size| *size != 1).collect::<Vec<_>>();
    if slot.shape.len() != tensor.shape.len() && wide(&slot.shape) == wide(&tensor.shape) && !multiplies {
        return Ok(tensor.values.clone());
    }
    let [rows, columns] = tensor.shape[..] else {
        return if tensor.shape == slot.shape { Ok(tensor.values.clone()) } else { Err(misfit(slot, tensor)) };
    };
    let turned = multiplies && output_first;
    let shape = if turned { vec![columns, rows] } else { vec![rows, columns] };
    if shape != slot.shape {
        return Err(misfit(slot, tensor));
    }
    if !turned {
        return Ok(tensor.values.clone());
    }
    Ok((0..columns)
        .flat_map(|column| (0..rows).map(move |row| (row, column)))
        .map(|(row, column)| tensor.values[row * columns + column])
        .collect())
}

fn misfit(slot: &Slot, tensor: &Named) -> NotPlaced {
    NotPlaced::OtherShape {
        tensor: tensor.name.clone(),
        in_file: tensor.shape.clone(),
        weight: slot.path.clone(),
        in_model: slot.shape.clone(),
    }
}

fn nothing(source: &Source, prefix: &str, file: &Path) -> NotPlaced {
    let mut parts: Vec<&str> = source
        .tensors
        .iter()
        .map(|tensor| tensor.name.rsplit_once('.').map_or(tensor.name.as_str(), |(part, _)| part))
        .collect();
    parts.extend(source.tensors.iter().filter_map(|tensor| tensor.name.split_once('.').map(|(part, _)| part)));
    parts.sort_unstable();
    parts.dedup();
    NotPlaced::NoPart {
        file: file.to_path_buf(),
        part: prefix.to_string(),
        close: suggest::closest(prefix, parts.iter().copied()).map(str::to_string),
        parts: parts.iter().take(8).map(|part| part.to_string()).collect(),
    }
}
