//! Answers that are found where more is at hand than a head's output: a part of a row's text, or the nearest of many texts.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crate::answers::{Column, Ranked, Texts};
use crate::catalog::decoders::Finds;
use crate::data::{Batch, BatchPlan, HostTensor, HostValues, Prefetch, Prepared, remembered};
use crate::lower::Real;
use crate::lower::model::Model;
use crate::lower::trace::Mode;
use crate::pipeline::{Pipeline, inputs_behind};
use crate::score::metrics::Grams;

/// So many answers are brought to vectors at once.
const AT_ONCE: usize = 256;

/// So many answers at most, those that fit best, are asked whether they agree: what it costs is the square of it.
const AGREEING: usize = 32;

/// What is found among, task by task.
#[derive(Default)]
pub struct Found {
    of_tasks: BTreeMap<usize, Rankings>,
}

/// The candidates of tasks, as vectors: they are those of the model, and no rows that are asked about change them.
#[derive(Default)]
pub struct Known(BTreeMap<usize, Arc<Answers>>);

/// Answers as vectors of length 1.
#[derive(Default)]
struct Answers {
    texts: Vec<String>,
    /// Of questions of the training part which of them is the answer, and what was asked, as vectors of length 1.
    asked: Vec<(usize, Vec<f32>)>,
    /// Their n-grams, where it counts how far they agree.
    grams: Vec<Grams>,
    /// By the tokens that a target makes of them: those of the same tokens are one.
    by_tokens: HashMap<Vec<i64>, usize>,
    vectors: Vec<f32>,
}

/// What the answers of a task are chosen among.
struct Rankings {
    /// Those of the training part, of which one is answered.
    candidates: Arc<Answers>,
    /// Those of the rows that are asked about, among which a right one has its rank.
    of_rows: Answers,
    /// Of each row that is asked about, what it asks.
    queries: HashMap<usize, u64>,
    /// Which answers are right for what is asked.
    right: HashMap<u64, HashSet<usize>>,
}

impl Found {
    /// What is found among for the rows of a plan.
    pub fn of<P: BatchPlan + Clone>(
        pipeline: &Pipeline,
        model: &Model,
        prepared: &Arc<Prepared>,
        plan: &P,
        known: &mut Known,
    ) -> Self {
        let mut found = Self::default();
        for (index, task) in pipeline.tasks.iter().enumerate() {
            let Some((output, finds @ Finds::Nearest { .. }, target)) = task.predict.finder() else { continue };
            let rankings = Rankings::of(pipeline, model, prepared, plan, (index, output, target), finds, known);
            found.of_tasks.extend(rankings.map(|rankings| (index, rankings)));
        }
        found
    }

    /// The answers of a task for the rows of a batch, which are told by data set and number.
    pub fn answers(
        &self,
        prepared: &Prepared,
        task: usize,
        finds: Finds,
        output: &Real,
        rows: &[(usize, usize)],
    ) -> Box<dyn Column> {
        let scores: Vec<f64> = output.to_host().into_iter().map(f64::from).collect();
        let per_row = scores.len() / rows.len().max(1);
        match finds {
            Finds::Span { max } => {
                let lengths = output.extents().of(1).map(|lengths| lengths.to_vec());
                let of = |(place, (_, row)): (usize, &(usize, usize))| {
                    let own = &scores[place * per_row..(place + 1) * per_row];
                    let length = lengths.as_ref().map_or(per_row, |lengths| 2 * lengths[place]);
                    prepared.best_span(task, *row, &own[..length.min(own.len())], max)
                };
                Box::new(Texts::from(rows.iter().enumerate().map(of).collect::<Vec<_>>()))
            }
            Finds::Nearest { best, memory, agreement } => {
                let mut ranked = Ranked::default();
                for (place, (_, row)) in rows.iter().enumerate() {
                    let query = unit(&scores[place * per_row..place * per_row + per_row / 2]);
                    match self.of_tasks.get(&task) {
                        Some(rankings) => ranked.push(
                            rankings.candidates.best(&query, best, memory, agreement),
                            rankings.rank(&query, *row),
                        ),
                        None => ranked.push(Vec::new(), 0),
                    }
                }
                Box::new(ranked)
            }
        }
    }
}

impl Rankings {
    fn of<P: BatchPlan + Clone>(
        pipeline: &Pipeline,
        model: &Model,
        prepared: &Arc<Prepared>,
        plan: &P,
        (task, output, target): (usize, usize, usize),
        finds: Finds,
        known: &mut Known,
    ) -> Option<Self> {
        let data = pipeline.tasks[task].label.data;
        let label = prepared.label(task);
        let texts = label.values.of::<Texts>();
        let behind = inputs_behind(&pipeline.nodes, &pipeline.tasks[task]);
        let (mut queries, mut labelled, mut any) = (HashMap::new(), Vec::new(), None);
        for batch in Prefetch::start(prepared.clone(), plan.clone(), 2) {
            for (place, row) in batch.rows[data].iter().enumerate() {
                any = any.or(Some(*row));
                queries.insert(*row, asked(pipeline, &batch, data, place, &behind));
                if let Some(texts) = texts.filter(|_| label.present.contains(*row)) {
                    labelled.push((*row, texts.values[*row].clone()));
                }
            }
        }
        let encode = |texts: &[String]| {
            Answers::of(model, prepared, (task, output, target), (data, any?), pipeline.data.len(), texts)
        };
        let candidates = match known.0.get(&task) {
            Some(candidates) => candidates.clone(),
            None => {
                let mut candidates = encode(prepared.candidates(task, target))?;
                candidates.remember(pipeline, model, prepared, (task, output, target), (data, any?));
                if matches!(finds, Finds::Nearest { agreement, .. } if agreement > 0.0) {
                    candidates.grams = candidates.texts.iter().map(|text| Grams::of(text)).collect();
                }
                known.0.entry(task).or_insert(candidates.into()).clone()
            }
        };
        let of_rows = encode(&labelled.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>())?;
        let mut right: HashMap<u64, HashSet<usize>> = HashMap::new();
        for (row, text) in &labelled {
            let tokens = prepared.target_of(task, target, std::slice::from_ref(text)).map(|made| tokens_of(&made, 0));
            let answer = tokens.and_then(|tokens| of_rows.by_tokens.get(&tokens).copied());
            right.entry(queries[row]).or_default().extend(answer);
        }
        Some(Self { candidates, of_rows, queries, right })
    }

    /// The rank of the best right answer, from 1: those that are as near and wrong stand before it. 0 if none is known.
    fn rank(&self, query: &[f32], row: usize) -> u64 {
        let Some(right) = self.queries.get(&row).and_then(|asked| self.right.get(asked)) else { return 0 };
        let scores = self.of_rows.scores(query);
        let Some(best) = right.iter().map(|answer| scores[*answer]).max_by(f32::total_cmp) else { return 0 };
        let before = scores.iter().enumerate().filter(|(answer, score)| **score >= best && !right.contains(answer));
        before.count() as u64 + 1
    }
}

impl Answers {
    /// What the head makes of some texts in the place of a label. A row that there is stands for all that it reads beside.
    fn of(
        model: &Model,
        prepared: &Prepared,
        (task, output, target): (usize, usize, usize),
        (data, row): (usize, usize),
        sets: usize,
        texts: &[String],
    ) -> Option<Self> {
        let mut answers = Self::default();
        for texts in texts.chunks(AT_ONCE) {
            let made = prepared.target_of(task, target, texts)?;
            let mut chosen = Vec::new();
            for (place, text) in texts.iter().enumerate() {
                let tokens = tokens_of(&made, place);
                let next = answers.texts.len();
                if !tokens.is_empty() && *answers.by_tokens.entry(tokens).or_insert(next) == next {
                    answers.texts.push(text.clone());
                    chosen.push(text.clone());
                }
            }
            if chosen.is_empty() {
                continue;
            }
            let mut rows = vec![Vec::new(); sets];
            rows[data] = vec![row; chosen.len()];
            let mut batch = prepared.batch(&rows);
            batch.targets[task].values[target] = prepared.target_of(task, target, &chosen)?;
            let trace = model.answer(&batch, Mode::EVALUATE);
            let both = model.outputs(&trace, task)?.swap_remove(output);
            let width = both.width();
            let numbers = both.to_host();
            answers.vectors.extend(numbers.chunks(width).flat_map(|both| {
                let answer: Vec<f64> = both[width / 2..].iter().map(|number| f64::from(*number)).collect();
                unit(&answer)
            }));
        }
        Some(answers)
    }

    /// How near each of them is.
    fn scores(&self, query: &[f32]) -> Vec<f32> {
        self.vectors.chunks(query.len().max(1)).map(|answer| near(answer, query)).collect()
    }

    /// Remembers what was asked in the training part.
    fn remember(
        &mut self,
        pipeline: &Pipeline,
        model: &Model,
        prepared: &Prepared,
        (task, output, target): (usize, usize, usize),
        (data, row): (usize, usize),
    ) -> Option<()> {
        let input = remembered(pipeline, &pipeline.tasks[task])?;
        for questions in prepared.questions(&pipeline.tasks[task].name).chunks(AT_ONCE) {
            let (asked, answers): (Vec<String>, Vec<String>) =
                questions.iter().map(|question| (question.asked.clone(), question.answer.clone())).unzip();
            let made = prepared.target_of(task, target, &answers)?;
            let mut rows = vec![Vec::new(); pipeline.data.len()];
            rows[data] = vec![row; asked.len()];
            let mut batch = prepared.batch(&rows);
            batch.inputs[input] = prepared.input_of(pipeline, input, &asked)?;
            batch.present[input] = batch.present[input].as_ref().map(|_| vec![true; asked.len()]);
            let trace = model.answer(&batch, Mode::EVALUATE);
            let both = model.outputs(&trace, task)?.swap_remove(output);
            let width = both.width();
            for (place, both) in both.to_host().chunks(width).enumerate() {
                let query: Vec<f64> = both[..width / 2].iter().map(|number| f64::from(*number)).collect();
                // An answer that is none of the candidates any more (`candidates(most: …)`) is forgotten.
                let answer = self.by_tokens.get(&tokens_of(&made, place)).copied();
                self.asked.extend(answer.map(|answer| (answer, unit(&query))));
            }
        }
        Some(())
    }

    /// How well each of them fits a query, `memory` of which is how near it is to a question that was so answered.
    fn fits(&self, query: &[f32], memory: f64) -> Vec<f64> {
        let own = self.scores(query);
        // Nothing is farther than what points the other way.
        let mut asked = vec![-1.0f32; own.len()];
        for (answer, question) in &self.asked {
            asked[*answer] = asked[*answer].max(near(question, query));
        }
        let score = |(own, asked): (&f32, &f32)| (1.0 - memory) * f64::from(*own) + memory * f64::from(*asked);
        own.iter().zip(&asked).map(score).collect()
    }

    /// The best ones with their scores; of equals the first.
    fn best(&self, query: &[f32], best: usize, memory: f64, agreement: f64) -> Vec<(String, f64)> {
        let scores = self.fits(query, memory);
        let mut order: Vec<(usize, f64)> = scores.into_iter().enumerate().collect();
        let descending = |one: &(usize, f64), other: &(usize, f64)| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0));
        order.sort_by(descending);
        if agreement > 0.0 {
            order.truncate(AGREEING);
            order = self.agreed(&order, agreement);
            order.sort_by(descending);
        }
        order.into_iter().take(best).map(|(answer, score)| (self.texts[answer].clone(), score)).collect()
    }

    /// The chrF to be expected of each of some answers, if each of them is right as probably as its score says.
    fn agreed(&self, scored: &[(usize, f64)], temperature: f64) -> Vec<(usize, f64)> {
        let largest = scored.first().map_or(0.0, |(_, score)| *score);
        let weights: Vec<f64> = scored.iter().map(|(_, score)| ((score - largest) / temperature).exp()).collect();
        let sum: f64 = weights.iter().sum();
        // Each answer agrees with itself.
        let mut expected = weights.clone();
        for (one, (answer, _)) in scored.iter().enumerate() {
            for (other, (label, _)) in scored.iter().enumerate().skip(one + 1) {
                let [own, turned] = self.grams[*answer].both_ways(&self.grams[*label]);
                expected[one] += weights[other] * own;
                expected[other] += weights[one] * turned;
            }
        }
        scored.iter().zip(expected).map(|((answer, _), expected)| (*answer, expected / sum)).collect()
    }
}

/// The cosine of vectors of length 1.
fn near(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// Of length 1.
fn unit(vector: &[f64]) -> Vec<f32> {
    let length = vector.iter().map(|number| number * number).sum::<f64>().sqrt().max(1e-6);
    vector.iter().map(|number| (number / length) as f32).collect()
}

/// The tokens of a row.
fn tokens_of(made: &HostTensor, row: usize) -> Vec<i64> {
    let HostValues::I64(tokens) = &made.values else { return Vec::new() };
    let width = made.shape.get(1).copied().unwrap_or(1);
    let length = made.lengths.first().map_or(width, |(_, lengths)| lengths[row]);
    tokens[row * width..row * width + length].to_vec()
}

/// What a row of a batch asks: all that the task reads of it, padding left out.
fn asked(
    pipeline: &Pipeline,
    batch: &Batch,
    data: usize,
    place: usize,
    behind: &std::collections::BTreeSet<usize>,
) -> u64 {
    let mut hasher = DefaultHasher::new();
    for input in behind {
        let Some(set) = pipeline.inputs[*input].rows.iter().position(|set| *set == data) else { continue };
        let before: usize = pipeline.inputs[*input].rows[..set].iter().map(|set| batch.rows[*set].len()).sum();
        let (values, row) = (&batch.inputs[*input], before + place);
        let width: usize = values.shape[1..].iter().product();
        // Of tokens as many as the row has; what else differs in size is hashed with its padding.
        let own = match values.lengths.as_slice() {
            [(1, lengths)] if values.shape.len() == 2 => lengths[row],
            _ => width,
        };
        input.hash(&mut hasher);
        match &values.values {
            HostValues::I64(all) => all[row * width..row * width + own].hash(&mut hasher),
            HostValues::F32(all) => {
                all[row * width..row * width + own].iter().for_each(|number| number.to_bits().hash(&mut hasher));
            }
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::metrics::{self, MetricDef};
    use crate::catalog::{ArgValue, Args};
    use crate::score::metrics::compute;
    use crate::score::{Figure, Scored};

    /// Rankings among these answers, with what is right for each query.
    fn rankings(answers: &[Vec<f64>], right: &[Vec<usize>]) -> Rankings {
        let named = |place: usize| format!("answer {place}");
        let of = || Answers {
            texts: (0..answers.len()).map(named).collect(),
            by_tokens: HashMap::new(),
            vectors: answers.iter().flat_map(|answer| unit(answer)).collect(),
            ..Answers::default()
        };
        Rankings {
            candidates: of().into(),
            of_rows: of(),
            queries: (0..right.len()).map(|row| (row, row as u64)).collect(),
            right: right.iter().enumerate().map(|(row, right)| (row as u64, right.iter().copied().collect())).collect(),
        }
    }

    fn metric(name: &str, k: Option<i64>) -> MetricDef {
        let values = k.map(|k| ("k", ArgValue::Integer(k))).into_iter().collect();
        metrics::find(name).and_then(|entry| (entry.from_args)(&Args { values })).expect("a metric")
    }

    /// `scripts/answer_metrics_reference.py` makes the figures, with scikit-learn.
    #[test]
    fn ranks_are_those_of_scikit_learn() {
        let document: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/train/answer_metrics.json")).expect("JSON");
        for case in document["rankings"].as_array().expect("cases") {
            let vectors =
                |name: &str| -> Vec<Vec<f64>> { serde_json::from_value(case[name].clone()).expect("numbers") };
            let right: Vec<usize> = serde_json::from_value(case["right"].clone()).expect("numbers");
            let rankings = rankings(&vectors("answers"), &right.iter().map(|one| vec![*one]).collect::<Vec<_>>());
            let mut ranked = Ranked::default();
            for (row, query) in vectors("queries").iter().enumerate() {
                let query = unit(query);
                let nearest = rankings.candidates.best(&query, 3, 0.0, 0.0);
                let rank = rankings.rank(&query, row);
                // Both ways of finding agree on who is first.
                assert_eq!(rank == 1, nearest[0].0 == format!("answer {}", right[row]));
                ranked.push(nearest, rank);
            }
            let labels = Texts::from(vec![String::new(); right.len()]);
            let is = |metric: &MetricDef, expected: &serde_json::Value| {
                let Figure::Number(found) = compute(metric, &Scored::of(&labels, &ranked, &[])) else {
                    panic!("no figure")
                };
                let expected = expected.as_f64().expect("a number");
                assert!((found - expected).abs() < 1e-9, "{metric:?}: {found} is not {expected}");
            };
            is(&metric("mrr", None), &case["mrr"]);
            for k in [1, 3, 10] {
                is(&metric("recall_at", Some(k)), &case["recall"][&k.to_string()]);
            }
        }
    }

    #[test]
    fn the_first_right_answer_counts_and_equals_stand_before_it() {
        let answers = [vec![1.0, 0.0], vec![0.0, 1.0], vec![3.0, 3.0], vec![0.0, 2.0]];
        // The second and the fourth answer are the same direction.
        let rankings = rankings(&answers, &[vec![1], vec![0, 2], vec![2], vec![]]);
        let up = unit(&[0.0, 5.0]);
        assert_eq!(rankings.rank(&up, 0), 2, "one that is as near and wrong stands before it");
        assert_eq!(rankings.rank(&up, 1), 3, "the better of two right ones");
        assert_eq!(rankings.rank(&unit(&[1.0, 1.1]), 2), 1);
        assert_eq!((rankings.rank(&up, 3), rankings.rank(&up, 9)), (0, 0), "nothing is right, and nobody asked");
        let nearest = rankings.candidates.best(&up, 2, 0.0, 0.0);
        assert_eq!(nearest.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["answer 1", "answer 3"]);
        assert!((nearest[0].1 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_was_asked_counts_as_much_as_it_is_told_to() {
        let mut answers = Answers {
            texts: ["one", "two"].map(String::from).into(),
            vectors: [[1.0, 0.0], [0.0, 1.0]].concat(),
            ..Answers::default()
        };
        // What was answered by the second lies where the first answer lies; of its two questions the nearer one counts.
        answers.asked = vec![(1, vec![1.0, 0.0]), (1, vec![-1.0, 0.0])];
        let right = unit(&[1.0, 0.0]);
        assert_eq!(answers.fits(&right, 0.0), [1.0, 0.0]);
        assert_eq!(answers.fits(&right, 1.0), [-1.0, 1.0], "nobody asked for the first");
        assert_eq!(answers.fits(&right, 0.25), [0.5, 0.25]);
        assert_eq!(answers.best(&right, 1, 0.25, 0.0)[0].0, "one");
        assert_eq!(answers.best(&right, 1, 0.75, 0.0)[0].0, "two");
    }

    #[test]
    fn of_answers_that_are_alike_one_is_given_before_a_better_one_that_stands_alone() {
        let texts = ["zzz", "abcabc", "abcabd", "abcabe"].map(String::from);
        let mut answers = Answers { grams: texts.iter().map(|text| Grams::of(text)).collect(), ..Answers::default() };
        answers.texts = texts.into();
        answers.vectors = [[1.0, 0.0], [0.96, 0.28], [0.96, 0.28], [0.96, -0.28]].concat();
        let right = unit(&[1.0, 0.0]);
        assert_eq!(answers.best(&right, 1, 0.0, 0.0)[0].0, "zzz");
        assert_eq!(answers.best(&right, 1, 0.0, 0.01)[0].0, "zzz", "four temperatures lower weigh 2%");
        let agreed = answers.best(&right, 4, 0.0, 1.0);
        assert_eq!((agreed[0].0.as_str(), agreed[3].0.as_str()), ("abcabc", "zzz"));
        // The chrF of two of them, order by order: 5 of 6, 4 of 5, …, 1 of 2, none of 1; the mean over all but "zzz", each with e^−0.04, and "zzz" with 1.
        let pair = [5.0 / 6.0, 4.0 / 5.0, 3.0 / 4.0, 2.0 / 3.0, 1.0 / 2.0, 0.0].iter().sum::<f64>() / 6.0;
        let weight = (-0.04f64).exp();
        let expected = weight * (1.0 + 2.0 * pair) / (1.0 + 3.0 * weight);
        assert!((agreed[0].1 - expected).abs() < 1e-6, "{} is not {expected}", agreed[0].1);
    }
}
