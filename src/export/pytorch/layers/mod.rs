//! What layers are in PyTorch: one file each, and a word in the list below. A layer that is not here has no form there, which is said.

use super::helpers::Helper;
use super::source::{Layout, Source};
use crate::catalog::Type;
use crate::catalog::layers::LayerDef;

mod recurrent;
mod windows;

crate::mirror! {
    /// How a layer is written; `None` if it has no form in PyTorch.
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

/// What flows along an edge: a tensor, and the one that says how long each of its rows is along the first axis after the rows, if these
/// differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    pub name: String,
    pub lengths: Option<String>,
}

/// A weight on the host.
#[derive(Clone, Debug)]
pub struct Weight<'a> {
    pub path: &'a str,
    pub shape: &'a [usize],
    pub values: &'a [f32],
    pub trained: bool,
    pub decays: bool,
}

/// One use of a layer.
pub struct Call<'a> {
    pub source: &'a mut Source,
    /// What its value is called.
    pub variable: String,
    /// The step, after which a layer without weights is called.
    pub path: &'a str,
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

    pub fn line(&mut self, line: impl Into<String>) {
        self.source.line(line);
    }

    /// The output, of rows as long as those of the first input.
    pub fn like(&mut self, expression: impl AsRef<str>) -> Value {
        let lengths = self.lengths();
        self.with_lengths(expression, lengths)
    }

    /// The output, whose rows are all of one size.
    pub fn whole(&mut self, expression: impl AsRef<str>) -> Value {
        self.with_lengths(expression, None)
    }

    pub fn with_lengths(&mut self, expression: impl AsRef<str>, lengths: Option<String>) -> Value {
        let name = self.variable.clone();
        self.line(format!("{name} = {}", expression.as_ref()));
        Value { name, lengths }
    }

    pub fn helper(&mut self, helper: Helper) {
        self.source.helper(helper);
    }

    /// What a weight belongs to: `trunk.dense.1` of `trunk.dense.1.weight`.
    fn instance(&self) -> String {
        let path = self.weights.first().map_or(self.path, |weight| weight.path);
        let end = path.rfind('.').filter(|_| !self.weights.is_empty()).unwrap_or(path.len());
        path[..end].to_string()
    }

    /// A module of the layer with its weights: how it is called, the place of the weight among the layer's, and how it lies. A layer of several
    /// modules tells them apart by `part`.
    pub fn module(&mut self, part: &str, expression: &str, weights: &[(&str, usize, Layout)]) -> String {
        let of = format!("{}{part}", self.instance());
        let weights: Vec<(&str, &Weight<'_>, Layout)> =
            weights.iter().map(|(name, place, layout)| (*name, &self.weights[*place], layout.clone())).collect();
        self.source.module(&of, expression, &weights)
    }

    /// x·W + b by places among the weights.
    pub fn linear(&mut self, part: &str, weight: usize, bias: Option<usize>) -> String {
        let [from, to] = *self.weights[weight].shape else { return String::new() };
        let without = if bias.is_some() { "" } else { ", bias=False" };
        let mut weights = vec![("weight", weight, Layout::Transposed)];
        weights.extend(bias.map(|bias| ("bias", bias, Layout::AsIs)));
        self.module(part, &format!("nn.Linear({from}, {to}{without})"), &weights)
    }

    pub fn parameter(&mut self, place: usize) -> String {
        self.source.parameter(&self.weights[place], &Layout::AsIs)
    }

    pub fn shaped(&mut self, place: usize, shape: &[usize]) -> String {
        self.source.parameter(&self.weights[place], &Layout::Shaped(shape.to_vec()))
    }

    /// An input with a number in place of what is no place of a row.
    pub fn filled(&mut self, input: usize, filling: f64) -> String {
        let Value { name, lengths } = self.inputs[input].clone();
        self.filled_as(&name, lengths.as_deref(), filling)
    }

    pub fn filled_as(&mut self, expression: &str, lengths: Option<&str>, filling: f64) -> String {
        let Some(lengths) = lengths else { return expression.to_string() };
        self.helper(Helper::Filled);
        match filling {
            0.0 => format!("filled({expression}, {lengths})"),
            _ => format!("filled({expression}, {lengths}, torch.finfo(torch.float32).min)"),
        }
    }

    /// A function of `torch.nn.functional` on the input.
    pub fn function(&mut self, name: &str, arguments: &str) -> Value {
        let expression = format!("{name}({}{arguments})", self.x());
        self.like(expression)
    }

    pub fn names(&self) -> Vec<String> {
        self.inputs.iter().map(|input| input.name.clone()).collect()
    }

    /// The place of the features, or of the channels.
    pub fn feature_axis(&self) -> usize {
        self.ty.feature_axis().unwrap_or(self.ty.rank() - 1)
    }

    /// How many numbers the input has in each row, if all have as many.
    pub fn elements(&self) -> usize {
        self.weights.first().map_or(0, |weight| weight.shape[0])
    }
}

/// So many axes of size one, to be written behind others in an index.
pub fn nones(count: usize) -> String {
    ", None".repeat(count)
}
