//! Texts that a parser or a checker may choke on.

use super::{everything, generate};

/// Of texts with one mistake not much more is said.
const MOST_PROBLEMS: usize = 20_000;

/// Sends a text through every stage, which must come to an end, and say no more than there are signs. How long that takes is
/// measured by `benches/front.rs`.
fn ends(name: &str, text: &str) {
    let (problems, _) = everything(text);
    assert!(problems.len() <= text.len(), "{name}: {} problems", problems.len());
}

/// Sends a text through every stage; it must have an error of this code (or none, for `""`).
fn try_text(name: &str, text: &str, code: &str) {
    let (problems, _) = everything(text);
    let errors: Vec<&str> =
        problems.iter().filter(|problem| problem.is_error()).map(|problem| problem.code.name).collect();
    if code.is_empty() {
        assert!(errors.is_empty(), "{name}: {errors:?}");
    } else {
        assert!(errors.contains(&code), "{name}: {code} is not among {:?}", &errors[..errors.len().min(10)]);
    }
    assert!(problems.len() < MOST_PROBLEMS, "{name}: {} problems", problems.len());
}

#[test]
fn small_texts() {
    for (name, text, code) in [
        ("empty", "", "no-tasks"),
        ("a space", " ", "no-tasks"),
        ("a comment", "// nothing", "no-tasks"),
        ("byte order mark", "\u{feff}", "no-tasks"),
        ("unclosed string", "data d: csv(\"a.csv", "unclosed-string"),
        ("a lone quote", "\"", "unclosed-string"),
        ("a comment of another language", "/* never closed", "unexpected-character"),
        (
            "a huge number",
            "param n: int = 123456789012345678901234567890123456789012345678901234567890",
            "wrong-argument",
        ),
        ("a number out of range", "param n: number = 1e999", "wrong-argument"),
        ("an escape at the end", "data d: csv(\"\\", "unclosed-string"),
        ("a broken escape", "data d: csv(\"\\u{ffffff}\")", "bad-escape"),
        ("control characters", "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\u{e}\u{f}", "unexpected-character"),
        ("no text", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "unexpected-character"),
        ("odd spaces", "train\u{a0}{\u{2003}epochs: 3 }", "unexpected-character"),
        ("a lone carriage return", "train {\r epochs: 3 }", "unexpected-character"),
    ] {
        try_text(name, text, code);
    }
}

#[test]
fn penguins_in_every_dress() {
    let penguins = include_str!("../../pipelines/penguins.mtl");
    for (name, text) in [
        ("as it is", penguins.to_string()),
        ("windows", penguins.replace('\n', "\r\n")),
        ("byte order mark", format!("\u{feff}{penguins}")),
        ("tabs", penguins.replace("  ", "\t")),
        ("non-ASCII names", penguins.replace("bill_length_mm", "längd_花").replace("trunk", "größe")),
    ] {
        try_text(name, &text, "");
    }
}

#[test]
fn ten_megabytes() {
    for (megabytes, piece, code) in [
        (10, "(", "too-complex"),
        (10, "task x {\n", "unmatched-bracket"),
        (1, "let x = (", "too-complex"),
        (1, "[", "too-complex"),
        (1, "{", "too-complex"),
        (1, ")", "unmatched-bracket"),
        (1, "(\n", "too-complex"),
    ] {
        let text = piece.repeat((megabytes << 20) / piece.len());
        try_text(&format!("{megabytes} MB of {piece:?}"), &text, code);
    }
    try_text("65 MB of spaces", &" ".repeat(65 << 20), "too-complex");
}

#[test]
fn a_lot_of_one_thing() {
    for (piece, start) in [
        ("a ", ""),
        ("a", ""),
        ("a.", "let x = "),
        (", ", "train { "),
        (": ", "train { a"),
        ("-> ", "let x = a "),
        ("-> relu ", "let x = a "),
        ("- ", "let x = "),
        ("-", "let x = "),
        ("+ a ", "let x = a "),
        ("\"\" ", "let x = "),
        ("\" ", ""),
        ("\\\"", "let x = \""),
        ("//\n", ""),
        ("/// doc\n", ""),
        ("//! doc\n", "train {}\n"),
        ("; ", ""),
        ("/*\n", ""),
        ("# ", ""),
        ("'a' ", ""),
        ("“ ", ""),
        ("\\u{1", "let x = \""),
        ("😀", ""),
        ("()", "let x = "),
        ("(),", "let x = f("),
        ("{}", "train "),
        ("by f ", "shared x "),
        ("a: 1\n", "train {\n"),
        ("a: [\n", "train {\n"),
        ("from a ", "shared x "),
        ("train {}\n", ""),
        ("use std.tasks.{a}\n", ""),
        ("use a", ""),
        ("0", "param n: int = "),
        ("9.", "param n: int = "),
        ("\n", ""),
        ("\r\n", ""),
        ("\u{feff}", ""),
        ("mtlc: allow(x) y ", "// "),
        ("// mtlc: allow(unused-input) why\n", ""),
    ] {
        let text = format!("{start}{}", piece.repeat((1 << 17) / piece.len()));
        let name = format!("a lot of {piece:?}");
        ends(&name, &text);
    }
}

#[test]
fn deep_nesting() {
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("-", ""), ("repeat(2) { ", " }"), ("a -> (", ")")] {
        for depth in [60, 65, 250, 10_000] {
            let text = format!("let x = {}1{}\n", open.repeat(depth), close.repeat(depth));
            ends(&format!("{depth} of {open}"), &text);
        }
    }
    let blocks = format!("train {{ {} x: 1 {} }}", "a { ".repeat(10_000), "}".repeat(10_000));
    ends("blocks", &blocks);
}

#[test]
fn many_tasks() {
    let (problems, pipeline) = everything(&generate::spec(10_000));
    assert!(!problems.iter().any(mtlc::diag::Diagnostic::is_error), "{}", problems[0].message);
    assert_eq!(pipeline.expect("is clean").tasks.len(), 10_000);
}

#[test]
fn values_that_read_one_another() {
    let count = 5_000;
    let data = "use std.tasks.{regression}\ndata d: csv(\"a\") { columns { x: number, y: number } }\ninput i from d.x -> standardize\n";
    let mut forwards = format!("{data}let a0 = i -> relu\n");
    let mut backwards = String::new();
    for value in 1..count {
        let line = format!("let a{value} = a{} -> relu\n", value - 1);
        backwards = line.clone() + &backwards;
        forwards += &line;
    }
    let task = format!("task t: regression from a{} {{ label: d.y }}\n", count - 1);
    try_text("a long way, in order", &format!("{forwards}{task}"), "");
    ends("a long way, the last first", &format!("{data}{task}{backwards}let a0 = i -> relu\n"));
    let circle = format!("{data}let a0 = a{} -> relu\n{}", count - 1, &forwards[data.len() + 20..]);
    ends("a long circle", &circle);
}

#[test]
fn what_grows_when_expanded() {
    let start = "use std.tasks.{regression}\ndata d: csv(\"a\") { columns { x: number, y: number } }\ninput i from d.x -> standardize\n";
    let end =
        |name: &str| format!("shared s from i -> dense(2) -> {name}\ntask t: regression from s {{ label: d.y }}\n");
    // Each block calls the one before it twice: 2^40 layers.
    let mut blocks = String::from("block b0() { out: in -> relu }\n");
    for block in 1..40 {
        blocks += &format!("block b{block}() {{ out: in -> b{} -> b{} }}\n", block - 1, block - 1);
    }
    try_text("blocks that double", &format!("{start}{blocks}{}", end("b39")), "too-complex");
    let nested = "repeat(1000) { ".repeat(6) + "relu" + &" }".repeat(6);
    try_text("repeats of repeats", &format!("{start}{}", end(&nested)), "too-complex");
    for columns in [
        "p0 .. p99999999: number",
        "p0 .. p99999999999999999999999: number",
        "p9 .. p0: number",
        "p0000000000000000000000000001 .. p0000000000000000000000000009: number",
        "x: number[99999999999, 99999999999, 99999999999]",
        "x: number[0]",
    ] {
        let rest = "input i from d.x -> standardize -> flatten -> dense(3)\ntask t: regression from i { label: d.x }";
        let text = format!("use std.tasks.{{regression}}\ndata d: csv(\"a\") {{ columns {{ {columns} }} }}\n{rest}\n");
        ends(columns, &text);
    }
    for layers in [
        "dense(9223372036854775807) -> dense(9223372036854775807)",
        "reshape(9223372036854775807, 9223372036854775807)",
        "reshape(1, 2, 1) -> conv2d(9223372036854775807, kernel: 9223372036854775807, stride: 9223372036854775807)",
        "reshape(1, 2, 1) -> max_pool(9223372036854775807) -> flatten",
        "reshape(1, 2, 1) -> avg_pool(9223372036854775807, stride: 1) -> flatten",
        "reshape(-1, 0)",
        "dense(0)",
        "dense(-9223372036854775807 - 10)",
        "dense(1000000000 * 1000000000 * 1000000000 * 1000000000)",
        "dense(9223372036854775807 + 9223372036854775807)",
        "repeat(9223372036854775807) { relu }",
        "repeat(-1) { relu }",
        "dropout(1e308)",
    ] {
        let text = start.replace("columns { x: number, y", "columns { x: number[2], y") + &end(layers);
        ends(layers, &text);
    }
    let product = ["(a + b + c + d + 1)"; 120].join(" * ");
    let sizes = format!("block wide(a: int, b: int, c: int, d: int) {{ out: in -> dense({product}) }}\n");
    ends("a product of sums", &sizes);
    let mut chained = String::new();
    for block in 0..5_000 {
        chained += &format!("block c{}() {{ out: in -> c{block} }}\n", block + 1);
    }
    let text = format!("{start}block c0() {{ out: in -> relu }}\n{chained}{}", end("c5000"));
    ends("blocks in blocks", &text);
    let mut params = String::from("param p0: int = 1\n");
    for param in 1..5_000 {
        params = format!("param p{param}: int = p{} + p{}\n", param - 1, param - 1) + &params;
    }
    ends("params of params", &params);
}

#[test]
fn many_mistakes() {
    let mut text = String::new();
    for line in 0..5_000 {
        text += &format!("shared s{line} from nothing{line} -> dense(x{line}) -> dens{line}(1)\n");
        text += &format!("task t{line}: regresion from s{line} {{ lable: d.y{line} }}\n");
    }
    ends("many mistakes", &text);
    let doubles = "input x from d.x -> standardize\n".repeat(20_000);
    ends("one name 20,000 times", &doubles);
    let fields = format!("train {{\n{}}}\n", "  epochs: 3\n".repeat(20_000));
    ends("one field 20,000 times", &fields);
}
