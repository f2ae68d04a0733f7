//! Against a server on this machine that breaks off, goes on, redirects and refuses as it is told.

use std::net::TcpListener;

use tempfile::TempDir;

use super::loopback::{Act, serve};
use super::*;

/// In a folder that goes with the test.
fn fetching() -> (TempDir, Fetching) {
    let folder = tempfile::tempdir().expect("a folder");
    let fetching = Fetching {
        cache: folder.path().join("cache"),
        mirror: None,
        pause: Duration::from_millis(1),
        patience: Duration::from_millis(300),
    };
    (folder, fetching)
}

fn table() -> (Vec<u8>, String) {
    let file: Vec<u8> = (0..300_000_u32).flat_map(|row| row.to_le_bytes()).collect();
    let sum = sha256(&file);
    (file, sum)
}

fn unreachable(trouble: Result<PathBuf, Trouble>) -> String {
    match trouble {
        Err(Trouble::Unreachable(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_fetched_once_and_goes_on_where_it_broke_off() {
    let (file, sum) = table();
    let server = serve(file.clone(), vec![Act::Cut(1000), Act::Status(503), Act::Cut(70_000), Act::Whole]);
    let (_folder, fetching) = fetching();
    let path = fetching.file(&server.url, &sum).expect("a file");
    assert_eq!(std::fs::read(&path).expect("it is there"), file);
    assert_eq!(*server.asked.lock().expect("a log"), [None, Some(1000), Some(1000), Some(71_000)]);
    assert_eq!(fetching.file(&server.url, &sum), Ok(path.clone()));
    assert_eq!(server.asked.lock().expect("a log").len(), 4, "nothing is fetched twice");
    // A copy that somebody wrote to is none.
    std::fs::write(&path, &file[..99]).expect("it can be written");
    assert_eq!(fetching.found(&server.url, &sum), None);
    assert_eq!(fetching.file(&server.url, &sum), Ok(path.clone()));
    assert_eq!(std::fs::read(&path).expect("it is there"), file);
}

#[test]
fn what_came_is_kept_when_a_server_gives_up() {
    let (file, sum) = table();
    let acts = vec![Act::Cut(5000), Act::Status(503), Act::Status(500), Act::Status(502), Act::Status(503), Act::Whole];
    let server = serve(file, acts);
    let (_folder, fetching) = fetching();
    let reason = unreachable(fetching.file(&server.url, &sum));
    assert!(
        reason.contains("answers with an error (502)") && reason.contains("5000 bytes that came are kept"),
        "{reason}"
    );
    assert!(fetching.file(&server.url, &sum).is_ok());
    assert_eq!(server.asked.lock().expect("a log").last(), Some(&Some(5000)));
}

#[test]
fn another_file_is_refused_and_not_kept() {
    let (file, sum) = table();
    let server = serve(b"<!DOCTYPE html><p>gone".to_vec(), vec![Act::Whole]);
    let (_folder, fetching) = fetching();
    let found = sha256(b"<!DOCTYPE html><p>gone");
    let what = Some("what the server sends is a web page");
    assert_eq!(fetching.file(&server.url, &sum), Err(Trouble::OtherSum { found, what }));
    let left: Vec<_> =
        std::fs::read_dir(&fetching.cache).expect("a folder").flatten().map(|file| file.file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().ends_with(".lock")), "{left:?}");
    // What is left of a file that the server had before is no reason to refuse the one that it has now.
    std::fs::write(fetching.cache.join(format!("{sum}.part")), b"an older file").expect("it can be written");
    let server = serve(file.clone(), vec![Act::Whole]);
    assert!(fetching.file(&server.url, &sum).is_ok());
    assert_eq!(*server.asked.lock().expect("a log"), [Some(13), None]);
}

#[test]
fn servers_without_ranges_and_with_redirects_will_do() {
    let (file, sum) = table();
    let server = serve(file, vec![Act::Cut(10), Act::NoRanges, Act::Redirect("/elsewhere.csv"), Act::Whole]);
    let (_folder, fetching) = fetching();
    assert!(fetching.file(&server.url, &sum).is_ok());
    let (again, path) = fetching.sum_of(&server.url).expect("a sum");
    assert_eq!((again, path), (sum.clone(), fetching.cache.join(&sum)));
}

#[test]
fn refusals_are_said() {
    let (file, sum) = table();
    let (_folder, fetching) = fetching();
    let said = |act: Act| unreachable(fetching.file(&serve(file.clone(), vec![act]).url, &sum));
    assert_eq!(said(Act::Status(404)), "the server has no such file (404)");
    assert_eq!(said(Act::Status(403)), "the server does not give it to everybody (403)");
    assert!(said(Act::Redirect("/x")).contains("redirects too often"), "{}", said(Act::Redirect("/x")));
    assert!(said(Act::Silence).contains("does not answer"));
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("an address");
    let reason = unreachable(fetching.file(&format!("http://{nobody}/x.csv"), &sum));
    assert!(reason.contains("nobody answers") && reason.contains("MTLC_MIRROR"), "{reason}");
}

#[test]
fn processes_at_once_fetch_it_once() {
    let (file, sum) = table();
    let server = serve(file, vec![Act::Whole]);
    let (_folder, fetching) = fetching();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert!(fetching.file(&server.url, &sum).is_ok()));
        }
    });
    assert_eq!(server.asked.lock().expect("a log").len(), 1);
}

#[test]
fn a_mirror_is_asked_first() {
    let (file, sum) = table();
    let (_folder, mut fetching) = fetching();
    let mirror = fetching.cache.with_file_name("mirror");
    fetching.mirror = Some(mirror.clone());
    std::fs::create_dir_all(mirror.join("example.org/tables")).expect("a folder");
    let copy = mirror.join("example.org/tables/x.csv");
    std::fs::write(&copy, &file).expect("it can be written");
    assert_eq!(fetching.file("https://example.org/tables/x.csv", &sum), Ok(copy.clone()));
    std::fs::rename(&copy, mirror.join(&sum)).expect("it can be renamed");
    assert_eq!(fetching.file("https://example.org/tables/x.csv", &sum), Ok(mirror.join(&sum)));
    assert_eq!(fetching.found("https://example.org/tables/x.csv", &sha256(b"another")), None);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let (file, sum) = table();
    let server = serve(file, vec![Act::Whole]);
    let (_folder, fetching) = fetching();
    std::fs::create_dir_all(&fetching.cache).expect("a folder");
    // The device that is always full.
    std::os::unix::fs::symlink("/dev/full", fetching.cache.join(format!("{sum}.part"))).expect("a link");
    let reason = unreachable(fetching.file(&server.url, &sum));
    assert!(reason.contains("no room left") && reason.contains("MTLC_CACHE"), "{reason}");
}
