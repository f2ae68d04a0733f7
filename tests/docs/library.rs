//! Pages of the standard library: against what is written in its files, and against what its blocks hold elsewhere.

use mtlc::library::{Example, Page, all, lacks, named, pages};

/// The parameters of published models, as their authors or torchvision count them.
#[test]
fn examples_are_measured() {
    let resnet = Example::of("resnet18", "number[3, 224, 224] -> resnet18").expect("it is sound");
    assert_eq!(resnet.gives, "f32[rows, 512, 7, 7]");
    assert_eq!(resnet.takes, ["f32[rows, 3, 224, 224]"]);
    // torchvision's has 11,689,512, of which its last layer of 1000 classes has 513,000; with that layer it has 1.814 billion multiply-adds, as published.
    assert_eq!(resnet.parameters.value(), Some(11_689_512 - 513_000));
    let operations = resnet.operations.value().expect("a number") as f64;
    assert!((operations / 1.8135e9 - 1.0).abs() < 0.01, "{operations}");
    let decoder = Example::of("transformer_decoder", "number[12, 64] -> transformer_decoder(number[20, 64], 64)");
    let decoder = decoder.expect("it is sound");
    assert_eq!(decoder.takes, ["f32[rows, 12, 64]", "f32[rows, 20, 64]"]);
    // Of d features 16·d² + 19·d.
    assert_eq!(decoder.parameters.value(), Some(16 * 64 * 64 + 19 * 64));
}

#[test]
fn what_cannot_be_is_said() {
    let problem = |chain: &str| Example::of("resnet_basic", chain).expect_err("it is no example");
    assert!(problem("x -> resnet_basic(8)").contains("begins in no array"));
    assert!(
        problem("number[3, 8, 8] -> resnet_basic(8)").contains('3'),
        "{}",
        problem("number[3, 8, 8] -> resnet_basic(8)")
    );
}

#[test]
fn a_page_says_what_stands_in_the_file() {
    let [page]: [Page; 1] = named("detection").try_into().expect("one page");
    for told in ["loss:    centers(edges: edges)", "predict: peaks(overlap: overlap)", "mean_average_precision"] {
        assert!(page.body().contains(told), "{}", page.body());
    }
    let overlap = page.parameters.iter().find(|told| told.name == "overlap").expect("a parameter");
    assert_eq!((overlap.default.as_deref(), overlap.expects.as_str()), (Some("60%"), "a share such as `70%`"));
    assert!(!overlap.doc.is_empty() && page.body().contains(&overlap.doc));
    let books = pages();
    let page = |name: &str| &books.iter().find(|(file, _)| file == name).expect("a page").1;
    assert!(page("tasks.md").contains("[`peaks`](decoders.md#peaks)"));
    assert!(page("blocks.md").contains("[`transformer_encoder`](blocks.md#transformer_encoder)"));
    for one in all() {
        assert!(page("index.md").contains(&format!("[`{0}`]({1}.md#{0})", one.name, one.folder)), "{}", one.name);
        assert!(page(&format!("{}.md", one.folder)).contains(&format!("\n## `{}`\n", one.name)), "{}", one.name);
    }
}

#[test]
fn what_a_file_lacks_is_found() {
    let bare = "block b(n: int) { out: in -> dense(n) }\n";
    let lacking = lacks("b", bare).join("\n");
    for word in ["no doc comment", "`n` of `b`", "no example"] {
        assert!(lacking.contains(word), "{lacking}");
    }
    assert_eq!(lacks("c", bare), ["`c.mtl` declares no `c`"]);
    let block = "/// One layer.\n///\n/// Example: `number[8] -> text_cnn`\nblock text_cnn(\n  /// How many.\n  n: int,\n) {\n  out: in -> dense(n)\n}\n";
    let lacking = lacks("text_cnn", block).join("\n");
    assert!(lacking.contains("cannot be"), "{lacking}");
}
