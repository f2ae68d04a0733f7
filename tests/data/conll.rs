//! Files with a word per line.

use mtlc::answers::Texts;

use super::{Folder, open, said, try_open};

const SPEC: &str = "use std.tasks.{tagging}

data d: conll(\"d.conll\") {
  split { valid: \"v.conll\", test: \"v.conll\" }
  columns { words: text, tags: text as \"3\" }
}

input words from d.words -> words(split: spaces, min_count: 1) -> embed(2)
task tags: tagging(\"words\") from words { label: d.tags }
";

const TEXT: &str =
    "-DOCSTART- -X- O\n\nEU NNP B-ORG\nrejects VBZ O\n\n\nGerman JJ B-MISC\r\n\r\nNew NNP B-LOC\nYork NNP I-LOC";

fn texts(opened: &super::Opened) -> Vec<String> {
    opened.prepared.label(0).values.of::<Texts>().expect("texts").values.clone()
}

#[test]
fn a_sentence_is_a_row() {
    let folder = Folder::new();
    folder.write("d.conll", TEXT);
    folder.write("v.conll", "he PRP O\n");
    let opened = open(&folder, SPEC);
    assert_eq!(texts(&opened), ["B-ORG O", "B-MISC", "B-LOC I-LOC", "O", "O"]);
    let batch = opened.prepared.batch(&[vec![0, 1, 2, 3]]);
    assert_eq!(batch.inputs[0].lengths[0].1, [2, 1, 2, 1]);
    assert_eq!(batch.inputs[0].lengths, batch.targets[0].values[0].lengths);
    assert_eq!(opened.tables.sets[0].rows, 5);
}

#[test]
fn conll_u_has_comments_and_words_of_several_words() {
    let folder = Folder::new();
    let text = "# sent_id = 1\n1-2\tdu\t_\n1\tde\tADP\n2\tle\tDET\n2.1\tx\tX\n3\tNew York\tPROPN\n\n";
    folder.write("d.conll", text);
    folder.write("v.conll", text);
    let spec =
        SPEC.replace("\"d.conll\")", "\"d.conll\", comment: \"#\")").replace("words: text,", "words: text as \"2\",");
    let opened = open(&folder, &spec);
    assert_eq!(texts(&opened)[0], "ADP DET PROPN");
    assert_eq!(opened.prepared.batch(&[vec![0]]).inputs[0].lengths[0].1, [3]);
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    for (text, wanted) in [
        ("", "it has no sentence"),
        ("\n\n-DOCSTART- O\n\n", "it has no sentence"),
        ("a B O\nb O\n", "line 2 has 2 columns, and the words before it have 3"),
        ("a B O\n\nb O O O\n", "line 3 has 4 columns, and the words before it have 3"),
        ("a\tB\tO\n\tB\tO\n", "line 2 has nothing in its column 1"),
    ] {
        let found = said(SPEC, &[("d.conll", text.as_bytes()), ("v.conll", b"a B O\n")]);
        assert!(found.iter().any(|(_, message)| message.contains(wanted)), "{text:?}: {found:?}");
    }
}

#[test]
fn a_row_has_as_many_tags_as_words() {
    let folder = Folder::new();
    folder.write("d.csv", "t,g,part\na b,O O,a\na b c,O O,a\n,,a\nb,B-X,b\n");
    let spec = "use std.tasks.{tagging}

data d: csv(\"d.csv\") {
  split { by: part, train: \"a\", valid: \"b\" }
  columns { t, g: text, part: category }
}

input words from d.t -> words(split: spaces, min_count: 1) -> embed(2)
task tags: tagging(\"words\") from words { label: d.g }
";
    let Err(problems) = try_open(&folder, spec) else { panic!("one row has too few tags") };
    let [problem] = problems.as_slice() else { panic!("{problems:#?}") };
    assert!(problem.message.contains("another number of tags than the input `words` has tokens"), "{problem:?}");
    assert!(format!("{problem:?}").contains("2 tags and 3 tokens"), "{problem:?}");
}
