//! What cannot be had of a project is told apart by type, and no word of it is read here.

use std::path::Path;

use mtlc::project::not_a_spec::NotASpec;
use mtlc::project::spec::{Given, Spec};

use crate::support::Folder;

const SPEC: &str = "use std.tasks.{regression}
param width: int = 4
data d: csv(\"d.csv\") { columns { x: number, y: number } }
input x from d.x -> standardize
shared trunk from x -> dense(width) -> relu
task y: regression from trunk { label: d.y }
";

fn load(path: &Path) -> Result<Spec, NotASpec> {
    Spec::load(path, &Given::default())
}

#[test]
fn what_stands_in_the_place_of_a_spec() {
    let folder = Folder::new();
    let spec = folder.write("some/one.mtl", SPEC);
    let table = folder.write("table.csv.gz", "");
    folder.write("run/run.json", "{}");
    let some = folder.0.join("some");
    match load(&some) {
        Err(NotASpec::Folder { beside: None, inside, .. }) => assert_eq!(inside, std::slice::from_ref(&spec)),
        other => panic!("{other:?}"),
    }
    let beside = folder.write("some.mtl", SPEC);
    match load(&some) {
        Err(NotASpec::Folder { beside: Some(one), .. }) => assert_eq!(one, beside),
        other => panic!("{other:?}"),
    }
    assert!(matches!(load(&table), Err(NotASpec::Table(path)) if path == table));
    assert!(matches!(load(&folder.0.join("run")), Err(NotASpec::Run(_))));
    match load(&folder.0.join("some/on.mtl")) {
        Err(NotASpec::Missing { missing, .. }) => assert_eq!(missing.near, Some(spec)),
        other => panic!("{other:?}"),
    }
    let other = folder.0.join("latin.mtl");
    std::fs::write(&other, [b'/', b'/', 0xe4]).expect("the file can be written");
    // A file that cannot be read as text is one all the same.
    assert!(matches!(load(&other), Err(NotASpec::Unreadable { error, .. }) if !error.missing));
}

#[test]
fn a_spec_is_what_was_read_and_what_is_said_from_outside() {
    let folder = Folder::new();
    let path = folder.write("one.mtl", SPEC);
    let set = [("width".to_string(), "9".to_string())];
    let width = |spec: &Spec| {
        let pipeline = spec.pipeline.as_ref().expect("it is clean");
        pipeline.settings.iter().find(|setting| setting.path == "width").map(|setting| setting.value.clone())
    };
    let written = load(&path).expect("a spec");
    let wider = Spec::load(&path, &Given { set: &set, ..Given::default() }).expect("a spec");
    assert_eq!((width(&written), width(&wider)), (Some("4".into()), Some("9".into())));
    assert_eq!(written.text(), SPEC);
    // A text in the place of the file, which stays as it is.
    let broken = Spec::of_text(&path, &SPEC.replace("relu", "rleu")).expect("a spec");
    assert!(broken.has_errors() && broken.pipeline.is_none() && !written.has_errors());
}

#[cfg(feature = "run")]
mod runs {
    use mtlc::project::directory::{NoRun, RunDirectory};
    use mtlc::project::kept::{Kept, NotKept};
    use mtlc::project::lock::{Lock, NotLocked};
    use mtlc::project::not_a_run::NotARun;
    use mtlc::project::seeds::{Difference, NotClaimed, SeedsOf};

    use super::Folder;

    #[test]
    fn what_stands_in_the_place_of_a_run() {
        let folder = Folder::new();
        folder.write("runs/2025/run.json", "{\"version\": 1}");
        folder.write("later/run.json", "{\"version\": 1000, \"mtlc_version\": \"99\"}");
        folder.write("cut/run.json", "{\"version\"");
        let open = |name: &str| RunDirectory::open(&folder.0.join(name)).map(|_| ()).expect_err("no run");
        let last = folder.0.join("runs/2025");
        assert!(matches!(open("runs"), NoRun::NotARun(NotARun::Folder { last: Some(found), .. }) if found == last));
        assert!(matches!(open("runs/2025"), NoRun::SaysNothing(_)));
        assert!(matches!(open("runs/2025/run.json"), NoRun::NotARun(NotARun::FileOfRun { run, .. }) if run == last));
        assert!(matches!(open("later"), NoRun::Newer(_, version) if version == "99"));
        assert!(matches!(open("cut"), NoRun::Damaged(..)));
        assert!(matches!(open("nothing"), NoRun::NotARun(NotARun::Missing { .. })));
        assert!(matches!(Kept::open(&folder.0), Err(NotKept::NoRun(NoRun::NotARun(NotARun::Folder { .. })))));
        let create = |name: &str| RunDirectory::create(&folder.0.join(name)).map(|_| ()).expect_err("taken");
        assert!(matches!(create("runs"), NoRun::NotEmpty(_)));
        assert!(matches!(create("cut/run.json"), NoRun::IsFile(_)));
    }

    #[test]
    fn a_folder_of_several_seeds_is_claimed_by_the_same_call_alone() {
        let folder = Folder::new();
        let of = SeedsOf { seeds: 2, ..SeedsOf::default() };
        let claim = |of: &SeedsOf| of.claim::<()>(&folder.0.join("all"), |_| unreachable!("no run is there"));
        let lock = claim(&of).expect("a new folder");
        of.write(&folder.0.join("all")).expect("it can be written");
        let held = claim(&of).expect_err("it is held");
        let own = Some(std::process::id());
        assert!(matches!(held, NotClaimed::NotLocked(NotLocked::Held { process, .. }) if process == own));
        drop(lock);
        // More seeds go on in the same folder; others do not.
        let more = SeedsOf { seeds: 3, ..of.clone() };
        drop(claim(&more).expect("the same call"));
        let others = SeedsOf { seed: 7, ..of.clone() };
        assert!(matches!(claim(&others), Err(NotClaimed::Others(_, Difference::OtherSeeds))));
        let options = SeedsOf { no_pass: vec!["x".into()], ..of };
        assert!(matches!(claim(&options), Err(NotClaimed::Others(_, Difference::OtherOptions))));
        folder.write("full/notes.txt", "mine");
        let taken = more.claim::<()>(&folder.0.join("full"), |_| unreachable!("no run is there"));
        assert!(matches!(taken, Err(NotClaimed::Taken(NoRun::NotEmpty(_)))));
        assert!(Lock::take(&folder.0.join("full")).is_ok(), "nothing was locked");
    }
}
