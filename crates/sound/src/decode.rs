//! Sounds from their bytes, whatever these are: what is damaged, cut short, too long or no sound is refused, within bounded memory and time.

use std::io::{Cursor, ErrorKind};

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use crate::format::{Format, no_sound};
use crate::resample::resampled;

/// Rates that a file may have; others are damage.
const RATES: std::ops::RangeInclusive<u32> = 1000..=768_000;

/// What is wanted of a sound.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Samples a second.
    pub rate: usize,
    /// So many seconds at most.
    pub longest: f64,
    /// Whether a longer one is cut; else it is refused.
    pub cut: bool,
}

/// Decodes a sound: its channels become their mean, at the rate that is wanted.
///
/// # Errors
/// The reason, to complete "… cannot be decoded: …".
pub fn decode(bytes: &[u8], wanted: &Wanted) -> Result<Vec<f32>, String> {
    let format = Format::of(bytes).ok_or_else(|| no_sound(bytes))?;
    let (samples, rate) = read(&format.with_length(bytes), format, wanted)?;
    let mut samples = resampled(&samples, rate as usize, wanted.rate);
    if wanted.cut {
        samples.truncate(((wanted.longest * wanted.rate as f64) as usize).max(1));
    }
    Ok(samples)
}

/// The samples of a file, at its own rate; of one that is cut some more than are wanted, so that the last are as they would be.
fn read(bytes: &[u8], format: Format, wanted: &Wanted) -> Result<(Vec<f32>, u32), String> {
    let damaged = || format!("it is {} file that is damaged or cut short", format.name());
    let said = |error: Error| match error {
        Error::Unsupported(_) => {
            format!("it is {} file of a kind that is not read; save it as WAV or FLAC", format.name())
        }
        _ => damaged(),
    };
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), Default::default());
    let (of_format, of_tags) = (FormatOptions::default(), MetadataOptions::default());
    let mut reader = symphonia::default::get_probe().probe(&Hint::new(), stream, of_format, of_tags).map_err(said)?;
    let track =
        reader.default_track(TrackType::Audio).ok_or_else(|| format!("it is {} file without sound", format.name()))?;
    let (track_id, expected) = (track.id, track.num_frames);
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio()).ok_or_else(damaged)?;
    let options = AudioDecoderOptions::default().verify(true);
    let mut decoder = symphonia::default::get_codecs().make_audio_decoder(parameters, &options).map_err(said)?;
    let (mut samples, mut rate, mut block) = (Vec::new(), None, Vec::new());
    loop {
        let packet = match reader.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            // So MP3 ends that is cut in the middle of a frame, which is looked at below.
            Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof && format == Format::Mp3 => break,
            Err(error) => return Err(said(error)),
        };
        if packet.track_id != track_id {
            continue;
        }
        let decoded = decoder.decode(&packet).map_err(said)?;
        let (own, channels) = (decoded.spec().rate(), decoded.spec().channels().count());
        if !RATES.contains(&own) || channels == 0 || *rate.get_or_insert(own) != own {
            return Err(damaged());
        }
        decoded.copy_to_vec_interleaved::<f32>(&mut block);
        samples.extend(block.chunks_exact(channels).map(mean));
        let most = wanted.longest * f64::from(own);
        if samples.len() as f64 > most {
            if !wanted.cut {
                return Err(too_long(expected.unwrap_or(0).max(samples.len() as u64), own, wanted));
            }
            if samples.len() as f64 > most + f64::from(own) {
                return Ok((samples, own));
            }
        }
    }
    let whole = format.is_whole(bytes, samples.len(), expected);
    if !whole || decoder.finalize().verify_ok == Some(false) {
        return Err(damaged());
    }
    if samples.iter().any(|sample| !sample.is_finite()) {
        return Err(format!("it is {} file with samples that are no numbers", format.name()));
    }
    match rate {
        Some(rate) if !samples.is_empty() => Ok((samples, rate)),
        _ => Err(format!("it is {} file of no length", format.name())),
    }
}

fn mean(channels: &[f32]) -> f32 {
    match channels {
        [only] => *only,
        several => several.iter().sum::<f32>() / several.len() as f32,
    }
}

fn too_long(samples: u64, rate: u32, wanted: &Wanted) -> String {
    format!(
        "it has {:.2} s, and at most {} are read; more by `longest: {}`, or what it begins with by `long: cut`",
        samples as f64 / f64::from(rate),
        wanted.longest,
        (samples as f64 / f64::from(rate)).ceil()
    )
}
