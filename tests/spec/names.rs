//! Names of every spec, sound or broken: each stands where it is said to, means what is written there, and none is left out.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use mtlc::check::analysis::{Analysis, Names, Sort};
use mtlc::check::{self, Options};
use mtlc::diag::{Code, Sink};
use mtlc::source::{DiskLoader, FileId, Sources, Span};

use crate::support::{all_good, files_below, repository};

/// What a check finds out, and the codes of what it says.
fn analyse(path: &Path, text: &str) -> (Analysis, Sources, Vec<&'static Code>) {
    let mut sources = Sources::default();
    let file = sources.add(path.display().to_string(), Some(path), text);
    let mut sink = Sink::default();
    let analysis = check::check(file, &mut sources, &DiskLoader::default(), &Options::default(), &mut sink);
    let codes = sink.finish().iter().map(|problem| problem.code).collect();
    (analysis, sources, codes)
}

/// Every `.mtl` file of the repository that a person might open, as it stands and cut off at some lines.
fn texts() -> Vec<(std::path::PathBuf, String)> {
    let mut texts = Vec::new();
    for path in ["tests/spec", "pipelines"].into_iter().flat_map(|folder| files_below(&repository(folder), "mtl")) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        for part in 1..4 {
            if let Some(end) = ends.get(ends.len() * part / 4) {
                texts.push((path.clone(), text[..*end].to_string()));
            }
        }
        texts.push((path, text));
    }
    texts
}

#[test]
fn names_of_every_spec_mean_what_is_written() {
    let texts = texts();
    assert!(texts.len() > 1000, "only {} texts", texts.len());
    let mut uses = 0;
    let wrong: Vec<String> = texts
        .iter()
        .flat_map(|(path, text)| {
            let (analysis, sources, codes) = analyse(path, text);
            let names = analysis.names();
            uses += names.uses.len();
            let mut wrong = misplaced(&names, &sources);
            // What was lost has no names, and of two things with one name the second is read by none.
            let lost = codes.iter().any(|code| code.fixed || ["duplicate-name", "use-cycle"].contains(&code.name));
            wrong.extend(left_out(&analysis, &names, &sources).filter(|_| !lost));
            wrong.into_iter().map(|said| format!("{}: {said}", path.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(uses > 10_000, "only {uses} uses");
    all_good(wrong);
}

/// Uses and definitions at places where something else is written.
fn misplaced(names: &Names, sources: &Sources) -> Vec<String> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_string();
    let stands = |span: Span, name: &str| {
        let text = sources.text(span);
        text.trim_matches('"') == name || text == last(name)
    };
    let mut wrong = Vec::new();
    for one in &names.uses {
        let definition = &names.definitions[one.of];
        // A member of a family is written as the family, a column in a range by the range.
        if !stands(one.span, &definition.name) {
            wrong.push(format!("`{}` is said to be a use of `{}`", sources.text(one.span), definition.name));
        }
        assert_eq!(names.at(one.span.file, one.span.start as usize).map(|found| &found.name), Some(&definition.name));
    }
    for definition in &names.definitions {
        if let (Some(span), false) = (definition.span, matches!(definition.sort, Sort::Task | Sort::Column))
            && !stands(span, &definition.name)
        {
            wrong.push(format!("`{}` is said to be the definition of `{}`", sources.text(span), definition.name));
        }
    }
    wrong
}

/// Words of the spec that name a declaration, and are not said to.
fn left_out(analysis: &Analysis, names: &Names, sources: &Sources) -> Option<String> {
    analysis.partial()?;
    let file = FileId(0);
    let declared: HashMap<&str, &Sort> = names
        .definitions
        .iter()
        .filter(|definition| definition.span.is_some_and(|span| span.file == file))
        .filter(|definition| {
            matches!(definition.sort, Sort::Block | Sort::Data | Sort::Input | Sort::Param | Sort::Shared | Sort::Value)
        })
        .map(|definition| (definition.name.as_str(), &definition.sort))
        .collect();
    let told: HashSet<u32> = names.uses.iter().filter(|one| one.span.file == file).map(|one| one.span.start).collect();
    let defined: HashSet<u32> =
        names.definitions.iter().filter_map(|definition| definition.span).map(|span| span.start).collect();
    let text = &sources.get(file).text;
    for (start, word) in words(text) {
        let (before, after) = (text[..start].trim_end(), text[start + word.len()..].trim_start());
        // A field, an argument or a member is called as it likes, and so is what a catalog entry calls its own.
        let named =
            after.starts_with(':') || before.ends_with('.') || after.starts_with('=') && !after.starts_with("==");
        if declared.contains_key(word)
            && !named
            && !told.contains(&(start as u32))
            && !defined.contains(&(start as u32))
        {
            let place = sources.position(Span::new(file, start, start));
            return Some(format!("`{word}` in line {} is told to be nothing", place.line));
        }
    }
    None
}

/// Words outside comments and strings, with their places.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(character) = text[rest..].chars().next() {
        let here = &text[rest..];
        rest += match character {
            '/' if here.starts_with("//") => here.find('\n').unwrap_or(here.len()),
            '"' => here[1..].find(['"', '\n']).map_or(here.len(), |end| end + 2),
            // A number and its unit.
            _ if character.is_ascii_digit() => here.find(|one: char| !one.is_alphanumeric()).unwrap_or(here.len()),
            _ if character.is_alphabetic() || character == '_' => {
                let end = here.find(|one: char| !one.is_alphanumeric() && one != '_').unwrap_or(here.len());
                found.push((rest, &here[..end]));
                end
            }
            _ => character.len_utf8(),
        };
    }
    found
}

#[test]
fn names_have_types_in_broken_specs_too() {
    let text = "data d: csv(\"d.csv\") { columns { a: number, b: number } }\n\n/// What is read.\ninput x from d[a, b] -> standardize\nshared trunk from x -> dense(8) -> relu\nlet broken = trunk -> dnese(4)\nblock twice(width: int = 4) { y = in -> dense(width)\nout = y }\n\ntask t: regression from trunk -> twice(2) { label: d.a }\n";
    let (analysis, sources, _) = analyse(&repository("example.mtl"), text);
    assert!(analysis.pipeline().is_none(), "it has a misspelt layer");
    assert_eq!(analysis.partial().map(|pipeline| (pipeline.inputs.len(), pipeline.shared.len())), Some((1, 1)));
    let names = analysis.names();
    let at = |written: &str, nth: usize| {
        let offset = text.match_indices(written).nth(nth).expect("is there").0;
        let found = names.at(FileId(0), offset).unwrap_or_else(|| panic!("nothing at `{written}`"));
        (found.sort, found.name.as_str(), found.ty.clone().unwrap_or_default())
    };
    assert_eq!(at("x ->", 0), (Sort::Input, "x", "f32[rows(d), 2]".into()));
    assert_eq!(at("trunk", 0).2, "f32[rows(d), 8]");
    assert_eq!(at("trunk", 2), (Sort::Shared, "trunk", "f32[rows(d), 8]".into()));
    assert_eq!(at("relu", 0).0, Sort::Entry("layers"));
    assert_eq!(at("standardize", 0).0, Sort::Entry("steps"));
    assert_eq!(at("width)", 0).0, Sort::Parameter);
    assert_eq!(at("y }", 0).0, Sort::Local);
    assert_eq!(at("d.a", 0).0, Sort::Data);
    assert_eq!(at("a }", 0), (Sort::Column, "a", "number".into()));
    assert_eq!(at("twice(2)", 0).0, Sort::Block);
    let x = names.definitions.iter().position(|definition| definition.name == "x").expect("is defined");
    assert_eq!(names.definitions[x].doc, "What is read.");
    assert_eq!(names.uses_of(x).map(|span| sources.text(span)).collect::<Vec<_>>(), ["x"]);
}
