//! `log_mel`: how loud a sound is, in bands of frequencies, from moment to moment.

use super::{Step, refuse};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::words! {
    /// How frequencies become mel.
    pub enum Mel {
        /// Of Slaney's Auditory Toolbox: straight up to 1000 Hz.
        Slaney = "slaney",
        /// 2595 · log10(1 + f / 700).
        Htk = "htk",
    }
}

crate::entry! {
    /// The logarithm of a mel spectrogram: how much power a sound has in bands that grow as the ear's do, from moment to moment.
    ///
    /// As `librosa.feature.melspectrogram`: a Hann window of `window` milliseconds around every `hop`th, zeros beyond both ends, the squared spectrum of as many samples as the next
    /// power of two, and triangles of area 1 that overlap by half; then `ln(max(1e-10, power))`. A sound of n samples has ⌊n / hop⌋ + 1 frames.
    ///
    /// Write `-> log_mel(64) -> standardize`: mean and deviation are then those of each band, since steps for numbers take each frame of a series by itself.
    ///
    /// Type: `sound[rows, time]` to `f32[rows, time, features]`, with a feature per band.
    pub struct LogMel = "log_mel" {
        /// How many bands.
        pos bands: usize = 64, in Range { max: 512.0, ..Range::AT_LEAST_ONE };
        /// How many milliseconds are looked at at once.
        window: f64 = 25.0, in Range { max: 1000.0, ..Range::POSITIVE };
        /// How many milliseconds lie from one frame to the next.
        hop: f64 = 10.0, in Range { max: 1000.0, ..Range::POSITIVE };
        /// The lowest frequency, in Hz.
        low: f64 = 0.0, in Range::NON_NEGATIVE;
        /// The highest, in Hz; half of the column's rate if nothing is said.
        high: Option<f64>, in Range::POSITIVE;
        /// How frequencies become mel: `slaney`, straight up to 1000 Hz and a logarithm above (Slaney 1998), or `htk`, 2595 · log10(1 + f / 700).
        scale: Mel = Mel::Slaney;
    }
}

impl Step for LogMel {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        let Kind::Sound { rate } = input.kind else { return Err(refuse("log_mel", "sound", input)) };
        let (window, hop) = (self.samples(self.window, rate), self.samples(self.hop, rate));
        if window < 2 || hop < 1 {
            let (what, parameter) = if hop < 1 { (self.hop, "hop") } else { (self.window, "window") };
            return Err(ShapeError::new(format!("{what} ms are less than two samples of {rate} a second"))
                .parameter(parameter)
                .help("both are milliseconds: `window: 25, hop: 10`"));
        }
        let (high, half) = (self.highest(rate), rate as f64 / 2.0);
        if high > half {
            let message = format!("sound of {rate} samples a second has no frequencies above {half} Hz");
            return Err(ShapeError::new(message).parameter("high"));
        }
        if self.low >= high {
            return Err(ShapeError::new(format!(
                "the lowest frequency, {} Hz, must lie below the highest, {high} Hz",
                self.low
            ))
            .parameter("low"));
        }
        if let Some(band) = self.empty(rate) {
            let [low, _, high] = band;
            let message = format!(
                "{} bands are too narrow for a window of {} ms: between {low:.0} and {high:.0} Hz there is nothing",
                self.bands, self.window
            );
            return Err(ShapeError::new(message).parameter("bands").help("write fewer bands, or a longer `window`"));
        }
        let time = Axis::new(Axis::TIME, Dim::extent(format!("frames({owner})")));
        let bands = Axis::new(Axis::FEATURES, Dim::int(self.bands as i64));
        Ok(Type::new(Kind::Real, vec![input.rows().clone(), time, bands]))
    }
}

impl LogMel {
    /// So many milliseconds in samples.
    pub fn samples(&self, milliseconds: f64, rate: usize) -> usize {
        (milliseconds * rate as f64 / 1000.0).round() as usize
    }

    /// How many samples a spectrum is of.
    pub fn spectrum(&self, rate: usize) -> usize {
        self.samples(self.window, rate).next_power_of_two()
    }

    fn highest(&self, rate: usize) -> f64 {
        self.high.unwrap_or(rate as f64 / 2.0)
    }

    /// Where each band begins, is full and ends, in Hz.
    pub fn edges(&self, rate: usize) -> Vec<[f64; 3]> {
        let (low, high) = (self.scale.of(self.low), self.scale.of(self.highest(rate)));
        let at = |place: usize| self.scale.hertz(low + (high - low) * place as f64 / (self.bands + 1) as f64);
        (0..self.bands).map(|band| [at(band), at(band + 1), at(band + 2)]).collect()
    }

    /// A band that no frequency of the spectrum lies in.
    fn empty(&self, rate: usize) -> Option<[f64; 3]> {
        let step = rate as f64 / self.spectrum(rate) as f64;
        self.edges(rate).into_iter().find(|[low, _, high]| ((low / step).floor() + 1.0) * step >= *high)
    }
}

impl Mel {
    /// A frequency in mel.
    fn of(self, hertz: f64) -> f64 {
        match self {
            Mel::Htk => 2595.0 * (1.0 + hertz / 700.0).log10(),
            Mel::Slaney if hertz < 1000.0 => hertz * 3.0 / 200.0,
            Mel::Slaney => 15.0 + (hertz / 1000.0).ln() * 27.0 / 6.4_f64.ln(),
        }
    }

    fn hertz(self, mel: f64) -> f64 {
        match self {
            Mel::Htk => 700.0 * (10.0_f64.powf(mel / 2595.0) - 1.0),
            Mel::Slaney if mel < 15.0 => mel * 200.0 / 3.0,
            Mel::Slaney => 1000.0 * ((mel - 15.0) * 6.4_f64.ln() / 27.0).exp(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `mel bands low high scale` and the edges, as librosa has them (`scripts/sound_reference.py`).
    #[test]
    fn bands_are_those_of_another_library() {
        let figures = include_str!("../../../crates/sound/tests/figures.txt").lines();
        let figures: Vec<Vec<&str>> =
            figures.map(|line| line.split(' ').collect()).filter(|words: &Vec<&str>| words[0] == "edges").collect();
        assert!(figures.len() >= 4);
        for words in figures {
            let number = |place: usize| words[place].parse::<f64>().expect("a number");
            let step = LogMel {
                bands: words[1].parse().expect("a count"),
                window: 25.0,
                hop: 10.0,
                low: number(2),
                high: Some(number(3)),
                scale: if words[4] == "htk" { Mel::Htk } else { Mel::Slaney },
            };
            let edges = step.edges(16_000);
            assert_eq!(edges.len() + 2, words.len() - 5);
            for (place, [low, middle, high]) in edges.into_iter().enumerate() {
                for (found, at) in [(low, 5), (middle, 6), (high, 7)] {
                    let wanted = number(place + at);
                    assert!((found - wanted).abs() < 1e-4 * wanted.max(1.0), "{words:?}: {found} and not {wanted}");
                }
            }
        }
    }
}
