//! `conv1d`: a convolution over time.

use super::conv2d::require_groups;
use super::padding::{Padding, TimePadding};
use super::{Init, Layer, WeightSpec, window};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// A convolution over time (cross-correlation, as everywhere in the field): the same weighted sum of neighbouring places at
    /// every place of a sequence.
    ///
    /// Before the first place and behind the last one of a row there is nothing: with `same` and a number the window meets zeros there, however
    /// long the other rows of the batch may be. A row that is shorter than the window has no place left with `valid`.
    ///
    /// With `causal` all of them stand before: a place sees itself and places before it, and none that comes later. So it can stand in a head
    /// that writes (with a stride of 1), and then keeps as many places as its window sees.
    ///
    /// Shape: `f32[rows, time, n]` to `f32[rows, time′, channels]` with `time′ = ⌊(time + 2p − dilation·(kernel − 1) − 1) / stride⌋ + 1`,
    /// where p is 0 for `valid`, `dilation·(kernel − 1) / 2` for `same` (which needs an odd kernel) and `causal`, and what is written as a number: of a text, `length(x)` stays
    /// with these two, and becomes `⌈length(x)/2⌉` with a stride of 2. Weights: `weight[channels, n / groups, kernel]`, `bias[channels]`, drawn
    /// uniformly from ±1/√(n / groups·kernel), as PyTorch does.
    ///
    /// With as many `groups` as features it is a *depthwise* convolution: each feature is seen by filters of its own.
    pub struct Conv1d = "conv1d" {
        /// How many filters, and features of the output.
        pos channels: Dim, in Range::AT_LEAST_ONE;
        /// How many neighbouring places a filter sees.
        kernel: usize = 3, in Range::AT_LEAST_ONE;
        /// Step between two places of a filter.
        stride: usize = 1, in Range::AT_LEAST_ONE;
        /// `same`, `causal`, `valid`, or how many zeros stand on each side.
        padding: TimePadding = TimePadding::Around(Padding::Valid), in Range::NON_NEGATIVE;
        /// Distance between two taps of a filter.
        dilation: usize = 1, in Range::AT_LEAST_ONE;
        /// How many parts the features fall into, each of which sees only its own; it divides those of the input and of the output.
        groups: usize = 1, in Range::AT_LEAST_ONE;
        /// Whether a bias is added.
        bias: bool = true;
    }
}

impl Conv1d {
    /// Zeros before the first place.
    pub fn before(&self) -> usize {
        match self.padding {
            TimePadding::Around(padding) => padding.margin(self.extent()),
            TimePadding::Causal => self.extent() - 1,
        }
    }

    /// Zeros behind the last place.
    pub fn behind(&self) -> usize {
        match self.padding {
            TimePadding::Around(padding) => padding.margin(self.extent()),
            TimePadding::Causal => 0,
        }
    }

    /// From the first tap to the last.
    pub fn extent(&self) -> usize {
        self.dilation * (self.kernel - 1) + 1
    }

    /// How many places are left of so many.
    pub fn places(&self, length: usize) -> usize {
        match (length + self.before() + self.behind()).checked_sub(self.extent()) {
            Some(room) => room / self.stride + 1,
            None => 0,
        }
    }
}

impl Layer for Conv1d {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let input = &inputs[0];
        super::require_real("conv1d", input)?;
        if !input.is_sequence() {
            let error =
                ShapeError::new(format!("`conv1d` needs sequences, `f32[rows, time, features]`, and gets {input}"));
            return Err(match input.rank() {
                _ if input.is_picture() => error.help("on pictures works `conv2d`"),
                _ if input.is_of_places() => error.help("inside `each`, a place has no time: put it behind the braces"),
                2 => error.help("numbers in a row become a sequence by `-> reshape(time, features)`"),
                _ => error,
            });
        }
        super::require_features("conv1d", input)?;
        require_groups("conv1d", self.groups, [&input.last().size, &self.channels])?;
        if let TimePadding::Around(padding) = self.padding {
            padding.require_odd(self.kernel)?;
        }
        let around = self.before() + self.behind();
        let time = window("conv1d", "time", &input.axes[1].size, self.extent(), self.stride, around)?;
        let features = Axis::new(Axis::FEATURES, self.channels.clone());
        Ok(Type::new(Kind::Real, vec![input.rows().clone(), Axis::new(Axis::TIME, time), features]))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let (features, kernel) = (inputs[0].last().size.floor_div(self.groups as i64), Dim::int(self.kernel as i64));
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan: features.clone() * kernel.clone() };
        let shape = vec![self.channels.clone(), features, kernel];
        let mut weights = vec![WeightSpec::matrix("weight", shape, init.clone())];
        if self.bias {
            weights.push(WeightSpec::bias("bias", vec![self.channels.clone()], init));
        }
        weights
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row() * inputs[0].last().size.floor_div(self.groups as i64) * Dim::int(self.kernel as i64)
    }

    fn along_time(&self) -> AlongTime {
        let causal = self.padding == TimePadding::Causal && self.stride == 1;
        if causal { AlongTime::Past } else { AlongTime::All }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conv(kernel: usize, stride: usize, padding: TimePadding, dilation: usize) -> Conv1d {
        Conv1d { channels: Dim::int(8), kernel, stride, padding, dilation, groups: 1, bias: true }
    }

    #[test]
    fn lengths_are_those_of_the_term() {
        let rows = Axis::new(Axis::ROWS, Dim::symbol("rows(d)"));
        let text = Type::real(rows, [Dim::extent("length(x)"), Dim::int(4)]);
        let time = |conv: &Conv1d| {
            let output = conv.infer(std::slice::from_ref(&text), &mut Undecided::default());
            output.map(|ty| ty.axes[1].size.clone()).expect("a sequence")
        };
        let shown = |conv: Conv1d| time(&conv).to_string();
        let zeros = |margin: usize| TimePadding::Around(Padding::Zeros(margin));
        let agree = |conv: &Conv1d| {
            for length in 0..20 {
                let facts = crate::catalog::Facts::from([("length(x)".into(), length as i64)]);
                let term = time(conv).at_longest(&facts).value().expect("a number");
                assert_eq!(conv.places(length) as i64, term.max(0), "{conv:?} of {length}");
            }
        };
        assert_eq!(shown(conv(3, 1, TimePadding::Around(Padding::Same), 1)), "length(x)");
        assert_eq!(shown(conv(5, 2, TimePadding::Around(Padding::Same), 1)), "⌈length(x)/2⌉");
        assert_eq!(shown(conv(3, 1, TimePadding::Around(Padding::Valid), 2)), "length(x) - 4");
        assert_eq!(shown(conv(4, 1, TimePadding::Causal, 2)), "length(x)");
        assert_eq!(shown(conv(4, 2, zeros(1), 1)), "⌊length(x)/2⌋");
        assert_eq!(shown(conv(3, 1, zeros(2), 1)), "length(x) + 2");
        assert_eq!(shown(conv(5, 1, zeros(2), 1)), shown(conv(5, 1, TimePadding::Around(Padding::Same), 1)));
        for kernel in 1..6 {
            for (stride, dilation, margin) in [(1, 1, 1), (2, 1, 3), (1, 2, 2)] {
                agree(&conv(kernel, stride, zeros(margin), dilation));
            }
            let causal = conv(kernel, 3, TimePadding::Causal, 2);
            assert_eq!((0..5).map(|length| causal.places(length)).collect::<Vec<_>>(), [0, 1, 1, 1, 2]);
            for (stride, dilation, same) in [(1, 1, true), (2, 1, true), (3, 2, true), (1, 1, false), (2, 3, false)] {
                let padding = if same && kernel % 2 == 1 {
                    TimePadding::Around(Padding::Same)
                } else {
                    TimePadding::Around(Padding::Valid)
                };
                agree(&conv(kernel, stride, padding, dilation));
            }
        }
    }
}
