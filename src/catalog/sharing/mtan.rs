//! `mtan`: one chain for all, and an attention mask per reader and layer.

use super::{Expander, Sharing, ValueHandle, channels, run, run_at, units};
use crate::catalog::layers::{LayerDef, batch_norm, concat, conv2d, dense, mask, padding, relu};
use crate::catalog::{Dim, Range, Type};

crate::entry! {
    /// Multi-task attention network (Liu et al. 2019, arXiv:1803.10704), for convolutional and dense trunks alike.
    ///
    /// In a picture: the written chain, once. After every layer with weights and what follows it, each reader lays a mask over the
    /// features: sigmoid(B(relu(A(features, what the reader saw below)))), where A and B are dense layers, or 1×1
    /// convolutions with batch norm on pictures. What it saw below is brought to the layer's shape by a second copy of that
    /// layer that all readers use (the paper's 3×3 convolution and pooling, for any kind of layer).
    ///
    /// Cost: at most twice the chain, and per reader and layer of C channels about 3·C·width weights (2·C·width in the first). Use it
    /// with many tasks on a deep trunk: a task more costs its masks, not a column.
    pub struct Mtan = "mtan" {
        /// Channels between A and B; by default as many as the layer has.
        width: Option<usize>, in Range::AT_LEAST_ONE;
    }
}

impl Sharing for Mtan {
    fn expand(&self, expander: &mut dyn Expander) {
        let readers = expander.readers();
        let mut features = expander.input();
        let mut seen: Vec<Option<ValueHandle>> = vec![None; readers.len()];
        for (unit, stages) in units(expander).into_iter().enumerate() {
            features = run(expander, stages.clone(), "", features);
            for (name, seen) in readers.iter().zip(&mut seen) {
                let path = format!("{name}.mask.{}", unit + 1);
                let from = match *seen {
                    Some(below) => {
                        let place = format!("{name}.attention");
                        let below = run_at(expander, stages.clone(), "attention", &place, below);
                        let concat = LayerDef::Concat(concat::Concat {});
                        expander.layer(concat, &format!("{path}.concat"), &[features, below])
                    }
                    None => features,
                };
                *seen = Some(self.masked(expander, features, from, &path));
            }
        }
        for (reader, seen) in seen.into_iter().enumerate() {
            expander.give(reader, seen.unwrap_or(features));
        }
    }
}

impl Mtan {
    fn masked(&self, expander: &mut dyn Expander, features: ValueHandle, from: ValueHandle, path: &str) -> ValueHandle {
        let ty = expander.value_type(features);
        let full = channels(&ty);
        let narrow = self.width.map_or(full.clone(), |width| Dim::int(width as i64));
        let hidden = linear(expander, &ty, narrow, from, &format!("{path}.a"));
        let hidden = expander.layer(LayerDef::Relu(relu::Relu {}), &format!("{path}.relu"), &[hidden]);
        let logits = linear(expander, &ty, full, hidden, &format!("{path}.b"));
        expander.layer(LayerDef::Mask(mask::Mask {}), path, &[features, logits])
    }
}

/// A linear map of the channels, alike at every place; normalised on pictures, as in the paper.
fn linear(expander: &mut dyn Expander, like: &Type, units: Dim, value: ValueHandle, path: &str) -> ValueHandle {
    if !like.is_picture() {
        return expander.layer(LayerDef::Dense(dense::Dense { units, bias: true }), path, &[value]);
    }
    let conv = conv2d::Conv2d {
        channels: units,
        kernel: 1,
        stride: 1,
        padding: padding::Padding::Valid,
        dilation: 1,
        groups: 1,
        bias: true,
    };
    let mapped = expander.layer(LayerDef::Conv2d(conv), path, &[value]);
    let norm = batch_norm::BatchNorm { momentum: 0.1, epsilon: 1e-5 };
    expander.layer(LayerDef::BatchNorm(norm), &format!("{path}.norm"), &[mapped])
}
