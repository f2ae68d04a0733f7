//! `stitch`: a learned weighted sum, the same for every row.

use super::{Capabilities, Init, Layer, WeightSpec, same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::words! {
    /// What has a weight of its own.
    pub enum Per {
        /// Each value, or each subspace of each value, as a whole.
        Layer = "layer",
        /// Each channel of each value: features, or the maps of pictures.
        Channel = "channel",
    }
}

crate::entry! {
    /// A weighted sum of values of one shape with learned weights: one row of a cross-stitch unit (Misra et al. 2016,
    /// arXiv:1604.03539), and with subspaces one of a sluice network (Ruder et al. 2019, arXiv:1705.08142).
    ///
    /// With `subspaces: G` the channels of each value are cut into G parts, and each part of the output is a sum over all parts
    /// of all values.
    ///
    /// Shape: two or more `f32[rows, …]` of one shape, which is the output's; the number of channels (features of all but
    /// pictures) must be a multiple of `subspaces`. Weights: `weight[G, n·G]` for n values, or `weight[G, n·G, channels/G]` with
    /// `per: channel`. Part g of the output starts with `own` times part g of the first value, and the rest in equal shares of all
    /// else. The report shows the weights, as means over channels.
    pub struct Stitch = "stitch" {
        /// What the first value counts at the start; the rest, to 1, is divided among the others.
        own: f64 = 0.9, in Range::UNIT;
        /// Into how many parts the channels are cut.
        subspaces: usize = 1, in Range::AT_LEAST_ONE;
        /// `layer`, or `channel` for a weight per channel.
        per: Per = Per::Layer;
    }
}

impl Layer for Stitch {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=usize::MAX
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        same_shape("stitch", inputs, 0, undecided)?;
        super::require_channels("stitch", &inputs[0])?;
        let channels = super::channels(&inputs[0]);
        let whole = channels.floor_div(self.subspaces as i64) * Dim::int(self.subspaces as i64);
        if self.subspaces > 1 && !undecided.require(channels, &whole, "the channels can be cut into equal subspaces") {
            return Err(ShapeError::new(format!(
                "`stitch` cannot cut {channels} channels into {} equal subspaces",
                self.subspaces
            ))
            .parameter("subspaces")
            .help(format!("let the layer before have a multiple of {} channels", self.subspaces)));
        }
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let sources = inputs.len() * self.subspaces;
        let rest = (1.0 - self.own) / (sources.max(2) - 1) as f64;
        let start = (0..self.subspaces)
            .flat_map(|part| (0..sources).map(move |source| if source == part { self.own } else { rest }))
            .collect();
        let mut shape = vec![Dim::int(self.subspaces as i64), Dim::int(sources as i64)];
        if self.per == Per::Channel {
            shape.push(super::channels(&inputs[0]).floor_div(self.subspaces as i64));
        }
        // To decay towards zero would be to fade the features themselves.
        vec![WeightSpec::bias("weight", shape, Init::Values(start))]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row() * Dim::int((inputs.len() * self.subspaces) as i64)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reports: Some("stitch"), ..Capabilities::default() }
    }
}
