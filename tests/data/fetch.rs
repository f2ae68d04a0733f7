//! Data that is named by URL, as processes: from a server on this machine, from the cache, from a mirror folder.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;

use mtlc::data::sha256;

use super::Folder;

const TABLE: &[u8] = b"x,y\n1,2\n2,3\n3,5\n4,6\n5,7\n6,9\n7,11\n8,12\n9,13\n";

fn spec(url: &str, sum: &str) -> String {
    format!(
        "use std.tasks.{{regression}}\ndata d: csv({url:?}, sha256: {sum:?}) {{ columns {{ x: number, y: number }} }}\n\
         input x from d.x -> standardize\ntask y: regression from x {{ label: d.y }}\n"
    )
}

fn mtlc(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mtlc"))
        .args(arguments)
        .current_dir(&folder.0)
        .env("NO_COLOR", "1")
        .env("MTLC_CACHE", folder.0.join("cache"))
        .env("MTLC_MIRROR", folder.0.join("mirror"))
        .output()
        .expect("mtlc runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

/// Answers so many requests with the table, and then no more.
fn serve(requests: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/tables/d.csv", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().take(requests).flatten() {
            let request: Vec<String> =
                BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            assert!(request[0].starts_with("GET /tables/d.csv"), "{request:?}");
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", TABLE.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(TABLE));
        }
    });
    url
}

#[test]
fn a_url_is_fetched_once_and_read_from_the_cache() {
    let (folder, sum) = (Folder::new(), sha256(TABLE));
    let url = serve(1);
    let (code, said) = mtlc(&folder, &["fetch", &url]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("csv({url:?}, sha256: {sum:?})\n")), "{said}");
    folder.write("d.mtl", spec(&url, &sum));
    // The server is gone; nothing is missed.
    for arguments in [["check", "--data", "d.mtl"].as_slice(), &["fetch", "d.mtl"]] {
        let (code, said) = mtlc(&folder, arguments);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&format!("`{url}`")), "{said}");
    }
}

#[test]
fn check_alone_fetches_nothing() {
    let folder = Folder::new();
    folder.write("d.mtl", spec("http://127.0.0.1:1/d.csv", &sha256(TABLE)));
    let (code, said) = mtlc(&folder, &["check", "d.mtl"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!folder.0.join("cache").exists());
    let (code, said) = mtlc(&folder, &["check", "--data", "d.mtl"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cannot read `http://127.0.0.1:1/d.csv`: nobody answers at `127.0.0.1:1`"), "{said}");
}

#[test]
fn a_mirror_folder_stands_for_the_network() {
    let (folder, sum) = (Folder::new(), sha256(TABLE));
    std::fs::create_dir_all(folder.0.join("mirror/example.org")).expect("a folder");
    folder.write("mirror/example.org/d.csv", TABLE);
    folder.write("d.mtl", spec("https://example.org/d.csv", &sum.to_uppercase()));
    let (code, said) = mtlc(&folder, &["check", "--data", "d.mtl"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("d: 9 rows in `https://example.org/d.csv`"), "{said}");
}

#[test]
fn another_file_is_refused_with_both_sums() {
    let folder = Folder::new();
    let (sum, other) = (sha256(TABLE), sha256(b"another"));
    folder.write("url.mtl", spec(&serve(9), &other));
    folder.write("d.csv", TABLE);
    folder.write("file.mtl", spec("d.csv", &other));
    for spec in ["url.mtl", "file.mtl"] {
        let (code, said) = mtlc(&folder, &["check", "--data", spec]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("other-file") && said.contains(&sum) && said.contains(&other), "{said}");
    }
    folder.write("file.mtl", spec("d.csv", &sum));
    assert_eq!(mtlc(&folder, &["check", "--data", "file.mtl"]).0, Some(0));
    // `--data` names files.
    #[cfg(feature = "run")]
    {
        let (code, said) = mtlc(&folder, &["run", "--quiet", "--epochs", "1", "file.mtl", "--out", "run"]);
        assert_eq!(code, Some(0), "{said}");
        let (code, said) = mtlc(&folder, &["predict", "run", "--data", "http://127.0.0.1:1/d.csv", "--out", "p.csv"]);
        assert_ne!(code, Some(0), "{said}");
        assert!(said.contains("mtlc fetch http://127.0.0.1:1/d.csv"), "{said}");
    }
}
