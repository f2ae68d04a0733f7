//! The words of the language are the same wherever something colours specs: the TextMate grammar, tree-sitter's queries, the site.

use std::collections::BTreeSet;

use mtlc::syntax::KEYWORDS;

use crate::support::{all_good, repository};

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The words between two texts, apart by anything that is no letter.
fn between(text: &str, before: &str, after: &str) -> BTreeSet<String> {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("there is no {before}"));
    let (list, _) = rest.split_once(after).unwrap_or_else(|| panic!("there is no {after} behind {before}"));
    list.split(|letter: char| !letter.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_string)
        .collect()
}

fn union(sets: &[&BTreeSet<String>]) -> BTreeSet<String> {
    sets.iter().flat_map(|set| set.iter().cloned()).collect()
}

#[test]
fn whatever_colours_specs_knows_the_same_words() {
    let declarations: BTreeSet<String> =
        KEYWORDS.iter().filter(|word| **word != "use").map(|word| (*word).to_string()).collect();
    let textmate = read("editors/vscode/syntaxes/mtl.tmLanguage.json");
    let named = between(&textmate, "\"match\": \"^(", ")\\\\s+");
    let alone = between(&textmate, "\"match\": \"^(weights", ")\\\\b");
    let parts = between(&textmate, "\"keyword.control.mtl\", \"match\": \"\\\\b(", ")");
    let operators = between(&textmate, "\"keyword.operator.word.mtl\", \"match\": \"\\\\b(", ")");
    let constants = between(&textmate, "\"constant.language.mtl\", \"match\": \"\\\\b(", ")");

    let site = read("docs/mtl.js");
    let site_declarations = between(&site, "DECLARATIONS = \"", "\"");
    let site_words = union(&[&between(&site, "keyword: \"", "\""), &between(&site, "literal: \"", "\"")]);

    let tree = read("editors/tree-sitter-mtl/grammar.js");
    let queries = read("editors/tree-sitter-mtl/queries/highlights.scm");

    let mut problems = Vec::new();
    let mut same = |what: &str, left: &BTreeSet<String>, right: &BTreeSet<String>| {
        if left != right {
            problems.push(format!("{what}: {:?}", left.symmetric_difference(right).collect::<Vec<_>>()));
        }
    };
    same("keywords in the TextMate grammar", &union(&[&named, &alone, &["weights".into()].into()]), &declarations);
    same("keywords on the site", &site_declarations, &declarations);
    same("words on the site", &site_words, &union(&[&parts, &operators, &constants]));
    for word in &declarations {
        assert!(tree.contains(&format!("\"{word}\"")), "tree-sitter's grammar has no `{word}`");
    }
    for word in union(&[&parts, &operators, &constants]) {
        // These two are nodes of their own.
        let known = queries.contains(&format!("\"{word}\"")) || ["true", "false"].contains(&word.as_str());
        assert!(known, "editors/tree-sitter-mtl/queries/highlights.scm does not colour `{word}`");
    }
    all_good(problems);
}
