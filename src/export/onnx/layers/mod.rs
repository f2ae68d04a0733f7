//! What layers are in ONNX: one file each, and a word in the list below. A layer that is not here has no form there, which is said.

use super::graph::Graph;
use super::messages::{AttributeProto, Elements};
use crate::catalog::Type;
use crate::catalog::layers::LayerDef;

mod recurrent;
mod windows;

crate::mirror! {
    /// How a layer is written; `None` if it has no form in ONNX.
    pub fn writer(LayerDef) -> Option<dyn Write> {
        adaptive_avg_pool::AdaptiveAvgPool,
        adaptive_max_pool::AdaptiveMaxPool,
        add::Add,
        attend::Attend,
        attention::Attention,
        attention_pool::AttentionPool,
        avg_pool::AvgPool,
        batch_norm::BatchNorm,
        branch::Branch,
        class_token::ClassToken,
        concat::Concat,
        conv1d::Conv1d,
        conv2d::Conv2d,
        conv3d::Conv3d,
        conv_transpose1d::ConvTranspose1d,
        conv_transpose2d::ConvTranspose2d,
        conv_transpose3d::ConvTranspose3d,
        coordinates::Coordinates,
        crf::Crf,
        cross_attention::CrossAttention,
        dense::Dense,
        drop_path::DropPath,
        dropout::Dropout,
        elu::Elu,
        embed::Embed,
        embed_bag::EmbedBag,
        ensemble::Ensemble,
        feature_scale::FeatureScale,
        feature_tokens::FeatureTokens,
        first_pool::FirstPool,
        flatten::Flatten,
        fuse::Fuse,
        gate::Gate,
        gelu::Gelu,
        global_avg_pool::GlobalAvgPool,
        global_max_pool::GlobalMaxPool,
        group_norm::GroupNorm,
        gru::Gru,
        identity::Identity,
        instance_norm::InstanceNorm,
        join_places::JoinPlaces,
        last_pool::LastPool,
        layer_mix::LayerMix,
        layer_norm::LayerNorm,
        leaky_relu::LeakyRelu,
        low_rank::LowRank,
        lstm::Lstm,
        mask::Mask,
        max_pool::MaxPool,
        mean_pool::MeanPool,
        member_dense::MemberDense,
        member_scale::MemberScale,
        mish::Mish,
        mixture::Mixture,
        multiply::Multiply,
        periodic::Periodic,
        picture_to_sequence::PictureToSequence,
        pixel_shuffle::PixelShuffle,
        pointer_generator::PointerGenerator,
        positions::Positions,
        relu::Relu,
        relu6::Relu6,
        reshape::Reshape,
        rms_norm::RmsNorm,
        selu::Selu,
        sigmoid::Sigmoid,
        silu::Silu,
        softplus::Softplus,
        sparse_gate::SparseGate,
        spatial_softmax::SpatialSoftmax,
        split_places::SplitPlaces,
        squeeze_excitation::SqueezeExcitation,
        stitch::Stitch,
        stop_gradient::StopGradient,
        substitute::Substitute,
        tanh::Tanh,
        unembed::Unembed,
        union::Union,
        upsample::Upsample,
    }
}

pub trait Write {
    /// The output; `None` if there is no form for these parameters or inputs.
    fn write(&self, call: &mut Call<'_>) -> Option<Value>;
}

/// What flows along an edge: the name of a tensor, and of the tensor that says how long each of its rows is along the first axis after
/// the rows, if these differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    pub name: String,
    pub lengths: Option<String>,
}

impl Value {
    /// One whose rows are all of one size.
    pub fn whole(name: String) -> Self {
        Self { name, lengths: None }
    }
}

/// A weight on the host.
#[derive(Clone, Debug)]
pub struct Weight<'a> {
    pub path: &'a str,
    pub shape: &'a [usize],
    pub values: &'a [f32],
}

/// One use of a layer.
pub struct Call<'a> {
    pub graph: &'a mut Graph,
    pub inputs: &'a [Value],
    /// Of the inputs.
    pub types: &'a [&'a Type],
    pub ty: &'a Type,
    /// The sizes of the output after the rows, 0 for one that differs from row to row.
    pub sizes: &'a [usize],
    pub weights: &'a [Weight<'a>],
}

impl Call<'_> {
    pub fn x(&self) -> String {
        self.inputs[0].name.clone()
    }

    pub fn lengths(&self) -> Option<String> {
        self.inputs[0].lengths.clone()
    }

    /// An output of rows as long as those of the first input.
    pub fn like(&self, name: String) -> Value {
        Value { name, lengths: self.lengths() }
    }

    pub fn node(&mut self, op: &str, inputs: &[&str]) -> String {
        self.graph.node(op, inputs)
    }

    pub fn with(&mut self, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> String {
        self.graph.with(op, inputs, attributes)
    }

    pub fn weight(&mut self, place: usize) -> String {
        let Weight { path, shape, values } = self.weights[place].clone();
        self.graph.weight(path, shape, values)
    }

    /// A weight in another shape, which has as many numbers.
    pub fn shaped(&mut self, place: usize, shape: &[usize]) -> String {
        let weight = self.weight(place);
        let shape: Vec<i64> = shape.iter().map(|size| *size as i64).collect();
        let shape = self.graph.integers(&shape);
        self.node("Reshape", &[&weight, &shape])
    }

    /// x·W + b by places among the weights.
    pub fn linear(&mut self, x: &str, weight: usize, bias: Option<usize>) -> String {
        let weight = self.weight(weight);
        let product = self.node("MatMul", &[x, &weight]);
        match bias {
            Some(bias) => {
                let bias = self.weight(bias);
                self.node("Add", &[&product, &bias])
            }
            None => product,
        }
    }

    /// The rows, however many, each of these sizes; 0 leaves a size as it is.
    pub fn reshape(&mut self, x: &str, sizes: &[usize]) -> String {
        let known = sizes.iter().all(|size| *size > 0);
        let rows = if known { -1 } else { 0 };
        let shape: Vec<i64> = std::iter::once(rows).chain(sizes.iter().map(|size| *size as i64)).collect();
        let shape = self.graph.integers(&shape);
        self.node("Reshape", &[x, &shape])
    }

    pub fn transpose(&mut self, x: &str, order: &[usize]) -> String {
        self.with("Transpose", &[x], vec![AttributeProto::ints("perm", order)])
    }

    pub fn unsqueeze(&mut self, x: &str, axis: i64) -> String {
        let axes = self.graph.integers(&[axis]);
        self.node("Unsqueeze", &[x, &axes])
    }

    /// The sum along an axis, which goes.
    pub fn sum(&mut self, x: &str, axis: i64) -> String {
        let axes = self.graph.integers(&[axis]);
        self.with("ReduceSum", &[x, &axes], vec![AttributeProto::int("keepdims", 0)])
    }

    pub fn concat(&mut self, values: &[String], axis: usize) -> String {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        self.with("Concat", &values, vec![AttributeProto::int("axis", axis as i64)])
    }

    pub fn softmax(&mut self, x: &str, axis: i64) -> String {
        self.with("Softmax", &[x], vec![AttributeProto::int("axis", axis)])
    }

    /// Some places of an axis.
    pub fn narrow(&mut self, x: &str, axis: i64, start: usize, count: usize) -> String {
        let [start, end] = [start, start + count].map(|place| self.graph.integers(&[place as i64]));
        let axes = self.graph.integers(&[axis]);
        self.node("Slice", &[x, &start, &end, &axes])
    }

    /// One place of an axis, which goes.
    pub fn pick(&mut self, x: &str, axis: i64, place: i64) -> String {
        let place = self.graph.integer(place);
        self.with("Gather", &[x, &place], vec![AttributeProto::int("axis", axis)])
    }

    /// Times a number.
    pub fn scaled(&mut self, x: &str, factor: f64) -> String {
        let factor = self.graph.float(factor);
        self.node("Mul", &[x, &factor])
    }

    /// How large a tensor is along an axis, as a scalar.
    pub fn size_of(&mut self, x: &str, axis: i64) -> String {
        let shape = self.node("Shape", &[x]);
        self.pick(&shape, 0, axis)
    }

    /// 0, 1, … up to the size of a tensor along an axis.
    pub fn places(&mut self, x: &str, axis: i64) -> String {
        let size = self.size_of(x, axis);
        let [zero, one] = [0, 1].map(|number| self.graph.integer(number));
        self.node("Range", &[&zero, &size, &one])
    }

    /// Whether each place along the first axis after the rows is the row's own: `[rows, places]`.
    pub fn own(&mut self, x: &str, lengths: &str) -> String {
        let places = self.places(x, 1);
        let lengths = self.unsqueeze(lengths, 1);
        self.node("Less", &[&places, &lengths])
    }

    /// A value with a number in place of what is no place of a row.
    pub fn filled(&mut self, value: &Value, rank: usize, filling: f64) -> String {
        let Some(lengths) = &value.lengths else { return value.name.clone() };
        let mut own = self.own(&value.name, lengths);
        for axis in 2..rank {
            own = self.unsqueeze(&own, axis as i64);
        }
        let filling = self.graph.float(filling);
        self.node("Where", &[&own, &value.name, &filling])
    }

    /// How many places each row has, one at least, as numbers: `[rows, 1]`.
    pub fn counts(&mut self, lengths: &str) -> String {
        let one = self.graph.integer(1);
        let least = self.node("Max", &[lengths, &one]);
        let counts = self.graph.cast(&least, Elements::Float);
        self.unsqueeze(&counts, 1)
    }

    /// The place of the features, or of the channels.
    pub fn feature_axis(&self) -> usize {
        self.ty.feature_axis().unwrap_or(self.ty.rank() - 1)
    }

    /// Lays channels of pictures last, or puts them back.
    pub fn channels_last(&mut self, x: &str, back: bool) -> String {
        let order = if back { [0, 3, 1, 2] } else { [0, 2, 3, 1] };
        self.transpose(x, &order)
    }

    /// A vector of one number per channel, so that it meets the channels of values of a rank.
    pub fn by_channel(&mut self, place: usize, rank: usize) -> String {
        let channels = self.weights[place].values.len();
        let shape: Vec<usize> =
            std::iter::once(channels).chain(std::iter::repeat_n(1, rank.saturating_sub(2))).collect();
        self.shaped(place, &shape)
    }
}
