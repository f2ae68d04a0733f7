//! What layers compute: the other half of `catalog/layers/`, one file each.
//!
//! A file implements [`Compute`] for the catalog's struct. `forward` alone is a complete layer; a layer that is called
//! often, or that can give its share of the tasks' Gramian cheaply, also implements [`Vjp`]. One that acts number by
//! number implements [`Pointwise`] instead of both.

use burn::tensor::{Device, Tensor};

use super::Draw;
use super::standing::Standing;
use super::value::{Extents, Index, Real, Value};
use super::world::{Places, World};
use crate::catalog::layers::LayerDef;
use crate::catalog::{Dim, Type};
use crate::kernels::Kept;
use crate::kernels::cut::parts;
use crate::kernels::pointwise::{Kernel, Then};

mod channels;
mod cuts;
mod frames;
mod looking;
mod passes;
mod recurrent;
mod rotary;
mod separable;
mod shares;
mod state;

pub use state::{Order, State};

crate::mirror! {
    /// What a layer computes.
    pub fn compute(LayerDef) -> dyn Compute {
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

/// One evaluation of a layer, going forward.
pub struct Forward<'a> {
    /// In the order of the catalog's `weights`.
    pub weights: &'a [Real],
    /// Each owns the lengths of its rows, along every axis that varies.
    pub inputs: &'a [Value],
    /// The types of the inputs, which name their axes.
    pub types: &'a [&'a Type],
    /// The type of the output.
    pub ty: &'a Type,
    /// The sizes of the output after the rows, as the shape rule computed them (0 for a variable one).
    pub sizes: &'a [usize],
    pub training: bool,
    /// Whether to multiply in bfloat16.
    pub half: bool,
    /// The layer's own draws of this step.
    pub draw: Draw,
    pub device: &'a Device,
    /// What the layers behind it do with every number of its output, if it may do so itself: they are not asked then.
    pub then: Option<&'a Then>,
    /// What the layer wants to have when going backward.
    pub kept: Vec<Value>,
    /// New values of state tensors, by their place among the weights.
    pub state: Vec<(usize, Real)>,
    /// Where the rows that it is given stand, if they are places of the rows of the batch, while it is trained.
    pub standing: Option<&'a Standing>,
    /// The processes that have the other rows, while several train together.
    pub together: Option<Together<'a>>,
}

/// What a layer may know of the processes that train with this one.
#[derive(Clone, Copy)]
pub struct Together<'a> {
    pub world: &'a dyn World,
    /// Where the rows of this process stand among those of all, if that is known.
    pub places: Option<&'a Places>,
    /// The data sets whose rows the layer has.
    pub sets: &'a [usize],
    /// What the layer has kept of the same batch before, if it is computed again.
    pub kept: &'a [Value],
}

impl Forward<'_> {
    /// The numbers of the first input.
    pub fn x(&self) -> &Real {
        self.inputs[0].real()
    }

    /// Keeps what a kernel wants to have when going backward.
    fn keep(&mut self, kept: Kept) {
        // As they are: a record's leaf that has been given another shape is none.
        self.kept.extend(kept.into_iter().map(|kept| {
            let size = kept.dims()[0];
            Value::Real(Real::from_flat(kept, vec![size]))
        }));
    }

    /// The shape of the output for the rows of the first input.
    pub fn shape(&self) -> Vec<usize> {
        let rows = self.inputs[0].shape()[0];
        std::iter::once(rows).chain(self.sizes.iter().copied()).collect()
    }

    /// Where the output has its channels, or its features.
    pub fn feature_axis(&self) -> usize {
        feature_axis(self.ty)
    }
}

fn feature_axis(ty: &Type) -> usize {
    ty.feature_axis().unwrap_or(ty.rank() - 1)
}

pub trait Compute {
    /// The output. Written with burn's tensor functions only, so that it can be recorded if there is no [`Vjp`]. A layer that
    /// makes a new extent gives its lengths with it; those of an input's extent are handed on to the output by
    /// [`handed_on`].
    fn forward(&self, call: &mut Forward<'_>) -> Value;

    /// [`Compute::forward`] of one place of a sequence, behind those that came before; asked of layers that know no place behind their
    /// own ([`AlongTime`](crate::catalog::along_time::AlongTime)). One that knows of places before it keeps what it needs of them in `state`.
    fn step(&self, call: &mut Forward<'_>, _state: &mut State) -> Value {
        self.forward(call)
    }

    /// The layer's own way back, if it has one.
    fn vjp(&self) -> Option<&dyn Vjp> {
        None
    }

    /// What it does number by number, if that is all that it does.
    fn pointwise(&self) -> Option<&dyn Pointwise> {
        None
    }

    /// For answers alone: the layer, and all its weights, that also multiplies each channel of its output by a gain and adds a shift; `None` if it
    /// cannot.
    fn folded(&self, _weights: &[Real], _by: &Affine) -> Option<(LayerDef, Vec<Real>)> {
        None
    }

    /// Whether it computes with the rows of all processes, which then meet wherever it stands.
    fn meets(&self) -> bool {
        false
    }

    /// What a process does going forward that has no row for a layer that [meets](Compute::meets): its new states.
    fn forward_without(&self, _weights: &[Real], _world: &dyn World) -> Vec<(usize, Real)> {
        Vec::new()
    }

    /// The same on the way back of so many cotangents.
    fn pull_without(&self, _weights: &[Real], _world: &dyn World, _cotangents: usize) {}

    /// Of a layer that makes rows of places: where these stand.
    fn stands(&self, _call: &Forward<'_>) -> Option<Standing> {
        None
    }

    /// What it chose or weighed, for the report, if its capabilities say that it has something to report: a row of numbers
    /// per row of the batch, or one row if it is the same for all.
    fn report(&self, _call: &Recorded<'_>) -> Option<Tensor<2>> {
        None
    }

    /// How much each place looks at each place of its last input, `[rows, places, places looked at]`, as means over the heads of a layer that attends; of a
    /// pool there is one place.
    fn attention(&self, _call: &Recorded<'_>) -> Option<Tensor<3>> {
        None
    }
}

/// A gain and a shift for each channel of a value.
pub struct Affine {
    pub gain: Tensor<1>,
    pub shift: Tensor<1>,
}

impl Affine {
    /// A weight with the output's channels along an axis, and the bias behind it.
    pub fn folded_into(&self, weight: &Real, axis: usize, bias: Option<&Real>) -> Vec<Real> {
        let by_channel = weight.by_axis(axis);
        let gain = self.gain.clone().reshape([1, weight.shape()[axis], 1]);
        let bias = match bias {
            Some(bias) => bias.flat() * self.gain.clone() + self.shift.clone(),
            None => self.shift.clone(),
        };
        vec![weight.like(by_channel * gain), Real::new(bias)]
    }
}

/// One evaluation of a layer, looked back at.
pub struct Recorded<'a> {
    pub weights: &'a [Real],
    pub inputs: &'a [Value],
    pub types: &'a [&'a Type],
    pub ty: &'a Type,
    pub output: &'a Value,
    pub kept: &'a [Value],
    /// Which inputs' cotangents are wanted.
    pub wants_inputs: &'a [bool],
    /// Whether the weights' are.
    pub wants_weights: bool,
    /// Whether to multiply in bfloat16.
    pub half: bool,
    /// The processes that have the other rows, while several train together.
    pub world: Option<&'a dyn World>,
}

impl Recorded<'_> {
    pub fn x(&self) -> &Real {
        self.inputs[0].real()
    }

    pub fn y(&self) -> &Real {
        self.output.real()
    }

    /// What a kernel has [kept](Forward::keep).
    fn kept(&self) -> Kept {
        self.kept.iter().map(|kept| kept.real().flat()).collect()
    }

    pub fn feature_axis(&self) -> usize {
        feature_axis(self.ty)
    }
}

/// The gradients of ⟨cotangent, output⟩; `None` where none was wanted or none flows.
#[derive(Default)]
pub struct Cotangents {
    pub inputs: Vec<Option<Real>>,
    pub weights: Vec<Option<Real>>,
}

impl Cotangents {
    /// Of a layer with one input and no weights.
    pub fn input(cotangent: Real) -> Self {
        Self { inputs: vec![Some(cotangent)], weights: Vec::new() }
    }
}

/// A layer's own vector-Jacobian product.
pub trait Vjp {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents;

    /// Whether the way back looks at the output. Of one that does not, the layer behind may write over it.
    fn reads_output(&self) -> bool {
        true
    }

    /// [`Vjp::pull`] for several cotangents at once.
    fn pull_each(&self, call: &Recorded<'_>, cotangents: &[Real]) -> Vec<Cotangents> {
        cotangents.iter().map(|cotangent| self.pull(call, cotangent)).collect()
    }

    /// The inner products of the weight gradients that these cotangents would give, `[tasks, tasks]`, without making
    /// them; `None` if making them is as good.
    fn gramian(&self, _call: &Recorded<'_>, _cotangents: &[Real]) -> Option<Tensor<2>> {
        None
    }

    /// How several of its kind are pulled through at once, if that gains anything.
    fn siblings(&self) -> Option<&dyn Siblings> {
        None
    }
}

/// The gradients of Σ_k ⟨cotangent_k, output_k⟩ over several layers that read one value.
#[derive(Default)]
pub struct Pulled {
    pub input: Option<Real>,
    /// Of each layer all or, if none are wanted, none.
    pub weights: Vec<Vec<Real>>,
}

/// A layer whose kind is computed faster when several read one value.
pub trait Siblings {
    /// [`Compute::forward`] of several layers, given the call of the first, and the weights of each.
    fn forward_together(&self, first: &Forward<'_>, weights: &[Vec<Real>]) -> Vec<Value>;

    /// [`Vjp::pull`] of several layers, given the first, and the weights and the cotangent of each.
    fn pull_together(&self, first: &Recorded<'_>, weights: &[Vec<Real>], cotangents: &[Real]) -> Pulled;
}

/// A layer that acts number by number.
pub trait Pointwise {
    fn value(&self, x: Tensor<1>) -> Tensor<1>;

    /// The derivative at x, where y is the value.
    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1>;

    /// Whether the slope is found from y as well: [`Pointwise::slope`], and the kernel, may be given y for x.
    fn slope_is_of_value(&self) -> bool {
        false
    }

    /// What does both in one pass, on backends that have it.
    fn kernel(&self) -> Option<Kernel> {
        None
    }
}

impl dyn Pointwise + '_ {
    /// The values, in the place of x if nobody else has it.
    pub(super) fn over(&self, x: Tensor<1>) -> Tensor<1> {
        match self.kernel() {
            Some(kernel) => kernel.over(x, |x| self.value(x)),
            None => self.value(x),
        }
    }
}

impl<L: Pointwise> Compute for L {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let kernel = self.kernel();
        let value =
            |x: Tensor<1>| kernel.and_then(|kernel| kernel.values(&x, call.then)).unwrap_or_else(|| self.value(x));
        Value::Real(call.x().map(value))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn pointwise(&self) -> Option<&dyn Pointwise> {
        Some(self)
    }
}

impl<L: Pointwise> Vjp for L {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, y) = (call.x().flat(), call.y().flat());
        let pull = |cotangent: Tensor<1>| {
            let pulled = self.kernel().and_then(|kernel| kernel.pull(&x, &y, &cotangent));
            pulled.unwrap_or_else(|| cotangent * self.slope(x, y))
        };
        Cotangents::input(cotangent.map(pull))
    }

    /// Every task's is multiplied with one slope.
    fn pull_each(&self, call: &Recorded<'_>, cotangents: &[Real]) -> Vec<Cotangents> {
        let like = match cotangents {
            [] => return Vec::new(),
            [one] => return vec![self.pull(call, one)],
            [first, ..] => first,
        };
        let (x, y) = (call.x().flat(), call.y().flat());
        let slope = self.kernel().and_then(|kernel| kernel.pull(&x, &y, &y.ones_like()));
        let slope = slope.unwrap_or_else(|| self.slope(x, y));
        let back = Real::stack(cotangents) * like.like(slope).by_last().unsqueeze();
        Real::rows_of(back, like.shape()).into_iter().map(Cotangents::input).collect()
    }
}

/// Joins values along an axis.
fn join(values: &[Value], axis: usize) -> Value {
    let mut shape = values[0].shape().to_vec();
    shape[axis] = values.iter().map(|value| value.shape()[axis]).sum();
    match &values[0] {
        Value::Real(_) => {
            let joined = Tensor::cat(values.iter().map(|value| value.real().by_axis(axis)).collect(), 1);
            Value::Real(Real::new(joined).reshaped(shape))
        }
        Value::Index(_) => {
            // Indices are joined by their rows only.
            let parts = values.iter().map(|value| value.index().flat()).collect();
            Value::Index(Index::new(Tensor::cat(parts, 0)).reshaped(shape))
        }
    }
}

/// Cuts a cotangent of joined values back into theirs.
fn cut(cotangent: &Real, inputs: &[Value], wanted: &[bool], axis: usize) -> Vec<Option<Real>> {
    let sizes: Vec<usize> = inputs.iter().map(|input| input.shape()[axis]).collect();
    let parts = parts(&cotangent.by_axis(axis), &sizes, wanted).into_iter().zip(inputs);
    parts.map(|(part, input)| Some(Real::new(part?).reshaped(input.shape().to_vec()))).collect()
}

/// A layer's output with the lengths of its rows: those that the layer gave it, else those of an input that has an axis of
/// the same extent.
pub(super) fn handed_on(output: Value, ty: &Type, inputs: &[Value], types: &[&Type]) -> Value {
    if !ty.is_variable() {
        return if output.extents().is_empty() { output } else { output.with_extents(Extents::default()) };
    }
    let found = |extent: &Dim| {
        inputs.iter().zip(types).find_map(|(input, ty)| {
            let axis = ty.axes.iter().skip(1).position(|axis| axis.size == *extent)? + 1;
            input.extents().of(axis).cloned()
        })
    };
    let axes = ty.axes.iter().enumerate().skip(1).filter(|(_, axis)| axis.varies());
    let extents: Extents = axes
        .filter_map(|(place, axis)| Some((place, output.extents().of(place).cloned().or_else(|| found(&axis.size))?)))
        .collect();
    debug_assert_eq!(
        extents.axes().count(),
        ty.axes.iter().skip(1).filter(|axis| axis.varies()).count(),
        "a layer that makes an extent gives its lengths: {ty}"
    );
    output.with_extents(extents)
}
