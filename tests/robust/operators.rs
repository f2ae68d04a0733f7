//! Good specs in which one sign is another: every operator stands once wherever a sign may stand.

use mtlc::syntax::scan::scan_again;
use mtlc::syntax::token::TokenKind;

use super::everything;

const SIGNS: [&str; 13] =
    [" + ", " - ", " * ", " / ", " ^ ", " < ", " == ", " and ", " in ", " is ", " -> ", ", ", ": "];

/// Each spec that comes of writing another sign in one place.
fn with_other_signs(text: &str) {
    let tokens = scan_again(text).tokens;
    let signs = tokens.iter().filter(|token| {
        matches!(token.kind, TokenKind::Operator | TokenKind::Arrow | TokenKind::Comma | TokenKind::Equals)
    });
    let mut places = 0;
    for token in signs {
        for sign in SIGNS {
            let mut changed = text.to_string();
            changed.replace_range(token.range(), sign);
            everything(&changed);
        }
        places += 1;
    }
    assert!(places > 4, "only {places} signs were found");
}

macro_rules! of {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[test]
            fn $name() {
                with_other_signs(include_str!($file));
            }
        )*
    };
}

of! {
    expressions: "../syntax/files/more.mtl",
    templates: "../syntax/files/templates.mtl",
    targets_and_answers: "../../std-tasks/writing.mtl",
    several_targets: "../spec/task/answers-subtracted.mtl",
    heads: "../../pipelines/receipts.mtl",
    penguins: "../../pipelines/penguins.mtl",
    weighted: "../../pipelines/weighted.mtl",
    detection: "../syntax/files/detection.mtl",
}
