//! `log_mel`: how loud a sound is, in bands of frequencies, from moment to moment.

use mtlc_sound::{Mel, Spectra};

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::log_mel::LogMel;
use crate::data::parallel::in_order;
use crate::data::sounds::Series;
use crate::data::values::Values;

impl StepHalf for LogMel {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        let Values::Sounds(sounds) = values else { return Ok(values) };
        let rate = sounds.rate;
        let spectra = Spectra::new(&Mel {
            rate,
            window: self.samples(self.window, rate),
            hop: self.samples(self.hop, rate),
            size: self.spectrum(rate),
            bands: self.edges(rate),
        });
        let one = |row: usize| sounds.all[row].as_ref().map_or_else(Vec::new, |sound| spectra.of(&sound.samples));
        let mut series = Series::new(self.bands);
        in_order(sounds.all.len(), &one).iter().for_each(|row| series.push(row));
        Ok(Values::Series(series))
    }
}
