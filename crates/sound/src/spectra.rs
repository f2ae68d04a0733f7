//! Mel spectrograms: windows of a sound, the power of their frequencies, and of these the sums in each band.

use std::f64::consts::TAU;

use crate::fourier::Fourier;

/// What power is at least, before its logarithm is taken.
const LEAST: f64 = 1e-10;

/// What is looked at, and how; lengths in samples.
#[derive(Clone, Debug)]
pub struct Mel {
    pub rate: usize,
    pub window: usize,
    pub hop: usize,
    /// Of how many samples a spectrum is, a power of two that the window fits into.
    pub size: usize,
    /// Where each band begins, is full and ends, in Hz.
    pub bands: Vec<[f64; 3]>,
}

/// What makes spectra of sounds.
pub struct Spectra {
    fourier: Fourier,
    window: Vec<f64>,
    hop: usize,
    /// Of each band, the first frequency that it has a part of, and by what these are weighed.
    bands: Vec<(usize, Vec<f64>)>,
}

impl Spectra {
    pub fn new(mel: &Mel) -> Self {
        let frequency = |place: usize| place as f64 * mel.rate as f64 / mel.size as f64;
        let band = |[low, middle, high]: &[f64; 3]| {
            // A triangle of area 1.
            let weight = |place: usize| {
                let (up, down) =
                    ((frequency(place) - low) / (middle - low), (high - frequency(place)) / (high - middle));
                2.0 / (high - low) * up.min(down).max(0.0)
            };
            let inside = |place: &usize| weight(*place) > 0.0;
            let first = (0..=mel.size / 2).find(inside).unwrap_or(0);
            (first, (first..=mel.size / 2).take_while(inside).map(weight).collect())
        };
        let hann = |place: usize| 0.5 - 0.5 * (TAU * place as f64 / mel.window as f64).cos();
        Self {
            fourier: Fourier::new(mel.size),
            window: (0..mel.window).map(hann).collect(),
            hop: mel.hop,
            bands: mel.bands.iter().map(band).collect(),
        }
    }

    /// The logarithms of all bands, frame after frame: one around every `hop`th sample, beyond both ends of which there is silence.
    pub fn of(&self, samples: &[f32]) -> Vec<f32> {
        let size = self.fourier.size();
        let (mut buffer, mut power) = (vec![(0.0, 0.0); size], Vec::with_capacity(size / 2 + 1));
        let frames = samples.len() / self.hop + 1;
        let mut all = Vec::with_capacity(frames * self.bands.len());
        // The window stands in the middle of what is transformed.
        let before = (size - self.window.len()) / 2;
        for frame in 0..frames {
            buffer.fill((0.0, 0.0));
            let first = (frame * self.hop + before) as i64 - (size / 2) as i64;
            for (place, weight) in self.window.iter().enumerate() {
                let sample = usize::try_from(first + place as i64).ok().and_then(|at| samples.get(at));
                buffer[before + place].0 = sample.map_or(0.0, |sample| weight * f64::from(*sample));
            }
            self.fourier.power(&mut buffer, &mut power);
            all.extend(self.bands.iter().map(|(first, weights)| {
                let sum: f64 = weights.iter().zip(&power[*first..]).map(|(weight, power)| weight * power).sum();
                sum.max(LEAST).ln() as f32
            }));
        }
        all
    }
}
