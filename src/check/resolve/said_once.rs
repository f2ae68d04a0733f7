//! One misspelt name is one mistake, however many places read it.

use std::collections::HashMap;

use crate::check::{Checker, codes};
use crate::diag::Diagnostic;

/// So many further places are shown; the rest are counted.
const SHOWN: usize = 3;

impl Checker<'_> {
    /// Of problems that say of one name of a file that nobody knows it, keeps the first with the places of the others.
    pub(in crate::check) fn say_once_per_name(&mut self) {
        self.sink.revise(|mut diagnostics| {
            diagnostics.sort_by_key(|diagnostic| diagnostic.span);
            let mut firsts = HashMap::new();
            let mut kept: Vec<(Diagnostic, Vec<Diagnostic>)> = Vec::with_capacity(diagnostics.len());
            for diagnostic in diagnostics {
                if *diagnostic.code != codes::UNKNOWN_NAME {
                    kept.push((diagnostic, Vec::new()));
                    continue;
                }
                let same = (diagnostic.span.file, diagnostic.message.clone(), diagnostic.help.clone());
                let first = *firsts.entry(same).or_insert(kept.len());
                match kept.get_mut(first) {
                    Some((_, others)) => others.push(diagnostic),
                    None => kept.push((diagnostic, Vec::new())),
                }
            }
            kept.into_iter().map(|(first, others)| together(first, others)).collect()
        });
    }
}

/// The first of several problems, which speaks for all of them and mends all of them.
fn together(mut first: Diagnostic, mut others: Vec<Diagnostic>) -> Diagnostic {
    // Found twice at one place, as what a template does is.
    others.dedup_by_key(|other| other.span);
    others.retain(|other| other.span != first.span);
    for other in &others {
        for (fix, more) in first.fixes.iter_mut().zip(&other.fixes).filter(|(fix, more)| fix.title == more.title) {
            // What one edit mends for all places is made once.
            let own: Vec<_> = more.edits.iter().filter(|edit| !fix.edits.contains(edit)).cloned().collect();
            fix.edits.extend(own);
        }
    }
    let places: Vec<_> = others.iter().map(|other| other.span).collect();
    first = places.iter().take(SHOWN).fold(first, |first, place| first.also(*place, "and here"));
    match places.len().saturating_sub(SHOWN) {
        0 => first,
        1 => first.note("and in one more place"),
        more => first.note(format!("and in {more} more places")),
    }
}
