//! Data for the textbook network: 100 numbers, and two questions that a linear layer of 50 and two linear heads can answer.
//!
//! A planted network of just that form decides the classes: z = A·x with A of 50×100, and each question asks on which
//! side of its own plane in z a row lies. Rows that lie almost on a plane are drawn again, so that the classes can be
//! learnt, and every row is kept apart from its neighbours by nothing but the plane.

use super::draw::Draw;
use super::{Column, Generator, Values};

pub(super) static GENERATOR: Generator = Generator {
    name: "two-layer",
    about: "100 numbers and two planted questions of two classes (csv, csv.gz)",
    rows: 2000,
    make,
};

const INPUTS: usize = 100;
const HIDDEN: usize = 50;
/// The least distance from a plane, in standard deviations.
const MARGIN: f64 = 0.15;
const FIRST: &[&str] = &["left", "right"];
const SECOND: &[&str] = &["down", "up"];

fn make(rows: usize, seed: u64) -> Vec<Column> {
    let mut draw = Draw::new(seed);
    let hidden: Vec<Vec<f64>> = (0..HIDDEN).map(|_| (0..INPUTS).map(|_| draw.normal() / 10.0).collect()).collect();
    // Each question's plane, seen from the inputs, of unit deviation.
    let planes: [Vec<f64>; 2] = std::array::from_fn(|_| {
        let weights: Vec<f64> = (0..HIDDEN).map(|_| draw.normal()).collect();
        let seen = (0..INPUTS).map(|input| hidden.iter().zip(&weights).map(|(row, weight)| row[input] * weight).sum());
        let seen: Vec<f64> = seen.collect();
        let length = seen.iter().map(|part: &f64| part * part).sum::<f64>().sqrt();
        seen.iter().map(|part| part / length).collect()
    });
    let mut inputs: Vec<Vec<f32>> = vec![Vec::new(); INPUTS];
    let mut answers = [Vec::with_capacity(rows), Vec::with_capacity(rows)];
    while answers[0].len() < rows {
        // Hundredths, so that a table holds exactly what decided the classes.
        let row: Vec<f64> = (0..INPUTS).map(|_| (draw.normal() * 100.0).round() / 100.0).collect();
        let scores = planes.each_ref().map(|plane| row.iter().zip(plane).map(|(x, weight)| x * weight).sum::<f64>());
        if scores.iter().any(|score| score.abs() < MARGIN) {
            continue;
        }
        inputs.iter_mut().zip(&row).for_each(|(column, x)| column.push(*x as f32));
        answers.iter_mut().zip(scores).for_each(|(answer, score)| answer.push(u8::from(score > 0.0)));
    }
    let [first, second] = answers;
    let mut columns: Vec<Column> = inputs
        .into_iter()
        .enumerate()
        .map(|(index, values)| column(format!("x{index:02}"), Values::Numbers(values, 2)))
        .collect();
    columns.push(column("first".into(), Values::Words(first, FIRST)));
    columns.push(column("second".into(), Values::Words(second, SECOND)));
    columns
}

fn column(name: String, values: Values) -> Column {
    Column { name, shape: Vec::new(), values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_planted_balanced_and_not_the_same_question() {
        let columns = make(1000, 7);
        let (Values::Words(first, _), Values::Words(second, _)) = (&columns[100].values, &columns[101].values) else {
            panic!("the last two columns are the answers")
        };
        let share = |answer: &[u8]| answer.iter().filter(|class| **class == 1).count() as f64 / 1000.0;
        assert!((0.4..0.6).contains(&share(first)) && (0.4..0.6).contains(&share(second)));
        let same = first.iter().zip(second).filter(|(left, right)| left == right).count();
        assert!((250..750).contains(&same), "{same} of 1000 rows have the same answer to both");
    }
}
