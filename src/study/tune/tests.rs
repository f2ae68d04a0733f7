//! Searches against scores that are known: what they propose, in which order, and that a rerun proposes the same.

use super::search::{Brief, METHODS, NotSearched, Proposal, Search, find};
use super::space::{Axis, SearchSpace, number_of};
use super::trials::{Difference, NoSearch, SearchOf, Trial, TrialsFile};
use crate::catalog::{ArgValue, ParamKind};
use crate::pipeline::Space;

fn space() -> SearchSpace {
    let over = Space::Range { low: 1e-4, high: 1.0, log: true, kind: ParamKind::Number };
    let param = Axis::Param { name: "lr".into(), space: over, written: "0.5".into() };
    let weights = Axis::Weights { tasks: vec!["a".into(), "b".into()], written: vec![0.9, 0.1] };
    SearchSpace { axes: vec![param, weights] }
}

fn brief(trials: usize) -> Brief {
    Brief { space: space(), trials, trials_given: true, epochs: 27, seed: 7, width: 2, points: Some(3) }
}

/// The best is lr = 0.01 and λ = (0.3, 0.7), with a score of 1; above lr = 0.7 it diverges.
fn score(proposal: &Proposal) -> Option<f64> {
    let value =
        |name: &str| proposal.set.iter().find(|(other, _)| other == name).and_then(|(_, value)| number_of(value));
    let (lr, share) = (value("lr")?, value("weights.a")?);
    (lr <= 0.7).then(|| 1.0 - 0.1 * (lr.log10() + 2.0).powi(2) - (share - 0.3).powi(2))
}

/// Everything a search proposes, with the known scores.
fn searched(search: &mut dyn Search, space: &SearchSpace) -> Vec<Trial> {
    let mut trials: Vec<Trial> = Vec::new();
    let mut wanted = vec![Proposal { set: space.as_written(), epochs: 27 }];
    wanted.extend(search.next(&[]));
    while !wanted.is_empty() {
        for proposal in wanted {
            if trials.iter().any(|trial| trial.is_of(&proposal)) {
                continue;
            }
            let score = score(&proposal);
            let failed = score.is_none().then(|| "diverged".to_string());
            let Proposal { set, epochs } = proposal;
            trials.push(Trial { number: trials.len(), set, epochs, score, failed, ..Trial::default() });
        }
        wanted = search.next(&trials);
    }
    trials
}

fn by(name: &str, trials: usize) -> Vec<Trial> {
    let brief = brief(trials);
    let mut search = (find(name).unwrap().start)(&brief).unwrap();
    searched(search.as_mut(), &brief.space)
}

fn best(trials: &[Trial]) -> f64 {
    trials.iter().filter(|trial| trial.epochs == 27).filter_map(|trial| trial.score).fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn every_search_is_a_function_of_its_seed_and_begins_as_written() {
    for method in METHODS {
        let trials = by(method.name, 9);
        assert_eq!(trials, by(method.name, 9), "{}", method.name);
        assert_eq!(trials[0].set, space().as_written(), "{}", method.name);
        assert!(best(&trials) > trials[0].score.unwrap(), "{}: {}", method.name, best(&trials));
        let mut keys: Vec<_> = trials.iter().map(Trial::key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), trials.len(), "{} tries something twice", method.name);
    }
    assert_eq!((by("random", 9).len(), by("bayesian", 9).len(), by("grid", 9).len()), (10, 10, 10));
}

#[test]
fn more_trials_begin_with_the_same() {
    for name in ["random", "bayesian"] {
        let (few, many) = (by(name, 8), by(name, 14));
        assert_eq!(few, many[..few.len()], "{name}");
    }
}

#[test]
fn a_search_that_learns_comes_closer_than_chance() {
    let (random, bayesian) = (best(&by("random", 24)), best(&by("bayesian", 24)));
    assert!(bayesian > 0.998, "{bayesian}");
    assert!(bayesian > random, "{bayesian} is not above {random}");
}

#[test]
fn halving_gives_the_full_epochs_to_the_best() {
    let trials = by("halving", 27);
    let of = |epochs: usize| trials.iter().filter(|trial| trial.epochs == epochs).count();
    // The spec as written has the full epochs besides.
    assert_eq!((of(1), of(3), of(9), of(27)), (27, 9, 3, 2));
    assert_eq!(best(&trials), trials.iter().filter_map(|trial| trial.score).fold(f64::NEG_INFINITY, f64::max));
}

#[test]
fn a_small_space_is_tried_once_and_a_grid_says_what_it_lacks() {
    let choices = Space::Choices([16, 32, 64].map(ArgValue::Integer).to_vec());
    let axis = Axis::Param { name: "width".into(), space: choices, written: "32".into() };
    let small = Brief { space: SearchSpace { axes: vec![axis] }, ..brief(20) };
    for method in METHODS {
        let mut search = (method.start)(&small).unwrap();
        let mut sets: Vec<_> = Vec::new();
        let mut done = Vec::new();
        let mut wanted = vec![Proposal { set: small.space.as_written(), epochs: 27 }];
        wanted.extend(search.next(&[]));
        while !wanted.is_empty() {
            for Proposal { set, epochs } in wanted {
                let score = set.first().and_then(|(_, value)| number_of(value));
                sets.push(set.clone());
                done.push(Trial { number: done.len(), set, epochs, score, ..Trial::default() });
            }
            wanted = search.next(&done);
        }
        sets.sort();
        sets.dedup();
        assert_eq!(sets.len(), 3, "{}", method.name);
    }
    let refused = |brief: &Brief| (find("grid").unwrap().start)(brief).err().unwrap();
    let why = refused(&Brief { points: None, ..brief(20) });
    assert!(why.to_string().contains("`lr` is continuous (log(1e-4, 1))") && why.help().contains("--points"), "{why}");
    let why = refused(&Brief { points: Some(9), ..brief(20) });
    assert_eq!(why, NotSearched::TooMany { points: 81, allowed: 20, by_person: true });
    assert!(why.to_string().contains("`--trials 20` allows 20"), "{why}");
}

#[test]
fn a_folder_keeps_trials_through_a_kill_and_refuses_another_search() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    let of = SearchOf {
        spec: "a".into(),
        spec_sha256: "1".into(),
        method: "random".into(),
        width: 2,
        ..SearchOf::default()
    };
    let (file, _) = TrialsFile::open(folder, of.clone()).unwrap();
    let trials = by("random", 3);
    trials.iter().for_each(|trial| file.append(trial).unwrap());
    assert_eq!(file.read().unwrap(), trials);
    // A kill while a line was written leaves half of it.
    let path = folder.join("trials.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 9]).unwrap();
    assert_eq!(file.read().unwrap(), trials[..3]);
    file.append(&trials[3]).unwrap();
    assert_eq!(file.read().unwrap(), trials);
    // While one searches there, another may not; then the width is the folder's, and spec, data or method is another search.
    let busy = TrialsFile::open(folder, of.clone()).err().unwrap();
    assert!(matches!(busy, NoSearch::NotLocked(_)));
    let busy = busy.to_string();
    assert!(busy.contains(&format!("another mtlc (process {})", std::process::id())), "{busy}");
    drop(file);
    let (_, kept) = TrialsFile::open(folder, SearchOf { width: 8, ..of.clone() }).unwrap();
    assert_eq!(kept.width, 2);
    let refusal = |of: SearchOf| match TrialsFile::open(folder, of) {
        Err(NoSearch::Another(_, difference)) => difference,
        other => panic!("{:?}", other.err()),
    };
    let changed = refusal(SearchOf { spec_sha256: "2".into(), ..of.clone() });
    assert_eq!(changed, Difference::Changed);
    let other = refusal(SearchOf { spec: "b".into(), spec_sha256: "2".into(), ..of.clone() });
    assert_eq!(other, Difference::Spec("a".into()));
    assert_eq!(refusal(SearchOf { method: "grid".into(), ..of.clone() }), Difference::Method("random".into()));
    let scored = refusal(SearchOf { folds: 5, ..of });
    assert!(scored.to_string().starts_with("scored by validation"), "{scored}");
}
