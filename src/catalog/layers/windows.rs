//! Windows of pools: over time of sequences, over places of pictures, over both of clips.

use super::conv2d::places;
use super::padding::Padding;
use super::{require_windowed, window};
use crate::catalog::{Dim, ShapeError, Type};

/// Along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Along {
    pub kernel: usize,
    pub stride: usize,
    /// How far windows reach beyond either end.
    pub margin: usize,
}

impl Along {
    /// What leaves an axis as it is.
    pub const ALONE: Along = Along { kernel: 1, stride: 1, margin: 0 };

    /// How many windows there are along so many places.
    pub fn places(&self, size: usize) -> usize {
        places(size, self.kernel, self.stride, self.margin)
    }
}

/// What a pool says of its windows.
#[derive(Clone, Copy, Debug)]
pub struct Windows {
    pub kernel: usize,
    pub stride: Option<usize>,
    pub padding: Padding,
    pub frames: Option<usize>,
    pub time_stride: Option<usize>,
}

impl Windows {
    /// Over time of a sequence, and along the height and the width of pictures.
    pub fn place(&self) -> Along {
        let Self { kernel, stride, padding, .. } = *self;
        Along { kernel, stride: stride.unwrap_or(kernel), margin: padding.margin(kernel) }
    }

    /// Over time of clips.
    pub fn time(&self) -> Along {
        let frames = self.frames.unwrap_or(self.kernel);
        Along { kernel: frames, stride: self.time_stride.unwrap_or(frames), margin: self.padding.margin(frames) }
    }

    /// Each axis that windows walk along, and how.
    pub fn along(&self, input: &Type) -> Vec<(usize, Along)> {
        match input {
            input if input.is_sequence() => vec![(1, self.place())],
            input if input.is_clip() => vec![(1, self.time()), (3, self.place()), (4, self.place())],
            _ => vec![(2, self.place()), (3, self.place())],
        }
    }

    pub(super) fn infer(&self, layer: &str, input: &Type) -> Result<Type, ShapeError> {
        require_windowed(layer, input)?;
        let given = [("frames", self.frames), ("time_stride", self.time_stride)];
        if !input.is_clip()
            && let Some((parameter, _)) = given.iter().find(|(_, value)| value.is_some())
        {
            return Err(clips_alone(layer, parameter, input));
        }
        self.padding.require_odd(self.kernel)?;
        if input.is_clip() {
            self.padding.require_odd(self.time().kernel).map_err(|error| error.parameter("frames"))?;
        }
        let mut output = input.clone();
        for (axis, along) in self.along(input) {
            if along.margin > along.kernel / 2 {
                let message = format!(
                    "a window of {} that reaches {} beyond the {} may see nothing of it",
                    along.kernel,
                    along.margin,
                    what(input)
                );
                return Err(ShapeError::new(message)
                    .parameter("padding")
                    .help(format!("use `padding: {}`, or a larger window", along.kernel / 2)));
            }
            let (size, name) = (&input.axes[axis].size, input.axes[axis].name);
            let parameter = if input.is_clip() && axis == 1 { "frames" } else { "kernel" };
            output.axes[axis].size = window(layer, name, size, along.kernel, along.stride, 2 * along.margin)
                .map_err(|error| error.parameter(parameter))?;
        }
        Ok(output)
    }
}

fn what(input: &Type) -> &'static str {
    match input {
        input if input.is_sequence() => "sequence",
        input if input.is_clip() => "clip",
        _ => "picture",
    }
}

/// An error about a parameter that only clips have.
pub(super) fn clips_alone(layer: &str, parameter: &'static str, input: &Type) -> ShapeError {
    let error = ShapeError::new(format!("`{parameter}` of `{layer}` is of clips, and this is {input}"));
    let error = error.parameter(parameter);
    match input.is_sequence() {
        true => error.help(format!(
            "of sequences, how many places a window of `{layer}` has is its first argument: leave `{parameter}` out"
        )),
        false => error.help(format!("leave `{parameter}` out")),
    }
}

/// Into how many parts an adaptive pool cuts.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub size: usize,
    pub width: Option<usize>,
    pub frames: Option<usize>,
}

impl Parts {
    /// Each axis that is cut, and into how many parts.
    pub fn along(&self, input: &Type) -> Vec<(usize, usize)> {
        let width = self.width.unwrap_or(self.size);
        match input {
            input if input.is_sequence() => vec![(1, self.size)],
            input if input.is_clip() => vec![(1, self.frames.unwrap_or(self.size)), (3, self.size), (4, width)],
            _ => vec![(2, self.size), (3, width)],
        }
    }

    pub(super) fn infer(&self, layer: &str, input: &Type) -> Result<Type, ShapeError> {
        require_windowed(layer, input)?;
        if self.frames.is_some() && !input.is_clip() {
            return Err(clips_alone(layer, "frames", input));
        }
        if self.width.is_some() && input.is_sequence() {
            return Err(ShapeError::new(format!("a sequence has no width, and this is {input}"))
                .parameter("width")
                .help(format!("write one number: `{layer}({})`", self.size)));
        }
        let mut output = input.clone();
        for (axis, parts) in self.along(input) {
            output.axes[axis].size = Dim::int(parts as i64);
        }
        Ok(output)
    }
}

/// The places of part i of n along so many, from and to.
pub fn part(places: usize, parts: usize, part: usize) -> (usize, usize) {
    (part * places / parts, ((part + 1) * places).div_ceil(parts))
}
