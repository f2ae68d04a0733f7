//! The page of every code of the data: its bad table raises exactly that code, its good one none.

use mtlc::diag::codes::{data as codes, made, outlook};

use super::said;
use crate::spec::fenced;

#[test]
fn examples_raise_their_code_and_no_other() {
    for code in codes::all().chain(made::CODES.iter().copied()).chain(outlook::CODES.iter().copied()) {
        let blocks = fenced(code.doc);
        let of =
            |info: &str| blocks.iter().filter(|(other, _)| *other == info).map(|(_, text)| text.as_str()).collect();
        let (spec, bad, good): (Vec<&str>, Vec<&str>, Vec<&str>) = (of("mtl good"), of("csv bad"), of("csv good"));
        if code == &codes::STALE_FACTS {
            assert!(blocks.is_empty(), "its cause is a file beside the spec; tests/data/command.rs raises it");
            continue;
        }
        if code == &codes::OTHER_SIZE {
            assert!(blocks.is_empty(), "its cause is a file that says sizes; tests/data/annotations.rs raises it");
            continue;
        }
        assert_eq!((spec.len(), bad.len(), good.len()), (1, 1, 1), "{}", code.name);
        let found = said(spec[0], &[("d.csv", bad[0].as_bytes())]);
        assert!(!found.is_empty(), "{}: the bad example says nothing", code.name);
        assert!(found.iter().all(|(name, _)| name == code.name), "{}: the bad example says {found:#?}", code.name);
        let found = said(spec[0], &[("d.csv", good[0].as_bytes())]);
        assert!(found.is_empty(), "{}: the good example says {found:#?}", code.name);
    }
}
