//! `embed_bag`: a product of how much each text has of each token that the batch has, and the vectors of these.

use std::collections::BTreeSet;

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};

use super::embed::Table;
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::embed_bag::EmbedBag;
use crate::kernels::embedding;
use crate::lower::weights::REST;
use crate::lower::{Real, Value};

impl Compute for EmbedBag {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let bags = Bags::of(&call.inputs[0]);
        let weight = &call.weights[0];
        let vectors = weight.ranked::<2>().select(0, bags.tokens(weight));
        let means = bags.shares(weight).matmul(vectors);
        Value::Real(Real::new(match bags.unknown(weight) {
            Some(unknown) => means + unknown.matmul(Table::of(weight, true).mean()),
            None => means,
        }))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

/// The texts of a batch, as what they have of each token.
struct Bags {
    rows: usize,
    /// Which tokens there are.
    distinct: Vec<i64>,
    /// The share that each token has of each text, `[rows, distinct]`.
    shares: Vec<f32>,
}

impl Bags {
    fn of(texts: &Value) -> Self {
        let (rows, places) = (texts.shape()[0], texts.shape()[1]);
        let lengths = texts.lengths(1);
        let all: Vec<i64> = texts.index().flat().into_data().iter::<i64>().collect();
        let row = |row: usize| &all[row * places..row * places + lengths[row]];
        let distinct: BTreeSet<i64> = (0..rows).flat_map(|number| row(number).iter().copied()).collect();
        // A product needs something to add up.
        let distinct: Vec<i64> = if distinct.is_empty() { vec![0] } else { distinct.into_iter().collect() };
        let mut shares = vec![0.0; rows * distinct.len()];
        for (number, shares) in shares.chunks_mut(distinct.len()).enumerate() {
            let share = 1.0 / row(number).len().max(1) as f32;
            for token in row(number) {
                if let Ok(place) = distinct.binary_search(token) {
                    shares[place] += share;
                }
            }
        }
        Self { rows, distinct, shares }
    }

    fn tokens(&self, like: &Real) -> Tensor<1, Int> {
        Tensor::from_data(TensorData::new(self.distinct.clone(), [self.distinct.len()]), &like.device())
    }

    fn shares(&self, like: &Real) -> Tensor<2> {
        Tensor::from_data(TensorData::new(self.shares.clone(), [self.rows, self.distinct.len()]), &like.device())
    }

    /// The share of each text that no vocabulary has, `[rows, 1]`; `None` if there is none.
    fn unknown(&self, like: &Real) -> Option<Tensor<2>> {
        let rest = self.distinct.iter().take_while(|token| **token < REST as i64).count();
        let unknown: Vec<f32> =
            self.shares.chunks(self.distinct.len()).map(|shares| shares[..rest].iter().sum()).collect();
        let some = unknown.iter().any(|share| *share > 0.0);
        some.then(|| Tensor::from_data(TensorData::new(unknown, [self.rows, 1]), &like.device()))
    }
}

impl Vjp for EmbedBag {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        if !call.wants_weights {
            return Cotangents { inputs: vec![None], weights: Vec::new() };
        }
        let bags = Bags::of(&call.inputs[0]);
        let weight = &call.weights[0];
        let grad = cotangent.by_last();
        let of_tokens = bags.shares(weight).transpose().matmul(grad.clone());
        if bags.unknown(weight).is_none()
            && let Some((numbers, rows)) =
                embedding::gradient(&bags.tokens(weight), &of_tokens, [weight.rows(), weight.width()])
        {
            return Cotangents { inputs: vec![None], weights: vec![Some(Real::of_rows(numbers, rows))] };
        }
        let zeros = Tensor::zeros([weight.rows(), weight.width()], &weight.device());
        let own = zeros.select_assign(0, bags.tokens(weight), of_tokens, IndexingUpdateOp::Add);
        let of_weight = match bags.unknown(weight) {
            Some(unknown) => own + Table::of(weight, true).shared(unknown.transpose().matmul(grad)),
            None => own,
        };
        Cotangents { inputs: vec![None], weights: vec![Some(Real::new(of_weight))] }
    }
}
