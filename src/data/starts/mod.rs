//! What weights start from in place of draws: files of vectors and pretrained models, opened and held against the layers that want them.
//!
//! It is asked when training begins, and by who looks at the data. A run that is asked later has all weights of its own.

mod pretrained;
mod tokens;
mod vectors;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::pretrained::Pretrained;
use self::tokens::Tokens;
use super::prepare::Prepared;
use super::problems::{count, shown};
use super::source::Source;
use super::tensors::Tensors;
use crate::catalog::Kind;
use crate::catalog::given::{Given, Vectors};
use crate::catalog::layers::WeightSpec;
use crate::catalog::steps::StepDef;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{Node, Op, Pipeline};
use crate::source::Span;

/// What weights start from, by their paths.
#[derive(Debug, Default)]
pub struct Starts {
    weights: BTreeMap<String, Start>,
    said: Vec<String>,
}

#[derive(Debug)]
enum Start {
    /// All numbers, row-major.
    Numbers(Arc<Vec<f32>>),
    Pretrained(Pretrained),
}

/// Why something cannot be had, and what to write.
struct Wrong {
    why: String,
    help: Option<String>,
}

impl Wrong {
    fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), help: None }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    fn at(self, span: Span) -> Diagnostic {
        let diagnostic = Diagnostic::new(&codes::UNREADABLE_DATA, span, self.why).here("starts from it");
        match self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// A weight that starts from a file, and the layer that it belongs to.
struct Wanted<'a> {
    pipeline: &'a Pipeline,
    prepared: &'a Prepared,
    node: &'a Node,
    path: String,
    shape: Vec<usize>,
}

impl Starts {
    /// Opens every file that a weight starts from.
    ///
    /// # Errors
    /// What is wrong with them, at the layers.
    pub fn open(pipeline: &Pipeline, prepared: &Prepared) -> Result<Self, Vec<Diagnostic>> {
        let mut starts = Self::default();
        let mut problems: Vec<Diagnostic> = Vec::new();
        let mut models: BTreeMap<String, Option<Arc<Tensors>>> = BTreeMap::new();
        for (node, instance, weight, given) in given(pipeline) {
            let path = format!("{instance}.{}", weight.name);
            if starts.weights.contains_key(&path) {
                continue;
            }
            let sizes = weight.shape.iter().map(|size| size.resolve(prepared.facts()).value());
            let Some(shape) = sizes.map(|size| usize::try_from(size?).ok()).collect::<Option<Vec<_>>>() else {
                continue;
            };
            let wanted = Wanted { pipeline, prepared, node, path: path.clone(), shape };
            let start = match given {
                Given::Vectors(vectors) => wanted.vectors(vectors, &mut starts.said).map(Start::Numbers),
                Given::Tensor(taken) => {
                    let model = models.entry(taken.folder.clone()).or_insert_with(|| {
                        let opened = Tensors::of_folder(&pipeline.folder.join(&taken.folder), &taken.folder);
                        opened.map(Arc::new).map_err(|why| problems.push(Wrong::new(why).at(node.span))).ok()
                    });
                    // What cannot be opened has been said once.
                    let Some(model) = model else { continue };
                    Pretrained::of(&wanted, taken, model).map(Start::Pretrained)
                }
            };
            match start {
                Ok(start) => _ = starts.weights.insert(path, start),
                Err(wrong) => {
                    let problem = wrong.at(node.span);
                    // Of a model that is another, every tensor is; one is enough to see it.
                    if problems.iter().all(|said| said.span != problem.span) {
                        problems.push(problem);
                    }
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let said = models.iter().filter_map(|(folder, model)| {
            let taken = |start: &&Start| matches!(start, Start::Pretrained(one) if model.as_ref().is_some_and(|model| one.is_of(model)));
            let weights = starts.weights.values().filter(taken);
            Some(format!("{} start from `{folder}`", count(weights.count(), "weight"))).filter(|_| model.is_some())
        });
        let said: Vec<String> = said.collect();
        starts.said.extend(said);
        Ok(starts)
    }

    /// What was found, a line for each file.
    pub fn said(&self) -> &[String] {
        &self.said
    }

    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The numbers of a weight, by its path in the spec.
    pub fn values(&self, path: &str) -> Option<Vec<f32>> {
        Some(match self.weights.get(path)? {
            Start::Numbers(numbers) => numbers.to_vec(),
            Start::Pretrained(pretrained) => pretrained.values(),
        })
    }
}

/// Every weight that starts from a file, with its layer.
fn given(pipeline: &Pipeline) -> impl Iterator<Item = (&Node, &str, &WeightSpec, &Given)> {
    pipeline.nodes.iter().flat_map(|node| {
        let (instance, weights) = match &node.op {
            Op::Layer { instance, weights, .. } => (instance.as_str(), &weights[..]),
            _ => ("", &[][..]),
        };
        weights.iter().filter_map(move |weight| Some((node, instance, weight, weight.given.as_ref()?)))
    })
}

/// Rows that are longer than a layer knows places, at the layer.
pub fn longer_than_known(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Diagnostic> {
    let of_node = |node: &Node| {
        let Op::Layer { def, .. } = &node.op else { return None };
        let most = def.most_places()?;
        let input = pipeline.node(*node.inputs.first()?);
        let longest = usize::try_from(input.ty.axes.get(1)?.size.at_longest(prepared.facts()).value()?).ok()?;
        let what = format!("the longest row has {longest} places, and `{}` knows {most}", def.name());
        (longest > most).then(|| {
            Diagnostic::new(&codes::STEP_VALUE, node.span, what)
                .here("too few places")
                .also(input.span, "of these rows")
                .help(format!("cut longer texts, `-> truncate({most})`, or write `positions(max: {longest})`"))
        })
    };
    pipeline.nodes.iter().filter_map(of_node).collect()
}

/// The hashes of files that a spec names besides its data: tokenizers, vectors, pretrained models. What cannot be read has none, which is
/// reported where it is wanted.
pub fn named_files(pipeline: &Pipeline) -> BTreeMap<String, String> {
    let hash = |path: &PathBuf| Source::open(path).and_then(Source::sha256).unwrap_or_default();
    named_paths(pipeline).iter().map(|(name, path)| (name.clone(), hash(path))).collect()
}

/// The same files, by where they lie.
pub fn named_paths(pipeline: &Pipeline) -> BTreeMap<String, PathBuf> {
    let inputs = pipeline.inputs.iter().flat_map(|input| &input.steps);
    let targets = pipeline.tasks.iter().flat_map(|task| task.target_steps());
    let of_step = |step: &crate::pipeline::StepUse| match &step.def {
        StepDef::Tokenizer(tokenizer) => Some(tokenizer.file.clone()),
        _ => None,
    };
    let steps: Vec<String> = inputs.chain(targets).filter_map(of_step).collect();
    let mut files = BTreeMap::new();
    let mut add = |name: String, path: &Path| {
        files.entry(name).or_insert_with(|| path.to_path_buf());
    };
    steps.into_iter().for_each(|name| add(name.clone(), &pipeline.folder.join(name)));
    let mut named: Vec<&Given> = given(pipeline).map(|(_, _, _, given)| given).collect();
    named.dedup_by_key(|given| given.path());
    for given in named {
        let path = pipeline.folder.join(given.path());
        match given {
            Given::Vectors(vectors) => add(vectors.file.clone(), &path),
            Given::Tensor(taken) => {
                for file in Tensors::files_in(&path, &taken.folder).unwrap_or_default() {
                    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    add(Path::new(&taken.folder).join(name).display().to_string(), &file);
                }
            }
        }
    }
    files
}

impl Wanted<'_> {
    /// The tokens that the layer reads.
    fn tokens(&self) -> Result<Tokens, Wrong> {
        let input = self.node.inputs.first().map(|input| self.pipeline.node(*input));
        let Some(Op::Input(input)) = input.map(|node| &node.op) else {
            return Err(Wrong::new(format!(
                "`{}` starts from vectors of tokens, and reads none of an input",
                self.node.path
            )));
        };
        let input = &self.pipeline.inputs[*input];
        let Kind::Tokens { .. } = input.ty.kind else {
            return Err(Wrong::new(format!(
                "`{}` starts from vectors of tokens, and `{}` has none",
                self.node.path, input.name
            )));
        };
        let found = Tokens::of(self.prepared.fitted(), input, self.shape[0]);
        found.ok_or_else(|| {
            Wrong::new(format!("the tokens of `{}` have no spelling by which vectors could be found", input.name))
                .help("make them by `words`, `characters` or `tokenizer(\"…\")`")
        })
    }

    /// A table of vectors from a file, those that it lacks as the mean of those that it has.
    fn vectors(&self, vectors: &Vectors, said: &mut Vec<String>) -> Result<Arc<Vec<f32>>, Wrong> {
        let tokens = self.tokens()?;
        let width = self.shape[1];
        let path = self.pipeline.folder.join(&vectors.file);
        let cannot = |why: String| Wrong::new(format!("cannot read `{}`: {why}", vectors.file));
        if vectors.are_tensors() {
            let tensors = Tensors::of_file(&path).map_err(cannot)?;
            let (numbers, words) = pretrained::rows_of_tokens(self, vectors, &tensors, &tokens)?;
            said.push(format!("{}: {words}", self.path));
            return Ok(Arc::new(numbers));
        }
        let found = vectors::read(&path, &tokens.spelt, width).map_err(|(why, help)| {
            let wrong = cannot(why);
            match help {
                Some(help) => wrong.help(help),
                None => wrong,
            }
        })?;
        let (lacking, first) = vectors::lacking(&tokens.spelt, &found.has);
        let all = tokens.spelt.iter().flatten().count();
        let had = all - lacking;
        let share = 100.0 * had as f64 / all.max(1) as f64;
        let what = format!(
            "{had} of {all} tokens ({share:.1}%) have a vector among the {} of `{}`",
            found.lines, vectors.file
        );
        if had == 0 {
            let help = "is the file of another language, or does it need `lowercase` before the tokens are made?";
            return Err(Wrong::new(what).help(help));
        }
        let names: Vec<String> = first.iter().map(|word| format!("`{}`", shown(word))).collect();
        let rest = if lacking > first.len() { format!(" and {} more", lacking - first.len()) } else { String::new() };
        let not = if lacking == 0 { String::new() } else { format!("; not {}{rest}", names.join(", ")) };
        said.push(format!("{}: {what}{not}", self.path));
        Ok(Arc::new(filled_by_mean(found.values, &found.has, &tokens.spelt, width)))
    }
}

/// Gives tokens without a vector the mean of those with one; what stands for no token stays zeros, and so is the mean, as `embed` says.
fn filled_by_mean(mut values: Vec<f32>, has: &[bool], spelt: &[Option<String>], width: usize) -> Vec<f32> {
    let mut mean = vec![0f64; width];
    let with: Vec<usize> = (0..has.len()).filter(|index| has[*index]).collect();
    for index in &with {
        mean.iter_mut().zip(&values[index * width..]).for_each(|(sum, value)| *sum += f64::from(*value));
    }
    let mean: Vec<f32> = mean.into_iter().map(|sum| (sum / with.len().max(1) as f64) as f32).collect();
    for index in 0..has.len() {
        if !has[index] && spelt[index].is_some() {
            values[index * width..][..width].copy_from_slice(&mean);
        }
    }
    values
}
