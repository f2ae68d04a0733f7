//! Heads that write: step by step they say what they say all at once, and one token costs one step.

use burn::tensor::Device;

use super::session::Session;
use super::tests::session_of;
use crate::catalog::decoders::Writes;
use crate::data::{Batch, HostValues};
use crate::lower::model::{Model, StepOp};
use crate::lower::trace::Mode;
use crate::lower::writing::write;

/// Names of three lengths, beside an output that is not written.
fn spelling(chain: &str) -> String {
    format!(
        "data penguins: csv(\"data/penguins.csv\") {{
           columns {{ bill_length_mm: number, bill_depth_mm: number, island: text, species: text }}
         }}
         input body from penguins[bill_length_mm, bill_depth_mm] -> impute(median) -> standardize
         input place from penguins.island -> characters -> embed(3) -> positions
         block reader(memory: value) {{ out: in + cross_attention(in -> layer_norm, memory, heads: 2) }}
         shared trunk from body -> dense(6) -> tanh
         task name from trunk {{
           label:   penguins.species
           target:  lowercase -> characters(end: true)
           head {{
             past = previous(target) -> embed(5)
             text: {chain} -> dense(label.vocabulary)
           }}
           loss:    cross_entropy
           predict: greedy(max: 12) -> inverse(target)
           metrics: [exact_match]
         }}"
    )
}

const CHAINS: [&str; 5] = [
    "concat(past, in) -> gru(7)",
    "concat(in, past) -> gru(6) -> layer_norm -> dropout(0.3) -> gru(5) -> tanh",
    "((past -> dense(4)) + (concat(past, in) -> conv1d(4, kernel: 2, dilation: 2, padding: causal))) -> relu",
    "(past -> dense(4) -> positions) -> attention(heads: 2, causal: true) -> reader(place) -> layer_norm",
    "(past -> dense(4)) -> attention(heads: 2, causal: true, relative: 2) -> layer_norm",
];

struct Case {
    session: Session,
    model: Model,
    batch: Batch,
}

impl Case {
    fn new(chain: &str) -> Self {
        let session = session_of(&spelling(chain));
        let model = session.model(4, &Device::flex()).expect("a model");
        // Rows of every species, so that lengths differ.
        let batch = session.prepared.batch(&[(0..344).step_by(17).collect()]);
        Self { session, model, batch }
    }

    /// The tokens that each place is given, and how many places each row has.
    fn given(&self) -> (Vec<Vec<i64>>, Vec<usize>) {
        let given = self.batch.targets[0].values[0].previous();
        let HostValues::I64(tokens) = &given.values else { panic!("tokens") };
        let time = given.shape[1];
        let at = |place: usize| tokens.iter().skip(place).step_by(time).copied().collect();
        ((0..time).map(at).collect(), (0..given.shape[0]).map(|row| given.places(row)).collect())
    }
}

#[test]
fn step_by_step_is_all_at_once() {
    for chain in CHAINS {
        let case = Case::new(chain);
        let trace = case.model.forward(&case.batch, Mode::EVALUATE, false);
        let whole = case.model.outputs(&trace, 0).expect("rows").remove(0);
        let [rows, time, vocabulary] = whole.ranked::<3>().dims();
        let whole = whole.to_host();
        let (given, lengths) = case.given();
        assert!(lengths.iter().max() > lengths.iter().min(), "{lengths:?}");
        assert_eq!(given.len(), time);
        // Each row twice: a row of a beam is the row.
        for width in [1, 2] {
            let mut writer = case.model.writer(&trace, 0, 0, width).expect("rows");
            let layers = case
                .model
                .steps
                .iter()
                .filter(|step| matches!(step.op, StepOp::Layer(_)) && step.path.starts_with("name."));
            let layers = layers.count();
            for (place, tokens) in given.iter().enumerate() {
                let tokens: Vec<i64> = tokens.iter().flat_map(|token| vec![*token; width]).collect();
                let found = writer.step(&tokens).to_host();
                for row in (0..rows).filter(|row| place < lengths[*row]) {
                    let expected = &whole[(row * time + place) * vocabulary..][..vocabulary];
                    for beginning in 0..width {
                        let found = &found[(row * width + beginning) * vocabulary..][..vocabulary];
                        for (found, expected) in found.iter().zip(expected) {
                            assert!(
                                (found - expected).abs() < 2e-6,
                                "{chain}: row {row}, place {place}: {found} is not {expected}"
                            );
                        }
                    }
                }
                // One token costs one place of each layer that depends on what is written, however many came before.
                assert_eq!(writer.places, (place + 1) * layers, "{chain}");
            }
        }
    }
}

/// Beginnings that change places, go and are there twice are what they would be had they been written so from the first token on.
#[test]
fn chosen_beginnings_remember_what_is_theirs() {
    for chain in CHAINS {
        let case = Case::new(chain);
        let trace = case.model.forward(&case.batch, Mode::EVALUATE, false);
        let rows = case.batch.rows[0].len();
        let written = |place: usize, row: usize| 2 + ((row * 3 + place * 5) % 7) as i64;
        let all: Vec<usize> = (0..2 * rows).collect();
        // The two of a row change places; then the second is there twice, and every third row goes.
        let turned: Vec<usize> = all.iter().map(|row| row ^ 1).collect();
        let stays: Vec<usize> = (0..rows).filter(|row| row % 3 != 1).collect();
        let kept: Vec<usize> = stays.iter().flat_map(|row| [2 * row + 1; 2]).collect();
        let tokens = |place: usize, rows: &[usize]| rows.iter().map(|row| written(place, *row)).collect::<Vec<i64>>();
        let mut writer = case.model.writer(&trace, 0, 0, 2).expect("rows");
        writer.step(&tokens(0, &all));
        writer.step(&tokens(1, &all));
        writer.choose(&turned);
        writer.step(&tokens(2, &all));
        writer.keep(&stays, &kept);
        let found = writer.step(&tokens(3, &kept));
        let mut whole = case.model.writer(&trace, 0, 0, 2).expect("rows");
        whole.step(&tokens(0, &turned));
        whole.step(&tokens(1, &turned));
        whole.step(&tokens(2, &all));
        let last: Vec<i64> = all.iter().map(|row| written(3, row | 1)).collect();
        let expected = whole.step(&last);
        let (width, found, expected) = (found.width(), found.to_host(), expected.to_host());
        assert_eq!(found.len(), kept.len() * width);
        for (found, row) in found.chunks(width).zip(&kept) {
            for (found, expected) in found.iter().zip(&expected[row * width..][..width]) {
                assert!((found - expected).abs() < 2e-6, "{chain}: row {row}: {found} is not {expected}");
            }
        }
    }
}

#[test]
fn writing_takes_the_likeliest_and_stops_at_the_end() {
    let case = Case::new(CHAINS[0]);
    let trace = case.model.forward(&case.batch, Mode::EVALUATE, false);
    let end = case.session.prepared.end_of(0, 0).expect("an end");
    let rows = case.batch.rows[0].len();
    let max = 12;
    let greedy = write(&mut case.model.writer(&trace, 0, 0, 1).expect("rows"), Writes::greedily(max), end, &[], &[]);
    assert_eq!(greedy.len(), rows);
    // By hand: each time the likeliest of all that can be written.
    let mut writer = case.model.writer(&trace, 0, 0, 1).expect("rows");
    let mut by_hand: Vec<Vec<i64>> = vec![Vec::new(); rows];
    let (mut tokens, mut ended) = (vec![0; rows], vec![false; rows]);
    for _ in 0..max {
        let logits = writer.step(&tokens);
        let (width, logits) = (logits.width(), logits.to_host());
        for row in 0..rows {
            let own = &logits[row * width..][..width];
            let best = (2..width).fold(2, |best, token| if own[token] > own[best] { token } else { best }) as i64;
            ended[row] |= best == end;
            if !ended[row] {
                by_hand[row].push(best);
            }
            tokens[row] = best;
        }
    }
    assert_eq!(greedy, by_hand);
    // A beam finds answers that are likelier in all rows together, by the score that they compete by: of n tokens the log probability over (5 + n) / 6.
    let score = |answers: &[Vec<i64>]| -> Vec<f64> {
        let mut writer = case.model.writer(&trace, 0, 0, 1).expect("rows");
        let (mut sums, mut tokens) = (vec![0.0; rows], vec![0; rows]);
        for place in 0..=max {
            let logits = writer.step(&tokens);
            let (width, logits) = (logits.width(), logits.to_host());
            for row in 0..rows {
                let own: Vec<f64> = logits[row * width..][..width].iter().map(|one| f64::from(*one)).collect();
                let total = own.iter().map(|one| one.exp()).sum::<f64>().ln();
                let next = match answers[row].len() {
                    length if place < length => answers[row][place],
                    length if place == length && place < max => end,
                    _ => continue,
                };
                sums[row] += own[next as usize] - total;
                tokens[row] = next;
            }
        }
        let counted = |answer: &Vec<i64>| answer.len() + usize::from(answer.len() < max);
        sums.iter().zip(answers).map(|(sum, answer)| sum / ((5 + counted(answer)) as f64 / 6.0)).collect()
    };
    let writes = Writes { width: 5, length_penalty: 1.0, ..Writes::greedily(max) };
    let beam = write(&mut case.model.writer(&trace, 0, 0, 5).expect("rows"), writes, end, &[], &[]);
    let (of_greedy, of_beam) = (score(&greedy), score(&beam));
    assert!(of_beam.iter().sum::<f64>() > of_greedy.iter().sum::<f64>(), "{of_beam:?} and {of_greedy:?}");
}
