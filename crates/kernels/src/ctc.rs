//! Connectionist temporal classification: −ln of what all ways to spell a label along more places than it has symbols come to together, and the
//! derivative of it (Graves et al. 2006). Sums are taken over logarithms, in double precision, so that no length underflows.

use crate::processor::arch;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use crate::pointwise::functions::exp;
use crate::sums::{largest, sum};

/// Logits `[rows, time, symbols]`, of which symbol 0 is the blank, and labels `[rows, width]`. What lies behind a row's own places or symbols is
/// not looked at.
#[derive(Clone, Copy, Debug)]
pub struct Ctc<'a> {
    pub logits: &'a [f32],
    pub time: usize,
    pub symbols: usize,
    /// Of each row, how many places are its own.
    pub places: &'a [usize],
    /// One that is no symbol, or the blank, gives a loss that is no number.
    pub labels: &'a [i64],
    pub width: usize,
    /// Of each row, how many symbols its label has.
    pub lengths: &'a [usize],
}

const BLANK: usize = 0;

impl Ctc<'_> {
    fn check(&self) {
        let rows = self.places.len();
        assert_eq!(self.logits.len(), rows * self.time * self.symbols, "a logit for each symbol at each place");
        assert_eq!((self.labels.len(), self.lengths.len()), (rows * self.width, rows), "a label for each row");
        assert!(self.places.iter().all(|places| *places <= self.time), "no row is longer than all");
        assert!(self.lengths.iter().all(|length| *length <= self.width), "no label is longer than all");
    }

    /// Of each row; 0 of one that is [out of reach](Ctc::out_of_reach).
    ///
    /// # Panics
    /// If sizes disagree.
    pub fn losses(&self) -> Vec<f32> {
        self.check();
        (0..self.places.len())
            .into_par_iter()
            .map(|row| self.row(row).map_or(0.0, |row| row.forward(&row.normalizers()).1 as f32))
            .collect()
    }

    /// The derivative of each row's loss at its logits, as the logits lie.
    ///
    /// # Panics
    /// As [`Ctc::losses`].
    pub fn slopes(&self) -> Vec<f32> {
        self.check();
        let mut slopes = vec![0.0; self.logits.len()];
        let block = (self.time * self.symbols).max(1);
        slopes.par_chunks_mut(block).enumerate().for_each(|(row, slopes)| {
            if let Some(row) = self.row(row) {
                row.backward(slopes);
            }
        });
        slopes
    }

    /// Whether a row has fewer places than its label needs: one for each symbol, and a blank between two that are equal.
    pub fn out_of_reach(&self, row: usize) -> bool {
        let label = &self.labels[row * self.width..][..self.lengths[row]];
        let repeated = label.windows(2).filter(|pair| pair[0] == pair[1]).count();
        label.len() + repeated > self.places[row]
    }

    fn row(&self, row: usize) -> Option<Row<'_>> {
        if self.out_of_reach(row) {
            return None;
        }
        let label = &self.labels[row * self.width..][..self.lengths[row]];
        let symbol = |symbol: &i64| usize::try_from(*symbol).ok().filter(|symbol| (1..self.symbols).contains(symbol));
        Some(Row {
            logits: &self.logits[row * self.time * self.symbols..][..self.places[row] * self.symbols],
            symbols: self.symbols,
            places: self.places[row],
            label: label.iter().map(symbol).collect(),
        })
    }
}

/// A row's own logits, and its label; `None` of a label that is none.
struct Row<'a> {
    logits: &'a [f32],
    symbols: usize,
    places: usize,
    label: Option<Vec<usize>>,
}

impl Row<'_> {
    /// What is spelt along time: the label, with a blank before, behind and between its symbols.
    fn states(&self) -> usize {
        self.label.as_ref().map_or(1, |label| 2 * label.len() + 1)
    }

    fn symbol(&self, state: usize) -> usize {
        match &self.label {
            Some(label) if state % 2 == 1 => label[state / 2],
            _ => BLANK,
        }
    }

    /// Whether the blank before a state may be left out: between different symbols.
    fn may_skip(&self, state: usize) -> bool {
        state % 2 == 1 && state > 1 && self.symbol(state) != self.symbol(state - 2)
    }

    /// ln Σ exp(logit) at each place.
    fn normalizers(&self) -> Vec<f32> {
        let mut totals = vec![0.0; self.places];
        arch().dispatch(Normalize { logits: self.logits, symbols: self.symbols, totals: &mut totals });
        totals
    }

    fn log_share(&self, totals: &[f32], place: usize, state: usize) -> f64 {
        f64::from(self.logits[place * self.symbols + self.symbol(state)] - totals[place])
    }

    /// The states in which a row can be at a place: it begins in one of the first two and ends in one of the last two.
    fn reachable(&self, place: usize) -> std::ops::Range<usize> {
        let states = self.states();
        states.saturating_sub(2 * (self.places - place))..states.min(2 * (place + 1))
    }

    /// Of each place and state ln of all beginnings that end there, and the loss.
    fn forward(&self, totals: &[f32]) -> (Vec<f64>, f64) {
        let states = self.states();
        if self.label.is_none() {
            return (Vec::new(), f64::NAN);
        }
        if self.places == 0 {
            return (Vec::new(), 0.0);
        }
        let mut sums = vec![f64::NEG_INFINITY; self.places * states];
        for state in self.reachable(0) {
            sums[state] = self.log_share(totals, 0, state);
        }
        for place in 1..self.places {
            let (before, own) = sums.split_at_mut(place * states);
            let before = &before[(place - 1) * states..];
            for state in self.reachable(place) {
                let from = |back: usize| state.checked_sub(back).map_or(f64::NEG_INFINITY, |from| before[from]);
                let skipping = if self.may_skip(state) { from(2) } else { f64::NEG_INFINITY };
                own[state] = added(from(0), from(1), skipping) + self.log_share(totals, place, state);
            }
        }
        let last = &sums[(self.places - 1) * states..];
        let end = |back: usize| states.checked_sub(back).map_or(f64::NEG_INFINITY, |state| last[state]);
        let all = added(end(1), end(2), f64::NEG_INFINITY);
        (sums, -all)
    }

    /// How likely each symbol is at a place, less how much of what spells the label goes through it there.
    fn backward(&self, slopes: &mut [f32]) {
        let totals = self.normalizers();
        let states = self.states();
        let (sums, loss) = self.forward(&totals);
        let slopes = &mut slopes[..self.places * self.symbols];
        if loss.is_nan() {
            slopes.fill(f32::NAN);
            return;
        }
        arch().dispatch(Shares { logits: self.logits, symbols: self.symbols, totals: &totals, shares: slopes });
        // ln of all ends from each state, without its own place.
        let mut ends = vec![f64::NEG_INFINITY; states];
        for place in (0..self.places).rev() {
            if place + 1 == self.places {
                (states.saturating_sub(2)..states).for_each(|state| ends[state] = 0.0);
            } else {
                let through = |state: usize| match self.reachable(place + 1).contains(&state) {
                    true => ends[state] + self.log_share(&totals, place + 1, state),
                    false => f64::NEG_INFINITY,
                };
                let next: Vec<f64> = (0..states).map(through).collect();
                for state in self.reachable(place) {
                    let to = |ahead: usize| next.get(state + ahead).copied().unwrap_or(f64::NEG_INFINITY);
                    let skips = state + 2 < states && self.may_skip(state + 2);
                    ends[state] = added(to(0), to(1), if skips { to(2) } else { f64::NEG_INFINITY });
                }
            }
            let slopes = &mut slopes[place * self.symbols..][..self.symbols];
            for state in self.reachable(place) {
                let through = (sums[place * states + state] + ends[state] + loss).exp();
                slopes[self.symbol(state)] -= through as f32;
            }
        }
    }
}

/// ln(exp a + exp b + exp c)
fn added(a: f64, b: f64, c: f64) -> f64 {
    let most = a.max(b).max(c);
    if most == f64::NEG_INFINITY {
        return a + b + c;
    }
    ((a - most).exp() + (b - most).exp() + (c - most).exp()).ln() + most
}

struct Normalize<'a> {
    logits: &'a [f32],
    symbols: usize,
    totals: &'a mut [f32],
}

impl NullaryFnOnce for Normalize<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (total, logits) in self.totals.iter_mut().zip(self.logits.chunks_exact(self.symbols.max(1))) {
            let most = largest(logits);
            *total = sum(logits, |logit| exp(logit - most)).ln() + most;
        }
    }
}

struct Shares<'a> {
    logits: &'a [f32],
    symbols: usize,
    totals: &'a [f32],
    shares: &'a mut [f32],
}

impl NullaryFnOnce for Shares<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let symbols = self.symbols.max(1);
        let places = self.shares.chunks_exact_mut(symbols).zip(self.logits.chunks_exact(symbols));
        for ((shares, logits), total) in places.zip(self.totals) {
            shares.iter_mut().zip(logits).for_each(|(share, logit)| *share = exp(logit - total));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    const TIME: usize = 6;
    const SYMBOLS: usize = 5;

    fn given<'a>(logits: &'a [f32], labels: &'a [i64], places: &'a [usize], lengths: &'a [usize]) -> Ctc<'a> {
        Ctc { logits, time: TIME, symbols: SYMBOLS, places, labels, width: 3, lengths }
    }

    /// Rows with a repeated symbol, of one symbol, with a label that does not fit, and without any.
    const LABELS: [i64; 12] = [1, 2, 2, 3, 0, 0, 4, 4, 0, 0, 0, 0];
    const PLACES: [usize; 4] = [6, 4, 2, 3];
    const LENGTHS: [usize; 4] = [3, 1, 2, 0];

    fn logits() -> Vec<f32> {
        numbers(5, 4 * TIME * SYMBOLS).iter().map(|number| 3.0 * number).collect()
    }

    /// What `torch.nn.functional.ctc_loss(…, zero_infinity=True)` of PyTorch 2.9 gives in double precision.
    #[test]
    fn losses_and_slopes_are_pytorchs() {
        let logits = logits();
        let given = given(&logits, &LABELS, &PLACES, &LENGTHS);
        for (found, expected) in given.losses().iter().zip([5.494_604_8, 6.157_696_1, 0.0, 6.658_728_8]) {
            assert!((found - expected).abs() < 1e-5, "{found}, not {expected}");
        }
        assert_eq!((0..4).map(|row| given.out_of_reach(row)).collect::<Vec<_>>(), [false, false, true, false]);
        #[rustfmt::skip]
        let expected: [(usize, [f32; 30]); 3] = [
            (0, [0.597306, -0.750435, 0.097866, 0.039401, 0.015863, 0.003861, -0.00277, -0.357105, 0.253824, 0.10219,
                -0.759226, 0.030203, -0.143027, 0.005336, 0.866714, -0.349789, 0.243084, 0.051441, 0.039401, 0.015863,
                -0.242764, 0.243084, -0.055584, 0.039401, 0.015863, 0.005593, 0.003882, -0.365488, 0.253824, 0.10219]),
            (1, [-0.45031, 0.01046, 0.004211, 0.160269, 0.27537, -0.312659, 0.243084, 0.097866, -0.044154, 0.015863,
                -0.312659, 0.243084, 0.097866, -0.044154, 0.015863, -0.472528, 0.61121, 0.246073, -0.42464, 0.039885,
                0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
            (2, [0.0; 30]),
        ];
        let slopes = given.slopes();
        for (row, expected) in expected {
            let found = &slopes[row * TIME * SYMBOLS..][..TIME * SYMBOLS];
            for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
                assert!((found - expected).abs() < 2e-6, "row {row}, {at}: {found}, not {expected}");
            }
        }
    }

    /// Against all sequences of symbols, one by one, and against finite differences of that.
    #[test]
    fn losses_and_slopes_are_those_of_all_ways() {
        let logits = logits();
        let given = given(&logits, &LABELS, &PLACES, &LENGTHS);
        let (losses, slopes) = (given.losses(), given.slopes());
        let loss = |logits: &[f64], row: usize| {
            let places = PLACES[row];
            let share = |place: usize, symbol: usize| {
                let own = &logits[place * SYMBOLS..][..SYMBOLS];
                own[symbol].exp() / own.iter().map(|logit| logit.exp()).sum::<f64>()
            };
            let ways = (0..SYMBOLS.pow(places as u32)).filter_map(|number| {
                let way: Vec<usize> = (0..places).map(|place| number / SYMBOLS.pow(place as u32) % SYMBOLS).collect();
                let mut spelt = way.clone();
                spelt.dedup();
                spelt.retain(|symbol| *symbol != BLANK);
                let label = &LABELS[row * 3..][..LENGTHS[row]];
                let same =
                    spelt.len() == label.len() && spelt.iter().zip(label).all(|(one, other)| *one as i64 == *other);
                same.then(|| way.iter().enumerate().map(|(place, symbol)| share(place, *symbol)).product::<f64>())
            });
            -ways.sum::<f64>().ln()
        };
        for row in [0, 1, 3] {
            let own: Vec<f64> =
                logits[row * TIME * SYMBOLS..][..TIME * SYMBOLS].iter().copied().map(f64::from).collect();
            let expected = loss(&own, row);
            assert!((f64::from(losses[row]) - expected).abs() < 1e-5, "row {row}: {}, not {expected}", losses[row]);
            for at in (0..own.len()).step_by(3) {
                let moved = |by: f64| {
                    let mut own = own.clone();
                    own[at] += by;
                    loss(&own, row)
                };
                let expected = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                let found = f64::from(slopes[row * TIME * SYMBOLS + at]);
                assert!((found - expected).abs() < 1e-5, "row {row}, {at}: {found}, not {expected}");
            }
        }
    }

    #[test]
    fn long_rows_do_not_underflow_and_what_is_no_symbol_is_no_number() {
        let logits: Vec<f32> = numbers(1, 4000 * 4).iter().map(|number| 40.0 * number).collect();
        let labels: Vec<i64> = (0..900).map(|at| 1 + at % 3).collect();
        let long = Ctc {
            logits: &logits,
            time: 4000,
            symbols: 4,
            places: &[4000],
            labels: &labels,
            width: 900,
            lengths: &[900],
        };
        let (losses, slopes) = (long.losses(), long.slopes());
        assert!(losses[0].is_finite() && losses[0] > 1000.0, "{losses:?}");
        // What is added to all symbols of a place changes nothing.
        assert!(slopes.chunks(4).all(|place| place.iter().sum::<f32>().abs() < 1e-3));
        for label in [0, 4, -1] {
            let labels = [label];
            let wrong = Ctc { labels: &labels, width: 1, lengths: &[1], ..long };
            assert!(wrong.losses()[0].is_nan() && wrong.slopes().iter().all(|slope| slope.is_nan()), "{label}");
        }
        let none = Ctc { logits: &[], time: 0, symbols: 4, places: &[0], labels: &[], width: 0, lengths: &[0] };
        assert_eq!((none.losses(), none.slopes()), (vec![0.0], Vec::new()));
    }
}
