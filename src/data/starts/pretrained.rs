//! Weights that start from tensors: those of a pretrained model, and vectors of tokens that a tokenizer numbers.

use std::sync::Arc;

use super::tokens::Tokens;
use super::{Wanted, Wrong};
use crate::catalog::given::{How, Taken, Vectors};
use crate::catalog::steps::tokens::RESERVED;
use crate::data::tensors::Tensors;

/// A weight of a pretrained model, held against its tensor.
#[derive(Debug)]
pub struct Pretrained {
    model: Arc<Tensors>,
    /// As the file calls it.
    name: String,
    how: How,
    /// The tensor of which the first row is added.
    with: Option<String>,
    /// Of rows of tokens: the row of each index.
    rows: Vec<Option<usize>>,
    shape: Vec<usize>,
}

/// More rows of tokens than a tokenizer has are those that were added to make the number a round one; many more are of another tokenizer.
const MOST_SPARE: usize = 1024;

impl Pretrained {
    pub fn of(wanted: &Wanted<'_>, taken: &Taken, model: &Arc<Tensors>) -> Result<Self, Wrong> {
        let (name, shape) = find(taken, model, &taken.tensor)?;
        let misfit = |expected: &[usize]| {
            Wrong::new(format!(
                "`{name}` of `{}` is {shape:?}, and by its `config.json` it should be {expected:?}",
                taken.folder
            ))
            .help("the weights are of another model than `config.json` and have to be had together")
        };
        let own = &wanted.shape[..];
        let (mut rows, mut with) = (Vec::new(), None);
        match &taken.how {
            How::Whole if shape == own => {}
            How::Whole => return Err(misfit(own)),
            How::Turned => {
                let turned: Vec<usize> = own.iter().rev().copied().collect();
                if shape != turned {
                    return Err(misfit(&turned));
                }
            }
            How::Columns { first, count } => {
                // Of a matrix the rows are its inputs; a bias is a row of its own.
                let fits = shape.len() == own.len()
                    && shape[..shape.len() - 1] == own[..own.len() - 1]
                    && first + count <= shape[shape.len() - 1];
                if !fits {
                    let mut expected = own.to_vec();
                    expected.iter_mut().last().into_iter().for_each(|last| *last *= 3);
                    return Err(misfit(&expected));
                }
            }
            How::Rows { first, with: other } => {
                if shape.len() != 2 || shape[1] != own[1] || shape[0] < first + own[0] {
                    return Err(misfit(&[first + own[0], own[1]]));
                }
                if let Some(other) = other {
                    let (other, of_other) = find(taken, model, other)?;
                    if of_other.len() != 2 || of_other[0] == 0 || of_other[1] != own[1] {
                        return Err(Wrong::new(format!("`{other}` of `{}` is {of_other:?}", taken.folder)));
                    }
                    with = Some(other);
                }
            }
            How::Tokens => {
                if shape.len() != 2 || shape[1] != own[1] {
                    return Err(misfit(&[shape.first().copied().unwrap_or(0), own[1]]));
                }
                rows = token_rows(wanted, &wanted.tokens()?, shape[0], &taken.folder)?;
            }
        }
        Ok(Self { model: model.clone(), name, how: taken.how.clone(), with, rows, shape: own.to_vec() })
    }

    /// Whether it is of this model.
    pub fn is_of(&self, model: &Arc<Tensors>) -> bool {
        Arc::ptr_eq(&self.model, model)
    }

    /// Its numbers, row-major.
    pub fn values(&self) -> Vec<f32> {
        let tensor = self.model.values(&self.name);
        match &self.how {
            How::Whole => tensor,
            How::Turned => {
                let [inputs, outputs] = self.shape[..] else { return tensor };
                let each = (0..inputs).flat_map(|input| (0..outputs).map(move |output| output * inputs + input));
                each.map(|at| tensor[at]).collect()
            }
            How::Columns { first, count } => {
                let all = self.model.shape(&self.name).and_then(<[usize]>::last).copied().unwrap_or(1);
                tensor.chunks(all.max(1)).flat_map(|row| &row[*first..first + count]).copied().collect()
            }
            How::Rows { first, .. } => {
                let width = self.shape[1];
                let mut rows = tensor[first * width..][..self.shape[0] * width].to_vec();
                if let Some(with) = &self.with {
                    let added = self.model.values(with);
                    for row in rows.chunks_mut(width.max(1)) {
                        row.iter_mut().zip(&added).for_each(|(value, added)| *value += added);
                    }
                }
                rows
            }
            How::Tokens => by_rows(&tensor, &self.rows, self.shape[1]),
        }
    }
}

/// Vectors of tokens from a tensor, each by the number of its token, and what is said of them.
pub fn rows_of_tokens(
    wanted: &Wanted<'_>,
    vectors: &Vectors,
    tensors: &Tensors,
    tokens: &Tokens,
) -> Result<(Vec<f32>, String), Wrong> {
    let width = wanted.shape[1];
    let tables: Vec<&str> =
        tensors.names().filter(|name| tensors.shape(name).is_some_and(|shape| shape.len() == 2)).collect();
    let name = match (&vectors.tensor, tables.as_slice()) {
        (Some(name), _) if tables.contains(&name.as_str()) => name.as_str(),
        (Some(name), _) => {
            let known: Vec<&str> = tables.iter().take(8).copied().collect();
            return Err(Wrong::new(format!("`{}` has no table `{name}`; it has {}", vectors.file, known.join(", "))));
        }
        (None, [only]) => only,
        (None, []) => return Err(Wrong::new(format!("`{}` has no table of vectors", vectors.file))),
        (None, [first, ..]) => {
            let what = format!("`{}` has {} tables, and one is wanted", vectors.file, tables.len());
            return Err(Wrong::new(what).help(format!("say which: `tensor: {first:?}`")));
        }
    };
    let shape = tensors.shape(name).unwrap_or_default();
    if shape[1] != width {
        let what = format!("the vectors of `{}` have {} numbers, and `embed` has {width}", vectors.file, shape[1]);
        return Err(Wrong::new(what).help(format!("write `embed({}, vectors: …)`", shape[1])));
    }
    let rows = token_rows(wanted, tokens, shape[0], &vectors.file)?;
    let numbers = by_rows(&tensors.values(name), &rows, width);
    Ok((numbers, format!("all {} tokens have a vector in `{}`", rows.len() - RESERVED, vectors.file)))
}

/// Which row belongs to each index, of a table of so many.
fn token_rows(wanted: &Wanted<'_>, tokens: &Tokens, rows: usize, file: &str) -> Result<Vec<Option<usize>>, Wrong> {
    let Some(numbers) = &tokens.numbers else {
        let what = format!(
            "the vectors of `{file}` belong to tokens by number, and those of `{}` are learnt here",
            wanted.node.path
        );
        return Err(
            Wrong::new(what).help("make the tokens with the tokenizer of the file: `tokenizer(\"tokenizer.json\")`")
        );
    };
    let highest = numbers.iter().flatten().max().map_or(0, |highest| *highest as usize + 1);
    if highest > rows || highest + MOST_SPARE < rows {
        let what = format!("the tokenizer has {highest} tokens, and `{file}` has vectors for {rows}");
        return Err(Wrong::new(what)
            .help("the tokenizer is of another model: name the `tokenizer.json` that came with the weights"));
    }
    // Marks of a later step stand behind all that the file has.
    Ok(numbers.iter().map(|number| number.map(|number| number as usize)).collect())
}

/// The rows of a table, in the order of indices. What `embed` adds to the mean of all tokens is what the unknown one differs by.
fn by_rows(table: &[f32], rows: &[Option<usize>], width: usize) -> Vec<f32> {
    let row = |row: usize| &table[row * width..][..width];
    let mut values = vec![0f32; rows.len() * width];
    for (into, from) in values.chunks_mut(width.max(1)).zip(rows) {
        if let Some(from) = from {
            into.copy_from_slice(row(*from));
        }
    }
    let mut mean = vec![0f64; width];
    for known in values[RESERVED.min(rows.len()) * width..].chunks(width.max(1)) {
        mean.iter_mut().zip(known).for_each(|(sum, value)| *sum += f64::from(*value));
    }
    let count = rows.len().saturating_sub(RESERVED).max(1) as f64;
    for (index, from) in rows.iter().enumerate().take(RESERVED) {
        if from.is_some() {
            let own = &mut values[index * width..][..width];
            own.iter_mut().zip(&mean).for_each(|(value, sum)| *value -= (sum / count) as f32);
        }
    }
    values
}

/// A tensor by its name in the model, or in a larger one that holds it.
fn find(taken: &Taken, model: &Tensors, name: &str) -> Result<(String, Vec<usize>), Wrong> {
    let longer = format!("{}.{name}", taken.prefix);
    // Older files call the weights of norms otherwise.
    let older =
        |name: &str| name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
    let names = [name.to_string(), longer.clone(), older(name), older(&longer)];
    let found = names.into_iter().find_map(|name| Some((name.clone(), model.shape(&name)?.to_vec())));
    found.ok_or_else(|| {
        let some: Vec<&str> = model.names().take(4).collect();
        Wrong::new(format!("`{}` lacks the tensor `{name}`", taken.folder))
            .help(format!("the weights are of another model than `config.json`: they have {}, …", some.join(", ")))
    })
}
