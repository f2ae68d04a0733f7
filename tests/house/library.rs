//! Every template and block of the standard library says what it is, what its parameters say, and what a block takes and gives.

#[test]
fn the_standard_library_is_documented() {
    let mut lacking = Vec::new();
    for folder in ["std-blocks", "std-tasks"] {
        let files = super::files(folder, &[".mtl"]);
        assert!(files.len() > 15, "only {} files in {folder}", files.len());
        for (path, text) in files {
            let name = path.rsplit('/').next().and_then(|name| name.strip_suffix(".mtl")).expect("a name");
            lacking.extend(mtlc::library::lacks(name, &text));
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}
