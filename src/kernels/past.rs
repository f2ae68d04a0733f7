//! Keys and values of what a head has written, which each new place looks at.

use burn::tensor::{Int, Tensor};
use mtlc_kernels::past::Past as Looked;

use super::cross_attention::{Across, attend};
use super::{Numbers, tensor};

/// What the rows of a writer have written so far.
///
/// On the built-in backend every place keeps its block of rows, and a row says which of them are its own: to go on with other beginnings of a
/// beam copies nothing. Elsewhere it is one tensor, whose rows are chosen.
#[derive(Clone, Debug, Default)]
pub struct Past {
    blocks: Vec<Numbers>,
    origins: Vec<Vec<u32>>,
    whole: Option<Tensor<3>>,
}

impl Past {
    /// How many places were written.
    pub fn places(&self) -> usize {
        self.whole.as_ref().map_or(self.blocks.len(), |whole| whole.dims()[1])
    }

    /// One place more of each row: keys and values side by side, `[rows, 1, 2·n]`.
    pub fn push(&mut self, own: Tensor<3>) {
        let rows = own.dims()[0];
        match (Numbers::of(&own), self.whole.take()) {
            (Some(block), None) => {
                self.origins.resize(rows, Vec::new());
                self.origins.iter_mut().zip(0..).for_each(|(origins, row)| origins.push(row));
                self.blocks.push(block);
            }
            (_, Some(before)) => self.whole = Some(Tensor::cat(vec![before, own], 1)),
            (None, None) => self.whole = Some(own),
        }
    }

    /// With these rows of it, in this order, which are said twice over.
    pub fn choose(&mut self, rows: &[usize], the_same: &Tensor<1, Int>) {
        if !self.origins.is_empty() {
            self.origins = rows.iter().map(|row| self.origins[*row].clone()).collect();
        }
        self.whole = self.whole.take().map(|whole| whole.select(0, the_same.clone()));
    }

    /// What a query of each row, `[rows, 1, n]`, finds in all places that were written.
    pub fn attend(&self, queries: &Tensor<3>, heads: usize) -> Tensor<3> {
        let shape = queries.dims();
        if let Some(whole) = &self.whole {
            return attend(queries, whole, &Across { heads, queries: None, keys: None });
        }
        let blocks: Vec<&[f32]> = self.blocks.iter().map(Numbers::slice).collect();
        let looked = Looked { heads, width: shape[2] / heads, blocks: &blocks, origins: &self.origins };
        match Numbers::of(queries) {
            Some(asking) => tensor(looked.forward(asking.slice()), shape, queries),
            None => unreachable!("queries live where what was written does"),
        }
    }
}
