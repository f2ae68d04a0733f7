//! `quantile`: the place among the training values, spread evenly or like a normal distribution.

use super::{Refusal, StepHalf, Training, map_columns, sorted_quantile};
use crate::catalog::steps::quantile::{Quantile, Spread};
use crate::data::values::Values;

/// The places nearest to the ends that are told from them.
const ENDS: f64 = 1e-7;

impl StepHalf for Quantile {
    /// The quantiles of each column, at even steps from the smallest value to the largest.
    type State = Vec<Vec<f64>>;

    fn fit(&self, training: &Training<'_>) -> Result<Vec<Vec<f64>>, Refusal> {
        training.sorted_columns(&mut |column| {
            let steps = self.quantiles.min(column.len()).max(2) - 1;
            Ok((0..=steps).map(|step| sorted_quantile(column, step as f64 / steps as f64)).collect())
        })
    }

    fn apply(&self, state: &Vec<Vec<f64>>, values: Values) -> Result<Values, Refusal> {
        Ok(map_columns(values, |column, value| {
            if value.is_nan() {
                return value;
            }
            let place = place(&state[column], value);
            match self.to {
                Spread::Uniform => place,
                Spread::Normal => normal_quantile(place.clamp(ENDS, 1.0 - ENDS)),
            }
        }))
    }
}

/// Where a value stands among the quantiles, from 0 to 1; of the places of an equal run the middle.
fn place(quantiles: &[f64], value: f64) -> f64 {
    let last = quantiles.len() - 1;
    if value <= quantiles[0] {
        return 0.0;
    }
    if value >= quantiles[last] {
        return 1.0;
    }
    let above = quantiles.partition_point(|quantile| *quantile <= value);
    let below = quantiles.partition_point(|quantile| *quantile < value);
    let at = if below < above {
        (below + above - 1) as f64 / 2.0
    } else {
        (above - 1) as f64 + (value - quantiles[above - 1]) / (quantiles[above] - quantiles[above - 1])
    };
    at / last as f64
}

/// The value below which a share of a standard normal distribution lies: algorithm AS 241 (Wichura 1988), to 16 digits.
fn normal_quantile(share: f64) -> f64 {
    let polynomial = |x: f64, factors: &[f64]| factors.iter().rev().fold(0.0, |sum, factor| sum * x + factor);
    let ratio = |x: f64, over: &[f64], under: &[f64]| polynomial(x, over) / polynomial(x, under);
    let centred = share - 0.5;
    if centred.abs() <= 0.425 {
        return centred * ratio(0.180_625 - centred * centred, &CENTRE.0, &CENTRE.1);
    }
    let root = (-share.min(1.0 - share).ln()).sqrt();
    let size = if root <= 5.0 { ratio(root - 1.6, &SIDE.0, &SIDE.1) } else { ratio(root - 5.0, &TAIL.0, &TAIL.1) };
    if centred < 0.0 { -size } else { size }
}

type Ratio = ([f64; 8], [f64; 8]);

const CENTRE: Ratio = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);
const SIDE: Ratio = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        0.000_774_545_014_278_341_4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        0.000_547_593_808_499_534_5,
        1.050_750_071_644_416_9e-09,
    ],
);
const TAIL: Ratio = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-05,
        2.010_334_399_292_288_1e-07,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        0.000_786_869_131_145_613_3,
        1.846_318_317_510_054_8e-05,
        1.421_511_758_316_446e-07,
        2.044_263_103_389_939_7e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_are_those_of_tables() {
        let expected = [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.9, 1.281_551_565_544_600_4),
            (0.01, -2.326_347_874_040_841),
            (0.001, -3.090_232_306_167_813_5),
            (1e-7, -5.199_337_582_192_817),
            (1e-12, -7.034_483_825_301_132),
        ];
        for (share, expected) in expected {
            assert!((normal_quantile(share) - expected).abs() < 1e-12, "{share}: {}", normal_quantile(share));
        }
    }
}
