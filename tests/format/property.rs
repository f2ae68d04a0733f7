//! Random specs, with spaces, line ends and comments wherever the language allows them.

use proptest::prelude::*;

use super::check_layout;

/// Places of a generated text at which something insignificant may stand.
const FREE: char = '\u{e000}';
const BEFORE_ARROW: char = '\u{e001}';
const ENTRY_END: char = '\u{e002}';
const SPACE: char = '\u{e003}';

/// Fills the places of a text, each as the next byte says.
fn fill(text: &str, noise: &[u8]) -> String {
    let mut noise = noise.iter().cycle();
    let mut filled = String::new();
    let mut pick = |from: &[&str]| from[usize::from(*noise.next().expect("cycles")) % from.len()].to_string();
    for character in text.chars() {
        match character {
            FREE => filled += &pick(&["", "", " ", "", "\n", " // c\n", "\n// own\n", "\n\n\n", "\t", ""]),
            BEFORE_ARROW => {
                filled +=
                    &pick(&[" ", "", " ", "\n", "\n\n  ", " // c\n", "\n // own\n\n", "\n\n\n", " // c\n // d\n"]);
            }
            ENTRY_END => {
                filled += &pick(&[
                    "\n",
                    "\n",
                    "\n\n\n",
                    " // c\n",
                    ", ",
                    ",\n",
                    "\n///doc\n",
                    "\n // own\n\n",
                    ", // c\n // d\n",
                ]);
            }
            SPACE => filled += &pick(&[" ", "   ", "\t"]),
            other => filled.push(other),
        }
    }
    filled
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a".to_string()),
        Just("trunk".to_string()),
        Just("repeat_me".to_string()),
        Just("größe".to_string()),
        Just("a_rather_long_name_that_fills_lines".to_string()),
    ]
}

fn joined(items: Vec<String>, trailing: bool) -> String {
    let comma = format!("{FREE},{FREE}");
    let mut text = items.join(&comma);
    if trailing && !items.is_empty() {
        text += &comma;
    }
    format!("{FREE}{text}{FREE}")
}

/// A value without an operator at its top.
fn operand() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        name(),
        Just("penguins.island".to_string()),
        Just("trunk.conv2d.2".to_string()),
        Just("70%".to_string()),
        Just("0.1x".to_string()),
        Just("1e-3".to_string()),
        Just("\"text, { // \\\" ü\"".to_string()),
        Just("true".to_string()),
        Just(format!("p00{SPACE}..{SPACE}p63")),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let value = prop_oneof![3 => inner.clone(), 1 => sum(inner.clone()), 1 => chain(inner.clone())];
        let items = prop::collection::vec(value.clone(), 0..6);
        prop_oneof![
            (name(), items.clone(), any::<bool>())
                .prop_map(|(name, items, trailing)| { format!("{name}({})", joined(items, trailing)) }),
            (name(), value.clone()).prop_map(|(name, value)| format!("{name}({FREE}key{FREE}:{FREE}{value}{FREE})")),
            (items.clone(), any::<bool>()).prop_map(|(items, trailing)| format!("[{}]", joined(items, trailing))),
            (name(), items, any::<bool>())
                .prop_map(|(name, items, trailing)| { format!("{name}[{}]", joined(items, trailing)) }),
            value.clone().prop_map(|value| format!("({FREE}{value}{FREE})")),
            inner.clone().prop_map(|value| format!("-{value}")),
            chain(inner).prop_map(|body| format!("repeat(3){BEFORE_ARROW}{{{BEFORE_ARROW}{body}{BEFORE_ARROW}}}")),
        ]
    })
}

fn sum(operand: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = String> {
    let operator = prop_oneof![Just("+"), Just("-"), Just("*"), Just("/"), Just("==")];
    (operand.clone(), prop::collection::vec((operator, operand), 1..4)).prop_map(|(first, rest)| {
        rest.into_iter().fold(first, |text, (operator, operand)| format!("{text}{SPACE}{operator}{SPACE}{operand}"))
    })
}

fn chain(operand: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = String> {
    prop::collection::vec(operand, 2..6).prop_map(|stages| stages.join(&format!("{BEFORE_ARROW}->{SPACE}")))
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![operand(), sum(operand().boxed()), chain(operand().boxed())]
}

fn block() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        (name(), value()).prop_map(|(name, value)| format!("{name}{SPACE}:{SPACE}{value}")),
        (name(), value()).prop_map(|(name, value)| format!("{name}{SPACE}={SPACE}{value}")),
        Just(format!("p0{SPACE}..{SPACE}p9: number")),
        Just("bill: number as \"Bill (mm)\"".to_string()),
        Just("each: 3".to_string()),
    ];
    let nested = field.boxed().prop_recursive(2, 12, 4, |inner| {
        (name(), prop::collection::vec(inner, 0..4), any::<bool>()).prop_map(|(name, entries, value)| {
            let value = if value { ": f(1)" } else { "" };
            format!("{name}{value}{BEFORE_ARROW}{}", braces(&entries))
        })
    });
    prop::collection::vec(nested, 0..6).prop_map(|entries| braces(&entries))
}

fn braces(entries: &[String]) -> String {
    if entries.is_empty() {
        return "{ }".into();
    }
    let end = ENTRY_END.to_string();
    // A leading `,` would be an entry of its own, so a block starts with a line end or a space.
    format!("{{{BEFORE_ARROW}{}{BEFORE_ARROW}}}", entries.join(&end))
}

fn declaration() -> impl Strategy<Value = String> {
    let maybe_block = prop::option::of(block())
        .prop_map(|block| block.map_or(String::new(), |block| format!("{BEFORE_ARROW}{block}")));
    prop_oneof![
        (name(), value(), maybe_block.clone())
            .prop_map(|(name, value, block)| format!("shared{SPACE}{name} by f(x: 1){SPACE}from{SPACE}{value}{block}")),
        (name(), operand(), maybe_block)
            .prop_map(|(name, kind, block)| format!("task {name}{SPACE}:{SPACE}{kind} from trunk{block}")),
        (name(), value()).prop_map(|(name, value)| format!("let {name}={value}")),
        (name(), operand()).prop_map(|(name, value)| format!("param {name}: int = {value} over [1,2]")),
        block().prop_map(|block| format!("train{SPACE}{block}")),
        block().prop_map(|block| format!("block b({FREE}n{FREE}:{FREE}int{FREE}={FREE}3{FREE},{FREE}){block}")),
        Just(format!("use std.tasks.{{{BEFORE_ARROW}a,b , c{BEFORE_ARROW}}}")),
        Just("use \"blocks.mtl\".{residual}".to_string()),
    ]
}

fn spec() -> impl Strategy<Value = String> {
    let between = prop_oneof![
        Just("\n"),
        Just("\n\n\n\n"),
        Just(" // behind\n"),
        Just("\n// own\n"),
        Just("\n\n///doc\n"),
        Just("\n /// doc\n// between\n\n"),
    ];
    let declarations = prop::collection::vec((declaration(), between), 1..5);
    (any::<bool>(), declarations, prop::collection::vec(any::<u8>(), 1..200)).prop_map(|(docs, declarations, noise)| {
        let mut text = if docs { "//!docs\n//! more\n".to_string() } else { String::new() };
        for (declaration, between) in &declarations {
            text += declaration;
            text += between;
        }
        fill(&text, &noise)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_spec_keeps_its_tree_and_twice_is_as_once(text in spec()) {
        let mut sink = mtlc::diag::Sink::default();
        mtlc::syntax::parse(mtlc::source::FileId(0), &text, &mut sink);
        prop_assert!(!sink.has_errors(), "the generator makes only good specs: {:?}\n{text}", sink.finish());
        check_layout(&text);
    }
}
