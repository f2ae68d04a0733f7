//! What the language accepts, and the tree that it makes.

use mtlc::syntax::tree::*;

use super::{parse, parse_clean};

#[test]
fn the_examples_of_the_design_parse() {
    for text in [
        include_str!("files/penguins.mtl"),
        include_str!("files/more.mtl"),
        include_str!("files/templates.mtl"),
        include_str!("files/prompts.mtl"),
        include_str!("files/detection.mtl"),
    ] {
        parse_clean(text);
    }
}

fn decl(text: &str) -> Decl {
    let file = parse_clean(text);
    match file.items.into_iter().next() {
        Some(Item::Decl(decl)) => std::rc::Rc::unwrap_or_clone(decl),
        other => panic!("expected a declaration, found {other:?}"),
    }
}

fn value(text: &str) -> Expr {
    decl(&format!("let x = {text}")).value.expect("has a value")
}

/// An expression with all its parentheses, so that a test can see how it was read.
fn shape(expr: &Expr) -> String {
    let all = |items: &[Expr]| items.iter().map(shape).collect::<Vec<_>>().join(", ");
    match &expr.kind {
        ExprKind::Number(number) => number.text.clone(),
        ExprKind::String(text) => format!("{text:?}"),
        ExprKind::Bool(truth) => truth.to_string(),
        ExprKind::List(items) => format!("[{}]", all(items)),
        ExprKind::Path(path) => path.text(),
        ExprKind::Index { base, items } => format!("{}[{}]", shape(base), all(items)),
        ExprKind::Axis { name, size } => format!("{}: {}", name.name, shape(size)),
        ExprKind::Range { from, to } => format!("{}..{}", from.name, to.name),
        ExprKind::Between { from, to } => format!("{} .. {}", shape(from), shape(to)),
        ExprKind::Pattern(text) => text.clone(),
        ExprKind::Choice(choice) => {
            let of = choice.of.as_ref().map(|of| format!(" of {}", of.name)).unwrap_or_default();
            format!("({}{of} except [{}])", shape(&choice.base), all(&choice.except))
        }
        ExprKind::Call(call) => {
            let args: Vec<String> = call
                .args
                .iter()
                .map(|arg| match &arg.name {
                    Some(name) => format!("{}: {}", name.name, shape(&arg.value)),
                    None => shape(&arg.value),
                })
                .collect();
            let body = call.body.as_ref().map(|body| format!(" {{ {} }}", shape(body))).unwrap_or_default();
            format!("{}({}){body}", call.callee.text(), args.join(", "))
        }
        ExprKind::Negate(inner) => format!("(-{})", shape(inner)),
        ExprKind::Not(inner) => format!("(not {})", shape(inner)),
        ExprKind::If { condition, then, otherwise } => {
            format!("(if {} then {} else {})", shape(condition), shape(then), shape(otherwise))
        }
        ExprKind::Binary { op, left, right, .. } => format!("({} {} {})", shape(left), op.text(), shape(right)),
        ExprKind::Chain(stages) => format!("<{}>", stages.iter().map(shape).collect::<Vec<_>>().join(" -> ")),
        ExprKind::Paren(inner) => format!("paren({})", shape(inner)),
        ExprKind::Broken => "broken".into(),
    }
}

#[test]
fn a_declaration_has_its_parts() {
    let decl =
        decl("shared trunk(a: int = 3, b): kind(1) by mmoe(experts: 8) from x -> relu = 1 over [1, 2] { out: y }");
    assert_eq!(decl.name.expect("name").name, "trunk");
    let params = decl.params.expect("params");
    assert_eq!(params.len(), 2);
    assert!(params[0].kind.is_some() && params[0].default.is_some());
    assert!(params[1].kind.is_none() && params[1].default.is_none());
    assert_eq!(shape(&decl.kind.expect("kind")), "kind(1)");
    let by = decl.by.expect("by");
    assert_eq!((by.callee.text(), by.args.len(), by.parenthesised), ("mmoe".into(), 1, true));
    assert_eq!(shape(&decl.from.expect("from")), "<x -> relu>");
    assert_eq!(shape(&decl.value.expect("value")), "1");
    assert_eq!(shape(&decl.over.expect("over")), "[1, 2]");
    assert_eq!(decl.block.expect("block").entries.len(), 1);
}

#[test]
fn a_strategy_needs_no_parentheses() {
    let decl = decl("weights by pcgrad { a: 1 }");
    let by = decl.by.expect("by");
    assert!(!by.parenthesised && by.callee.text() == "pcgrad" && decl.name.is_none());
    assert!(decl.block.is_some());
}

#[test]
fn expressions_bind_as_the_reference_says() {
    for (text, expected) in [
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b / c", "((a / b) / c)"),
        ("a + b == c * d", "((a + b) == (c * d))"),
        ("-a * -3", "((-a) * (-3))"),
        ("-a ^ 2", "(-(a ^ 2))"),
        ("2 ^ -b ^ 2 * c", "((2 ^ (-(b ^ 2))) * c)"),
        ("a or b and not c == d", "(a or (b and (not (c == d))))"),
        ("not a and b", "((not a) and b)"),
        ("a + 1 not  in [1, 2] or b", "(((a + 1) not in [1, 2]) or b)"),
        ("a is not missing and b is missing", "((a is (not missing)) and (b is missing))"),
        ("if a then b else if c then d else e + 1", "(if a then b else (if c then d else (e + 1)))"),
        ("1 + if a then -2 else 3", "(1 + (if a then (-2) else 3))"),
        ("not + if", "(not + if)"),
        ("in -> is(\"x\")", "<in -> is(\"x\")>"),
        ("a->b -> c(1)", "<a -> b -> c(1)>"),
        ("(in + y) -> relu", "<paren((in + y)) -> relu>"),
        ("a -b", "(a - b)"),
        ("focal(heat) + 0.1 * l1(size, at: target.peaks)", "(focal(heat) + (0.1 * l1(size, at: target.peaks)))"),
        ("repeat(3) { a -> b } -> c", "<repeat(3) { <a -> b> } -> c>"),
        ("each(T) {\n  a\n  -> b\n}", "each(T) { <a -> b> }"),
        ("repeat -> each.x", "<repeat -> each.x>"),
        ("p00 .. p63", "p00..p63"),
        ("d[a, p0..p9,]", "d[a, p0..p9]"),
        ("number[8, 8]", "number[8, 8]"),
        ("number[8, 2*n]", "number[8, (2 * n)]"),
        ("number[time: 50, channels: 2*n]", "number[time: 50, channels: (2 * n)]"),
        ("d[*, bill_*, *_mm, a*b**]", "d[*, bill_*, *_mm, a*b**]"),
        ("d[a * b]", "d[(a * b)]"),
        (
            "d[* of number except p*, a .. z except [b, c_*, d .. e,]]",
            "d[(* of number except [p*]), (a..z except [b, c_*, d..e])]",
        ),
        ("d[of, except, a .. of]", "d[of, except, a..of]"),
        ("[]", "[]"),
        ("f()", "f()"),
        ("[1, [2, 3], \"x\", true,\n]", "[1, [2, 3], \"x\", true]"),
        ("70% + 0.1x + 1e-3 + 2E5", "(((70% + 0.1x) + 1e-3) + 2E5)"),
        ("trunk.conv2d.2", "trunk.conv2d.2"),
        ("a <= b", "(a <= b)"),
        ("from.by.as", "from.by.as"),
    ] {
        let text_of = if text.starts_with("from") { format!("({text})") } else { text.to_string() };
        let expected = if text.starts_with("from") { format!("paren({expected})") } else { expected.to_string() };
        assert_eq!(shape(&value(&text_of)), expected, "for {text}");
    }
}

#[test]
fn numbers_carry_their_unit() {
    let number = |text: &str| match value(text).kind {
        ExprKind::Number(number) => number,
        other => panic!("expected a number, found {other:?}"),
    };
    assert_eq!((number("70%").value, number("70%").unit), (70.0, Unit::Percent));
    assert_eq!((number("0.1x").value, number("0.1x").unit), (0.1, Unit::Factor));
    assert!(number("64").integer && !number("64.0").integer && !number("1e3").integer);
    assert_eq!(number("1e-3").value, 1e-3);
}

#[test]
fn strings_resolve_their_escapes() {
    let ExprKind::String(text) = value(r#""a \"b\" \\ \n \u{e9} // no comment {""#).kind else { panic!("no string") };
    assert_eq!(text, "a \"b\" \\ \n é // no comment {");
}

#[test]
fn fields_have_their_forms() {
    let decl = decl(
        "data d: csv(\"x\") {\n  columns {\n    p00 .. p63: number\n    bill: number as \"Bill (mm)\"\n    train: category(\"a\")\n  }\n  opts: f(1) { a: 1 }, y = d -> relu\n}",
    );
    let block = decl.block.expect("block");
    let columns = block.field("columns").and_then(|field| field.block.as_ref()).expect("columns");
    let names: Vec<_> = columns.fields().map(|field| field.name.name.as_str()).collect();
    assert_eq!(names, ["p00", "bill", "train"]);
    assert_eq!(columns.field("p00").and_then(|field| field.to.as_ref()).map(|to| to.name.as_str()), Some("p63"));
    let rename = columns.field("bill").and_then(|field| field.rename.as_ref()).expect("rename");
    assert_eq!(rename.0, "Bill (mm)");
    let opts = block.field("opts").expect("opts");
    assert!(opts.value.is_some() && opts.block.is_some());
    assert!(matches!(block.entries.last().map(|entry| &entry.kind), Some(EntryKind::Assign { .. })));
}

#[test]
fn a_line_end_is_trivia_only_where_the_reference_says() {
    let decl = decl(
        "task kind: classification(\n  smoothing: 0.1,\n) from trunk   // the source\n\n  // then\n  -> dense(64)\n  -> relu\n\n{\n  label: shots.kind\n}\n",
    );
    assert_eq!(shape(&decl.from.expect("from")), "<trunk -> dense(64) -> relu>");
    assert_eq!(decl.block.expect("block").entries.len(), 1);
}

#[test]
fn docs_belong_to_what_follows_them() {
    let file = parse_clean(
        "//! The file.\n//! More.\n\n// a comment\n/// One.\n///Two.\nblock b {\n  /// Three.\n  out: in // end\n}\n//// no doc\n",
    );
    let texts = |docs: &[Doc]| docs.iter().map(|doc| doc.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&file.docs), ["The file.", "More."]);
    let Item::Decl(decl) = &file.items[0] else { panic!("no declaration") };
    assert_eq!(texts(&decl.docs), ["One.", "Two."]);
    assert_eq!(texts(&decl.block.as_ref().expect("block").entries[0].docs), ["Three."]);
    let comments: Vec<_> = file.comments.iter().map(|comment| (comment.text.as_str(), comment.own_line)).collect();
    assert_eq!(comments, [("// a comment", true), ("// end", false), ("//// no doc", true)]);
}

#[test]
fn use_names_may_stand_on_several_lines() {
    let file = parse_clean("use std.tasks.{\n  a,\n  b,\n}\nuse \"x/y.mtl\".{c}\n");
    let uses: Vec<_> = file
        .items
        .iter()
        .map(|item| match item {
            Item::Use(used) => (matches!(used.source, UseSource::Std(_)), used.names.len()),
            Item::Decl(_) => panic!("no use"),
        })
        .collect();
    assert_eq!(uses, [(true, 2), (false, 1)]);
}

#[test]
fn names_may_be_of_any_script() {
    let decl = decl("data größe: csv(\"ü\") { columns { 花弁の長さ: number, año_2: number } }");
    assert_eq!(decl.name.expect("name").name, "größe");
}

#[test]
fn byte_order_mark_tabs_and_crlf_are_nothing_special() {
    let file = parse_clean("\u{feff}//! Doc.\r\ntrain {\r\n\tepochs: 3\t// three\r\n}\r\n");
    assert_eq!(file.docs[0].text, "Doc.");
    assert_eq!(file.comments[0].text, "// three");
    assert_eq!(file.items.len(), 1);
}

#[test]
fn spans_end_where_the_text_ends() {
    let text = "shared t from a   // c\n  -> relu   \n\ntrain { a: 1   , b: [1 ] }\n";
    let file = parse_clean(text);
    let spans: Vec<_> = file
        .items
        .iter()
        .map(|item| match item {
            Item::Decl(decl) => &text[decl.span.range()],
            Item::Use(used) => &text[used.span.range()],
        })
        .collect();
    assert_eq!(spans, ["shared t from a   // c\n  -> relu", "train { a: 1   , b: [1 ] }"]);
    let Item::Decl(train) = &file.items[1] else { panic!("no declaration") };
    let entries: Vec<_> =
        train.block.as_ref().expect("block").entries.iter().map(|entry| &text[entry.span.range()]).collect();
    assert_eq!(entries, ["a: 1", "b: [1 ]"]);
}

#[test]
fn empty_files_are_empty() {
    for text in ["", "\n", "   ", "\u{feff}", "// only a comment", "\r\n\r\n"] {
        assert!(parse_clean(text).items.is_empty());
    }
}

#[test]
fn a_lone_expression_is_read_for_the_command_line() {
    let mut sink = mtlc::diag::Sink::default();
    let file = mtlc::source::FileId(0);
    let expr = mtlc::syntax::parse_expr(file, "concat(a, b) -> dense(64)", &mut sink).expect("reads");
    assert_eq!(shape(&expr), "<concat(a, b) -> dense(64)>");
    // Deeper than brackets may be nested, and none of them closed: once tried in all ways, one after the other.
    let deep = "[".repeat(90) + "/";
    for bad in ["", "1 2", "a ->", "(", "x = 3", "\"abc", &deep] {
        let mut sink = mtlc::diag::Sink::default();
        assert!(mtlc::syntax::parse_expr(file, bad, &mut sink).is_none(), "for {bad:?}");
        assert!(sink.has_errors(), "for {bad:?}");
    }
    let (_, problems) = parse("let x = 1");
    assert!(problems.is_empty());
}

#[test]
fn places_are_whole_characters_where_a_foreign_sign_stands_for_one_of_ours() {
    for sign in ["÷", "×", "−", "→", "“a”", "‘a’", "≤", "≥", "≠", "…", "，", "：", "（a）", "［a］", "｛a｝"]
    {
        for text in [
            format!("let x = a {sign} b -> c"),
            format!("param x: int = 1 {sign} a -> b {sign} c + d"),
            format!("param x: int = 1 {sign}"),
            sign.to_string(),
        ] {
            let mut sink = mtlc::diag::Sink::default();
            mtlc::syntax::parse(mtlc::source::FileId(0), &text, &mut sink);
            let problems = sink.finish();
            assert!(!problems.is_empty(), "{text} has a foreign sign");
            for problem in problems {
                assert!(text.get(problem.span.range()).is_some(), "{text}: {} at {:?}", problem.message, problem.span);
            }
        }
    }
}
