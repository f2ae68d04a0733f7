//! Sums of the runs of planes that taps see, each times its number of the filter.

use crate::processor::arch;
use pulp::{Simd, WithSimd};

/// Filters in the order in which they are read: those of [`TILE`] channels side by side, tap by tap.
pub struct Packed {
    channels: usize,
    taps: usize,
    weights: Vec<f32>,
}

/// Channels that are added up together, so that what is read of the planes serves all of them.
const TILE: usize = 4;

/// Vectors of places that are added up together: with [`TILE`] channels twelve sums, of sixteen registers.
const VECTORS: usize = 3;

/// Numbers of the planes that are gone through for all channels before the next ones are: what a core has at hand.
const BLOCK: usize = 32 * 1024;

impl Packed {
    /// `weight` says the number of a channel and a tap.
    pub fn new(channels: usize, taps: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        let mut weights = Vec::with_capacity(channels * taps);
        for first in (0..channels).step_by(TILE) {
            let tile = first..channels.min(first + TILE);
            weights.extend(
                (0..taps)
                    .flat_map(|tap| tile.clone().map(move |channel| (channel, tap)))
                    .map(|(channel, tap)| weight(channel, tap)),
            );
        }
        Self { channels, taps, weights }
    }

    /// The first channel of each tile, how many it has, and their filters.
    fn tiles(&self) -> impl Iterator<Item = (usize, usize, &[f32])> {
        (0..self.channels).step_by(TILE).map(|first| {
            let count = TILE.min(self.channels - first);
            (first, count, &self.weights[first * self.taps..][..count * self.taps])
        })
    }
}

/// Which places of the planes are computed.
pub struct Places {
    pub start: usize,
    pub rows: usize,
    pub columns: usize,
    /// From one row to the next.
    pub pitch: usize,
}

/// Where the results are put: steps from one channel, row and column to the next.
pub struct Target {
    pub channel: usize,
    pub first: usize,
    pub row: usize,
    pub column: usize,
}

/// Puts into `results`, for each channel of the filters and each place, the channel's bias plus the sum over the taps of the filter's number
/// times what stands `offset` behind the place.
pub fn correlate(
    planes: &[f32],
    offsets: &[usize],
    filters: &Packed,
    bias: Option<&[f32]>,
    places: &Places,
    target: &Target,
    results: &mut [f32],
) {
    if places.rows * places.columns == 0 || offsets.is_empty() {
        return;
    }
    let arch = arch();
    // As many rows at a time as leave the planes' numbers at hand.
    let per_row = planes.len() / (places.rows.max(1));
    let rows_at_once = (BLOCK / per_row.max(1)).clamp(1, places.rows);
    let run = |rows: usize| (rows - 1) * places.pitch + places.columns;
    let room = run(rows_at_once) + MOST_LANES * VECTORS;
    let mut sums = vec![0.0; TILE * room];
    for row in (0..places.rows).step_by(rows_at_once) {
        let rows = rows_at_once.min(places.rows - row);
        for (first, channels, weights) in filters.tiles() {
            let start = places.start + row * places.pitch;
            let tile = Tile { planes, offsets, weights, start, length: run(rows), sums: &mut sums, room };
            match channels {
                1 => arch.dispatch(Wide::<1>(tile)),
                2 => arch.dispatch(Wide::<2>(tile)),
                3 => arch.dispatch(Wide::<3>(tile)),
                _ => arch.dispatch(Wide::<TILE>(tile)),
            }
            for (channel, sums) in (first..first + channels).zip(sums.chunks(room)) {
                let bias = bias.map_or(0.0, |bias| bias[channel]);
                for (index, sums) in sums.chunks(places.pitch).take(rows).enumerate() {
                    let at = channel * target.channel + target.first + (row + index) * target.row;
                    let sums = &sums[..places.columns];
                    if target.column == 1 {
                        results[at..][..places.columns].iter_mut().zip(sums).for_each(|(to, sum)| *to = sum + bias);
                    } else {
                        let to = results[at..].iter_mut().step_by(target.column);
                        to.zip(sums).for_each(|(to, sum)| *to = sum + bias);
                    }
                }
            }
        }
    }
}

/// The most numbers that a vector holds.
const MOST_LANES: usize = 16;

struct Tile<'a> {
    planes: &'a [f32],
    offsets: &'a [usize],
    weights: &'a [f32],
    start: usize,
    length: usize,
    /// A row of `room` numbers per channel.
    sums: &'a mut [f32],
    room: usize,
}

/// A tile of so many channels.
struct Wide<'a, const CHANNELS: usize>(Tile<'a>);

impl<const CHANNELS: usize> WithSimd for Wide<'_, CHANNELS> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let step = VECTORS * S::F32_LANES;
        let mut place = 0;
        while place + step <= self.0.length {
            self.places::<S, VECTORS>(simd, place);
            place += step;
        }
        while place < self.0.length {
            self.places::<S, 1>(simd, place);
            place += S::F32_LANES;
        }
    }
}

impl<const CHANNELS: usize> Wide<'_, CHANNELS> {
    #[inline(always)]
    fn places<S: Simd, const COUNT: usize>(&mut self, simd: S, place: usize) {
        let tile = &mut self.0;
        let mut sums = [[simd.splat_f32s(0.0); COUNT]; CHANNELS];
        let planes = &tile.planes[tile.start + place..];
        for (offset, weights) in tile.offsets.iter().zip(tile.weights.as_chunks::<CHANNELS>().0) {
            let run = &planes[*offset..][..COUNT * S::F32_LANES];
            let (run, _) = S::as_simd_f32s(run);
            for (sums, weight) in sums.iter_mut().zip(weights) {
                let weight = simd.splat_f32s(*weight);
                for (sum, numbers) in sums.iter_mut().zip(run) {
                    *sum = simd.mul_add_e_f32s(weight, *numbers, *sum);
                }
            }
        }
        for (channel, own) in sums.iter().enumerate() {
            let to = &mut tile.sums[channel * tile.room + place..][..COUNT * S::F32_LANES];
            let (to, _) = S::as_mut_simd_f32s(to);
            to.copy_from_slice(own);
        }
    }
}
