//! Sound of another rate: a sinc under a Hann window, of six of its zeros on each side, which ends at 99 % of the lower of both rates; as `torchaudio.functional.resample` has it
//! (Smith, Digital Audio Resampling).

use std::f64::consts::PI;

/// So many zeros of the sinc on each side.
const ZEROS: f64 = 6.0;
/// Where what is kept ends, of half the lower rate.
const ROLLOFF: f64 = 0.99;

/// The sound at another rate.
pub fn resampled(samples: &[f32], from: usize, to: usize) -> Vec<f32> {
    if from == to || samples.is_empty() {
        return samples.to_vec();
    }
    let common = gcd(from, to);
    let (from, to) = (from / common, to / common);
    let phases: Vec<(i64, Vec<f64>)> = (0..to).map(|phase| weights(phase, from, to)).collect();
    let length = (samples.len() * to).div_ceil(from);
    let at = |place: usize| {
        let (first, weights) = &phases[place % to];
        let first = *first + (place / to * from) as i64;
        // What lies beyond both ends is silence.
        let skipped = usize::try_from(-first).unwrap_or(0).min(weights.len());
        let start = usize::try_from(first).unwrap_or(0).min(samples.len());
        let products = weights[skipped..].iter().zip(&samples[start..]);
        products.map(|(weight, sample)| weight * f64::from(*sample)).sum::<f64>() as f32
    };
    (0..length).map(at).collect()
}

/// By what the samples around are weighed for the output of this phase, and which of them is the first.
fn weights(phase: usize, from: usize, to: usize) -> (i64, Vec<f64>) {
    let (from, to) = (from as f64, to as f64);
    let cutoff = from.min(to) * ROLLOFF;
    // Where the output lies, in samples, and how far the window reaches from there.
    let (middle, reach) = (phase as f64 * from / to, ZEROS * from / cutoff);
    let (first, last) = ((middle - reach).ceil() as i64, (middle + reach).floor() as i64);
    let weight = |place: i64| {
        let along = ((place as f64 - middle) * cutoff / from).clamp(-ZEROS, ZEROS);
        let window = (along * PI / ZEROS / 2.0).cos().powi(2);
        let sinc = if along == 0.0 { 1.0 } else { (along * PI).sin() / (along * PI) };
        window * sinc * cutoff / from
    };
    (first, (first..=last).map(weight).collect())
}

fn gcd(one: usize, other: usize) -> usize {
    if other == 0 { one } else { gcd(other, one % other) }
}
