//! What a file brings along where PyTorch has no module or function for it: each is written where something uses it, with those that it uses.

/// In the order in which they are written: each after those that it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Helper {
    Own,
    Filled,
    Counts,
    Previous,
    Turned,
    Attend,
    Waves,
    Coordinates,
    Walked,
    Stitched,
    SparseShares,
    SpatialSoftmax,
    DropPath,
    Embed,
    Pairs,
    Copied,
    Written,
    Tagged,
    SequenceLoss,
    FocalLoss,
    DiceLoss,
    CountedMean,
}

impl Helper {
    pub fn needs(self) -> &'static [Helper] {
        match self {
            Helper::Filled => &[Helper::Own],
            _ => &[],
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            Helper::Own => OWN,
            Helper::Filled => FILLED,
            Helper::Counts => COUNTS,
            Helper::Previous => PREVIOUS,
            Helper::Turned => TURNED,
            Helper::Attend => ATTEND,
            Helper::Waves => WAVES,
            Helper::Coordinates => COORDINATES,
            Helper::Walked => WALKED,
            Helper::Stitched => STITCHED,
            Helper::SparseShares => SPARSE_SHARES,
            Helper::SpatialSoftmax => SPATIAL_SOFTMAX,
            Helper::DropPath => DROP_PATH,
            Helper::Embed => EMBED,
            Helper::Pairs => PAIRS,
            Helper::Copied => COPIED,
            Helper::Written => WRITTEN,
            Helper::Tagged => TAGGED,
            Helper::SequenceLoss => SEQUENCE_LOSS,
            Helper::FocalLoss => FOCAL_LOSS,
            Helper::DiceLoss => DICE_LOSS,
            Helper::CountedMean => COUNTED_MEAN,
        }
    }
}

const OWN: &str = r#"
def own(x, lengths):
    """Whether each place of each row is the row's own, and no padding: [rows, places]."""
    return torch.arange(x.shape[1], device=x.device) < lengths[:, None]
"#;

const FILLED: &str = r#"
def filled(x, lengths, filling=0.0):
    """The same with a number in the place of padding."""
    mask = own(x, lengths)
    return x.masked_fill(~mask.reshape(*mask.shape, *[1] * (x.ndim - 2)), filling)
"#;

const COUNTS: &str = r#"
def counts(lengths, rank):
    """How many places each row has, one at least, to divide a sum of them by."""
    return lengths.clamp(min=1).float().reshape(-1, *[1] * (rank - 1))
"#;

const PREVIOUS: &str = include_str!("python/previous.py");
const PAIRS: &str = include_str!("python/pairs.py");
const COPIED: &str = include_str!("python/copied.py");
const WRITTEN: &str = include_str!("python/written.py");
const TAGGED: &str = include_str!("python/tagged.py");
const SEQUENCE_LOSS: &str = include_str!("python/sequence_loss.py");
const FOCAL_LOSS: &str = include_str!("python/focal_loss.py");
const DICE_LOSS: &str = include_str!("python/dice_loss.py");
const COUNTED_MEAN: &str = include_str!("python/counted_mean.py");

const TURNED: &str = r#"
def turned(x, heads, base):
    """Pairs of features of each head, turned by where their place stands (rotary positions)."""
    rows, places, width = x.shape
    half = width // heads // 2
    rates = base ** (torch.arange(half, dtype=torch.float64, device=x.device) / half)
    angles = (torch.arange(places, dtype=torch.float64, device=x.device)[:, None] / rates)[:, None]
    cosine, sine = angles.cos().float(), angles.sin().float()
    one, other = x.reshape(rows, places, heads, 2 * half).chunk(2, 3)
    return torch.cat([one * cosine - other * sine, other * cosine + one * sine], 3).reshape(x.shape)
"#;

const ATTEND: &str = r#"
def attend(queries, keys, values, heads, lengths=None, causal=False, distances=None):
    """The values as each query's shares mix them; of each row `lengths` keys are its own, and `distances` are vectors of how far apart two places are."""
    queries, keys, values = (x.unflatten(2, (heads, -1)).transpose(1, 2) for x in (queries, keys, values))
    scores = queries @ keys.transpose(2, 3)
    asking, answering = (torch.arange(x.shape[2], device=x.device) for x in (queries, keys))
    if distances is not None:
        most = (len(distances) - 1) // (1 if causal else 2)
        which = (answering - asking[:, None]).clamp(-most, 0 if causal else most) + most
        scores = scores + (queries @ distances.T).gather(3, which.expand(*scores.shape))
    scores = scores / math.sqrt(queries.shape[3])
    least = torch.finfo(scores.dtype).min
    if lengths is not None:
        # The first is seen even by a row that has none.
        seen = answering < lengths.clamp(min=1)[:, None]
        scores = scores.masked_fill(~seen[:, None, None], least)
    if causal:
        scores = scores.masked_fill(answering > asking[:, None], least)
    return (scores.softmax(3) @ values).transpose(1, 2).flatten(2)
"#;

const WAVES: &str = r#"
def waves(x):
    """Sines and cosines of where a place stands: [places, features]."""
    places, features = x.shape[1:]
    feature = torch.arange(features, device=x.device)
    lengths = 10_000.0 ** ((feature // 2 * 2).double() / features)
    angles = torch.arange(places, dtype=torch.float64, device=x.device)[:, None] / lengths
    return torch.where(feature % 2 == 0, angles.sin(), angles.cos()).float()
"#;

const COORDINATES: &str = r#"
def coordinates(x):
    """Pictures with two more channels: how far down and how far across a place stands, from -1 to 1."""
    rows, _, height, width = x.shape
    down, across = (torch.linspace(-1, 1, size, device=x.device) if size > 1 else x.new_zeros(1) for size in (height, width))
    both = torch.stack([down[:, None].expand(height, width), across.expand(height, width)])
    return torch.cat([x, both.expand(rows, -1, -1, -1)], 1)
"#;

const SPATIAL_SOFTMAX: &str = r#"
def spatial_softmax(x):
    """Where each channel is strongest, across and down, from -1 to 1: [rows, channels · 2]."""
    shares = x.flatten(2).softmax(2).unflatten(2, x.shape[2:])
    down, across = (torch.linspace(-1, 1, size, device=x.device) if size > 1 else x.new_zeros(1) for size in x.shape[2:])
    return torch.stack([shares.sum(2) @ across, shares.sum(3) @ down], 2).flatten(1)
"#;

const WALKED: &str = r#"
def walked(module, x, lengths):
    """What a recurrent module makes of rows of different lengths, each walked to its own end."""
    packed = nn.utils.rnn.pack_padded_sequence(x, lengths.clamp(min=1).cpu(), batch_first=True, enforce_sorted=False)
    return nn.utils.rnn.pad_packed_sequence(module(packed)[0], batch_first=True, total_length=x.shape[1])[0]
"#;

const STITCHED: &str = r#"
def stitched(values, weight, axis):
    """Of every part of the channels the sum of all parts of all values, by weights [parts, sources, channels of a part or 1]."""
    sources = [part for value in values for part in value.chunk(len(weight), axis)]
    factor = lambda numbers: numbers.reshape(*[1] * axis, -1, *[1] * (values[0].ndim - axis - 1))
    parts = [sum(factor(numbers) * source for numbers, source in zip(of_part, sources)) for of_part in weight]
    return torch.cat(parts, axis)
"#;

const SPARSE_SHARES: &str = r#"
def sparse_shares(logits, k, gamma):
    """Shares of choices, whose numbers are written in binary, smoothly: each digit splits in two what those before it have left."""
    scaled = logits.clamp(-gamma / 2, gamma / 2) / gamma
    digits = (1.5 * scaled - 2 * scaled**3 + 0.5).unflatten(1, (k, -1))
    shares = torch.ones_like(digits[:, :, :1])
    for digit in digits.split(1, 2):
        shares = torch.stack([shares * (1 - digit), shares * digit], 3).flatten(2)
    return shares
"#;

const DROP_PATH: &str = r#"
class DropPath(nn.Module):
    """Whole rows at random while training; the others grow, so that the mean stays."""

    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training:
            return x
        kept = torch.rand(len(x), *[1] * (x.ndim - 1), device=x.device) >= self.rate
        return x * kept / (1 - self.rate)
"#;

const EMBED: &str = r#"
class Embed(nn.Module):
    """A vector for each class or token. The two rows for what is not known, the first of tokens and the last of classes, are added to the mean of
    all others."""

    def __init__(self, count, width, tokens=False):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(count, width))
        known = torch.ones(count, 1)
        (known[:2] if tokens else known[-2:]).zero_()
        self.register_buffer("known", known, persistent=False)

    def forward(self, codes):
        mean = (self.weight * self.known).sum(0) / self.known.sum().clamp(min=1)
        return F.embedding(codes, self.weight + (1 - self.known) * mean)
"#;
