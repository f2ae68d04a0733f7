//! Layers: what computes with weights and gradients, and what joins or reshapes values.

use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Dim, ShapeError, Type};

pub mod padding;
mod recurrent;
pub mod spread;
mod weight;
pub mod windows;

pub use weight::{End, Init, WeightSpec};

crate::catalog! {
    /// A layer with its arguments.
    pub enum LayerDef: Layer {
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

/// What the framework asks of a layer; passes ask for capabilities, never for names.
pub trait Layer {
    /// How many inputs it takes; `1..=1` for everything that can stand in a chain without arguments.
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        1..=1
    }

    /// The type of the output. Equalities that depend on data go to `undecided`.
    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError>;

    /// The weights and state it owns, in a fixed order. Only called if `infer` succeeded.
    fn weights(&self, _inputs: &[Type]) -> Vec<WeightSpec> {
        Vec::new()
    }

    /// Multiply-adds per row, as far as known; for `plan`.
    fn operations(&self, _inputs: &[Type], _output: &Type) -> Dim {
        Dim::int(0)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// Which places of a sequence a place of the output knows of; held by a test for every layer that says less than `All`.
    fn along_time(&self) -> AlongTime {
        AlongTime::All
    }

    /// How many places a row may have, if it knows no more.
    fn most_places(&self) -> Option<usize> {
        None
    }

    /// The same of one of its inputs, for a layer that knows more of one than of another.
    fn along_time_of(&self, _input: usize) -> AlongTime {
        self.along_time()
    }

    /// How it is written, if it cannot be called by its name: `each(time) { … }`.
    fn written(&self) -> Option<String> {
        None
    }

    /// What stands beside the layer as a low-rank adapter, if one can: see [`Capabilities::low_rank`].
    fn adapter(&self, _rank: usize, _alpha: f64) -> Option<Adapter> {
        None
    }

    /// The layer as it is with the weights of another, for one that borrows these.
    fn with_lent(&self, _weights: &[WeightSpec]) -> Option<LayerDef> {
        None
    }

    /// True if, with these arguments and inputs, the output is the first input unchanged, in training too: `dropout(0)`,
    /// a `concat` of one value, a `flatten` of what is flat already. A pass may then remove the node.
    fn is_identity(&self, _inputs: &[Type]) -> bool {
        self.capabilities().identity
    }
}

/// A second way from a layer's input to its output.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    /// Reads what the layer reads; gives zeros before it has learnt.
    pub branch: LayerDef,
    /// Joins the layer's output and the branch's.
    pub join: LayerDef,
}

/// What passes and the engine may rely on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Draws random numbers while training (dropout).
    pub random: bool,
    /// Computes differently in training and evaluation (dropout, batch norm).
    pub mode_dependent: bool,
    /// The rows of a batch influence each other (batch norm).
    pub mixes_rows: bool,
    /// Does nothing to the value (identity): a pass may remove it.
    pub identity: bool,
    /// Keeps every number of a row and their order, and changes only the shape (flatten, reshape): of two in a row the last one alone does the same.
    pub reshapes: bool,
    /// Gradients do not flow back through it.
    pub stops_gradient: bool,
    /// The order of the inputs does not matter (add).
    pub commutative: bool,
    /// Stacks rows of several row spaces (union).
    pub stacks_rows: bool,
    /// Computes with the weights of the `embed` that gave its second value (unembed).
    pub borrows_weights: bool,
    /// Multiplies by a matrix `weight[in, out]`, beside which a low-rank adapter can stand (dense).
    pub low_rank: bool,
    /// What it chooses or weighs is worth reading after training: the word that the report shows it under (`gate`, `stitch`).
    pub reports: Option<&'static str>,
}

/// An error unless the value is numbers; the help names the layer that makes numbers of it.
pub(crate) fn require_real(layer: &str, input: &Type) -> Result<(), ShapeError> {
    use crate::catalog::Kind;
    if input.is_real() {
        return Ok(());
    }
    let error = ShapeError::new(format!("`{layer}` needs numbers, and gets {}", input.kind.words()));
    Err(match input.kind {
        Kind::Category { .. } => error.help("turn the category into numbers first: `-> embed` or `-> one_hot`"),
        Kind::Categories { .. } => error.help("turn the categories into numbers first: `-> embed` or `-> one_hot`"),
        Kind::Image => error.help("turn the pictures into numbers first: `-> resize(64, 64) -> normalize`"),
        Kind::Sound { .. } => error.help("turn the sound into numbers first: `-> log_mel(64)`"),
        Kind::Time => error.help("turn the times into numbers first: `-> calendar(month, weekday)`"),
        Kind::Tokens { .. } => error.help("turn the tokens into numbers first: `-> embed(64)`"),
        Kind::Text => error.help("turn the text into tokens and then into numbers first: `-> characters -> embed(64)`"),
        _ => error,
    })
}

/// An error unless the value has one of these numbers of axes (rows included).
pub(crate) fn require_rank(
    layer: &str,
    input: &Type,
    ranks: std::ops::RangeInclusive<usize>,
) -> Result<(), ShapeError> {
    if ranks.contains(&input.rank()) {
        return Ok(());
    }
    let wanted = match (*ranks.start(), *ranks.end()) {
        (low, high) if low == high => format!("{low} dimensions"),
        (low, usize::MAX) => format!("at least {low} dimensions"),
        (low, high) => format!("{low} to {high} dimensions"),
    };
    Err(ShapeError::new(format!(
        "`{layer}` needs a value of {wanted} (rows included), and gets {input}, which has {}",
        input.rank()
    )))
}

/// An error unless the value is that of an ensemble's members: `f32[rows, members, n]`.
pub(crate) fn require_members(layer: &str, input: &Type) -> Result<(), ShapeError> {
    require_real(layer, input)?;
    if input.members().is_some() && input.rank() == 3 {
        return Ok(());
    }
    Err(ShapeError::new(format!("`{layer}` needs the members of an ensemble, and gets {input}"))
        .help("put `-> ensemble(8)` before it"))
}

/// An error unless the value is sequences of vectors: `f32[rows, time, features]`.
pub(crate) fn require_sequence(layer: &str, input: &Type) -> Result<(), ShapeError> {
    require_real(layer, input)?;
    if input.is_sequence() {
        return require_features(layer, input);
    }
    let error = ShapeError::new(format!("`{layer}` needs sequences, `f32[rows, time, features]`, and gets {input}"));
    Err(match input.rank() {
        _ if input.is_of_places() => error.help("inside `each`, a place has no time: put it behind the braces"),
        2 => error.help("numbers in a row become a sequence by `-> reshape(time, features)`"),
        _ => error,
    })
}

/// An error unless the value is pictures of one size: `f32[rows, channels, height, width]`.
pub(crate) fn require_picture(layer: &str, input: &Type) -> Result<(), ShapeError> {
    require_pictures(layer, input)?;
    require_fixed(layer, input)
}

/// An error unless the value is pictures, whose height and width may differ from row to row.
pub(crate) fn require_pictures(layer: &str, input: &Type) -> Result<(), ShapeError> {
    require_real(layer, input)?;
    if input.is_picture() {
        return require_channels(layer, input);
    }
    let error =
        ShapeError::new(format!("`{layer}` needs pictures, `f32[rows, channels, height, width]`, and gets {input}"));
    let inner = input.axes.get(2..).unwrap_or_default().iter().map(|axis| axis.name);
    Err(match input.rank() {
        _ if inner.eq([Axis::CHANNELS, Axis::HEIGHT, Axis::WIDTH]) => error
            .help(format!("of each picture of a row by itself: `-> each({}) {{ {layer}(…) }}`", input.axes[1].name)),
        3 if !input.is_variable() => error.help(format!(
            "give them a channel first: `-> reshape(1, {}, {})`",
            input.axes[1].size, input.axes[2].size
        )),
        2 => error.help("rows of numbers become pictures by `-> reshape(channels, height, width)`"),
        _ => error,
    })
}

/// An error unless the value is clips, of frames of one size: `f32[rows, time, channels, height, width]`.
pub(crate) fn require_clips(layer: &str, input: &Type) -> Result<(), ShapeError> {
    require_real(layer, input)?;
    if !input.is_clip() {
        return Err(ShapeError::new(format!(
            "`{layer}` needs clips, `f32[rows, time, channels, height, width]`, and gets {input}"
        )));
    }
    match input.axes[2..].iter().find(|axis| axis.varies()) {
        Some(axis) => Err(ShapeError::new(format!(
            "`{layer}` needs frames of one size, and {} differs from row to row",
            axis.size.short()
        ))
        .help("bring all to one size with a step of the input")),
        None => Ok(()),
    }
}

/// An error unless the value is sequences, pictures or clips, of as many features or channels in each row.
pub(crate) fn require_windowed(layer: &str, input: &Type) -> Result<(), ShapeError> {
    require_real(layer, input)?;
    if input.is_sequence() {
        return require_features(layer, input);
    }
    if input.is_clip() {
        return require_clips(layer, input);
    }
    require_pictures(layer, input).map_err(|mut error| {
        if !input.is_picture() {
            error.message = format!("`{layer}` needs sequences, pictures or clips, and gets {input}");
        }
        error
    })
}

/// An error unless the value's last axis is its features, of which there are as many in every row.
pub(crate) fn require_features(layer: &str, input: &Type) -> Result<(), ShapeError> {
    require_real(layer, input)?;
    require_rank(layer, input, 2..=usize::MAX)?;
    if input.last().name == Axis::FEATURES && !input.last().varies() {
        return Ok(());
    }
    let error = ShapeError::new(format!("`{layer}` works on features, the last axis of vectors, and gets {input}"));
    Err(match input.is_picture() {
        true if layer == "dense" => error.help(
            "make a vector of each picture first, `-> global_avg_pool` or `-> flatten`; on the channels of each place works \
             `conv2d(…, kernel: 1)`",
        ),
        true => error.help("make a vector of each picture first: `-> global_avg_pool` or `-> flatten`"),
        false => error,
    })
}

/// An error if a size differs from row to row: the layer would let padding count.
pub(crate) fn require_fixed(layer: &str, input: &Type) -> Result<(), ShapeError> {
    let Some(axis) = input.axes.iter().skip(1).find(|axis| axis.varies()) else { return Ok(()) };
    let error = ShapeError::new(format!(
        "`{layer}` needs sizes that are the same in every row, and {} differs from row to row",
        axis.size.short()
    ));
    Err(match axis.name {
        Axis::TIME => error.help("make a vector of each sequence first: `-> mean_pool` or `-> global_max_pool`"),
        _ => error.help("bring all to one size with a step of the input, or pool first: `-> global_avg_pool`"),
    })
}

/// How many channels a picture has, or features all else.
pub(crate) fn channels(ty: &Type) -> &Dim {
    &ty.axes[ty.feature_axis().unwrap_or(ty.rank() - 1)].size
}

/// An error unless the value has channels or features, as many in every row.
pub(crate) fn require_channels(layer: &str, input: &Type) -> Result<(), ShapeError> {
    match input.feature_axis() {
        Some(axis) if !input.axes[axis].varies() => Ok(()),
        _ => Err(ShapeError::new(format!("`{layer}` works on channels or features, and {input} has neither"))),
    }
}

/// One vector per row of pictures, whose channels are pooled over all places, or of sequences, whose features are.
pub(crate) fn pooled(layer: &str, input: &Type) -> Result<Type, ShapeError> {
    require_real(layer, input)?;
    let features = input.feature_axis().filter(|_| input.is_picture() || input.is_sequence());
    let Some(features) = features else {
        require_picture(layer, input)?;
        return Err(ShapeError::new(format!("`{layer}` needs pictures or sequences, and gets {input}")));
    };
    Ok(Type::real(input.rows().clone(), [input.axes[features].size.clone()]))
}

/// The size after a window that moves along an axis with so many zeros `around` it, on both sides together: `⌊(size + around − extent) / stride⌋ + 1`.
pub(crate) fn window(
    layer: &str,
    axis: &str,
    size: &Dim,
    extent: usize,
    stride: usize,
    around: usize,
) -> Result<Dim, ShapeError> {
    let room = size.clone() + Dim::int(around as i64 - extent as i64);
    if room.value().is_some_and(|room| room < 0) {
        return Err(ShapeError::new(format!(
            "the window of `{layer}` is {extent} wide, and the {axis} is only {size}"
        ))
        .parameter("kernel")
        .help("use a smaller kernel, or `padding: same` where there is one"));
    }
    Ok(room.floor_div(stride as i64) + Dim::int(1))
}

/// An error that names both row spaces unless the value at `index` has the rows of the first.
pub(crate) fn same_rows(layer: &str, inputs: &[Type], index: usize) -> Result<(), ShapeError> {
    let (first, other) = (inputs[0].rows(), inputs[index].rows());
    if first.size == other.size {
        return Ok(());
    }
    Err(ShapeError::new(format!(
        "`{layer}` joins values of the same rows, and these are {} and {}",
        first.size, other.size
    ))
    .inputs([0, index])
    .help("rows of different data sets can be stacked, with `union(a, b)`, but not joined side by side"))
}

/// An error unless the value at `index` has the axes of the one at `first`, by name, and those that differ from row to row
/// are the same extents: two lengths are two things, whatever the longest of each may be.
pub(crate) fn same_axes(layer: &str, inputs: &[Type], first: usize, index: usize) -> Result<(), ShapeError> {
    let (one, other) = (&inputs[first], &inputs[index]);
    if one.rank() != other.rank() {
        return Ok(());
    }
    let places = [first, index];
    if !one.names().eq(other.names()) {
        return Err(ShapeError::new(format!(
            "`{layer}` needs values of the same axes: one has {}, the other {}",
            axis_names(one),
            axis_names(other)
        ))
        .inputs(places));
    }
    let differ = |(left, right): &(&Axis, &Axis)| (left.varies() || right.varies()) && left.size != right.size;
    let Some((left, right)) = one.axes.iter().zip(&other.axes).skip(1).find(differ) else { return Ok(()) };
    let problem = match (left.varies(), right.varies()) {
        (true, true) => format!("{} and {} differ from row to row", left.size, right.size),
        (true, false) => format!("{} differs from row to row, and {} does not", left.size, right.size),
        _ => format!("{} differs from row to row, and {} does not", right.size, left.size),
    };
    let pool = if left.name == Axis::TIME { "mean_pool" } else { "global_avg_pool" };
    let pooled = match layer {
        "+" | "*" => format!("(… -> {pool}) {layer} (… -> {pool})"),
        _ => format!("{layer}(… -> {pool}, … -> {pool})"),
    };
    let of_one_thing = left.size.symbols().iter().any(|symbol| right.size.symbols().contains(symbol));
    Err(ShapeError::new(format!("`{layer}` needs values of one length: {problem}")).inputs(places).help(
        if of_one_thing {
            format!("let both go through the same strides and paddings, or make a vector of each first: `{pooled}`")
        } else {
            format!("make a vector of each first: `{pooled}`")
        },
    ))
}

/// What to write where the shapes of two values differ: if one is a sequence and the other none, else `otherwise`.
fn to_one_shape(one: &Type, other: &Type, otherwise: &str) -> String {
    match one.rank() != other.rank() && (one.is_variable() || other.is_variable()) {
        true => "make a vector of the sequence first: put `-> mean_pool` or `-> global_max_pool` behind it".into(),
        false => otherwise.into(),
    }
}

fn axis_names(ty: &Type) -> String {
    let names: Vec<&str> = ty.names().map(|name| if name.is_empty() { "one without a name" } else { name }).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_string(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => "none".into(),
    }
}

/// An error unless the values from `first` on are numbers of one shape and the same rows.
pub(crate) fn same_shape(
    layer: &str,
    inputs: &[Type],
    first: usize,
    undecided: &mut Undecided,
) -> Result<(), ShapeError> {
    let model = &inputs[first];
    require_rank(layer, model, 2..=usize::MAX).map_err(|error| error.inputs([first]))?;
    for (index, input) in inputs.iter().enumerate().skip(first) {
        require_real(layer, input).map_err(|error| error.inputs([index]))?;
        same_rows(layer, inputs, index)?;
        same_axes(layer, inputs, first, index)?;
        let same = model.rank() == input.rank()
            && model.axes.iter().zip(&input.axes).skip(1).all(|(left, right)| {
                undecided.require(&left.size, &right.size, format!("`{layer}` joins values of one shape"))
            });
        if !same {
            return Err(ShapeError::new(format!("`{layer}` needs values of one shape: {model} and {input}"))
                .inputs([first, index])
                .help(to_one_shape(model, input, "bring them to one shape first, for example by `-> dense(…)`")));
        }
    }
    Ok(())
}
