//! Attention composed of burn's functions: with a learned vector for each distance (Shaw et al. 2018), and for whoever wants to see who looks at whom.

use burn::tensor::{Bool, Device, Int, Tensor, TensorData, activation};

/// Who looks at whom.
pub struct Looking<'a> {
    pub heads: usize,
    /// Whether a place sees none behind it; then distances to these have no vector.
    pub causal: bool,
    /// Where the first of the queries stands among the keys.
    pub first: usize,
    /// Of each row, how many keys are its own; all if `None`.
    pub lengths: Option<&'a [usize]>,
    /// Distances that have vectors, if any have.
    pub distances: Option<Distances>,
}

/// A vector for each distance from a query to a key.
pub struct Distances {
    /// Up to so many places away.
    pub most: usize,
    /// The farthest one before the query first.
    pub table: Tensor<2>,
}

impl Looking<'_> {
    /// The vector of the distance from a query to a key, by its row in the table.
    fn row(&self, most: usize, query: usize, key: usize) -> i64 {
        let most = most as i64;
        let ahead = key as i64 - (self.first + query) as i64;
        ahead.clamp(-most, if self.causal { 0 } else { most }) + most
    }

    /// For each query of a row the keys that it does not see. The first place is seen even by a row that has none, so that its weights are numbers.
    fn hidden(&self, rows: usize, queries: usize, keys: usize) -> Option<Vec<bool>> {
        if self.lengths.is_none() && !self.causal {
            return None;
        }
        let mut hidden = Vec::with_capacity(rows * queries * keys);
        for row in 0..rows {
            let own = self.lengths.map_or(keys, |lengths| lengths[row].max(1));
            for query in 0..queries {
                hidden.extend((0..keys).map(|key| key >= own || (self.causal && key > self.first + query)));
            }
        }
        Some(hidden)
    }

    /// Features by head: `[rows, heads, places, features of a head]`.
    fn by_head(&self, of: Tensor<3>) -> Tensor<4> {
        let [rows, places, all] = of.dims();
        of.reshape([rows, places, self.heads, all / self.heads]).swap_dims(1, 2)
    }

    /// How much each query looks at each key: `[rows, heads, queries, keys]`.
    pub fn weights(&self, queries: Tensor<3>, keys: Tensor<3>, device: &Device) -> Tensor<4> {
        let ([rows, asking, all], answering) = (queries.dims(), keys.dims()[1]);
        let (heads, width) = (self.heads, all / self.heads);
        let queries = self.by_head(queries);
        let mut scores = queries.clone().matmul(self.by_head(keys).transpose());
        if let Some(Distances { most, table }) = &self.distances {
            // Each query against every distance, then of these the one to each key.
            let count = table.dims()[0];
            let each = queries.reshape([rows * heads * asking, width]).matmul(table.clone().transpose());
            let places = (0..asking).flat_map(|query| (0..answering).map(move |key| (query, key)));
            let which: Vec<i64> = places.map(|(query, key)| self.row(*most, query, key)).collect();
            let which = Tensor::<4, Int>::from_data(TensorData::new(which, [1, 1, asking, answering]), device);
            let each = each.reshape([rows, heads, asking, count]).gather(3, which.repeat(&[rows, heads, 1, 1]));
            scores = scores + each;
        }
        let scores = scores / (width as f64).sqrt();
        let scores = match self.hidden(rows, asking, answering) {
            Some(hidden) => {
                let hidden = TensorData::new(hidden, [rows, 1, asking, answering]);
                let hidden = Tensor::<4, Bool>::from_data(hidden, device);
                scores.mask_fill(hidden.expand([rows, heads, asking, answering]), f64::from(f32::MIN))
            }
            None => scores,
        };
        activation::softmax(scores, 3)
    }

    /// The values as each query's weights mix them, `[rows, queries, n]`: of queries likewise, and of keys and values side by side, `[rows, keys, 2·n]`.
    pub fn attend(&self, queries: Tensor<3>, given: Tensor<3>, device: &Device) -> Tensor<3> {
        let shape = queries.dims();
        let (keys, values) = (given.clone().narrow(2, 0, shape[2]), given.narrow(2, shape[2], shape[2]));
        let weights = self.weights(queries, keys, device);
        weights.matmul(self.by_head(values)).swap_dims(1, 2).reshape(shape)
    }

    /// [`Looking::weights`] as means over the heads: `[rows, queries, keys]`.
    pub fn seen(&self, queries: Tensor<3>, keys: Tensor<3>, device: &Device) -> Tensor<3> {
        let ([rows, asking, _], answering) = (queries.dims(), keys.dims()[1]);
        self.weights(queries, keys, device).mean_dim(1).reshape([rows, asking, answering])
    }
}
