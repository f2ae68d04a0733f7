//! `mtlc serve`, asked over sockets on loopback.

mod client;

use std::io::Write;

use base64::Engine;
use serde_json::{Value, json};

use self::client::{Server, answer, half_closed, request};
use crate::data::Folder;
use crate::train::pictures::stripes;
use crate::train::sounds::birds;
use crate::train::{bytes, command, mtlc, shop, text};

const JSON: &str = "application/json";
const ASK: &str = "/v1/models/shop:predict";

/// A folder with a trained run `r`.
fn trained() -> Folder {
    let folder = shop();
    mtlc(&folder, "run shop.mtl --out r -q").must(0, &[]);
    folder
}

/// The rows of the shop as objects, whose inputs alone are told, and what `predict` says of them, line by line.
fn rows(folder: &Folder) -> (Vec<Value>, Vec<String>) {
    let table = text(folder, "shop.csv");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |cell: &str| cell.parse::<f64>().ok();
        json!({ "id": cells[0], "a": number(cells[1]), "b": number(cells[2]), "city": cells[3] })
    };
    let rows: Vec<Value> = table.lines().skip(1).map(row).collect();
    mtlc(folder, "predict r --data shop.csv --out all.jsonl --force").must(0, &[]);
    let said = text(folder, "all.jsonl").lines().map(str::to_string).collect();
    (rows, said)
}

#[test]
fn predictions_are_those_of_predict_to_the_last_byte() {
    let folder = trained();
    let (rows, said) = rows(&folder);
    let server = Server::start(&folder, "r");
    let whole = server.ask("shop", &json!({ "instances": rows })).must(200, "");
    assert_eq!(whole.text(), format!("{{\"predictions\":[{}]}}", said.join(",")));
    for (row, said) in rows.iter().zip(&said).step_by(7) {
        assert_eq!(server.ask("shop", &json!({ "instances": [row] })).text(), format!("{{\"predictions\":[{said}]}}"));
    }
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let by_lines = server.post(ASK, "application/x-ndjson", "", lines.as_bytes()).must(200, "");
    assert_eq!(by_lines.text(), text(&folder, "all.jsonl"));
    let by_csv =
        server.post(ASK, "text/csv; charset=utf-8", "Accept: application/jsonl\r\n", &bytes(&folder, "shop.csv"));
    assert_eq!(by_csv.must(200, "").text(), text(&folder, "all.jsonl"));
    // What comes as an Arrow stream goes back in as one: it has what the model reads of nothing else.
    let arrow = "application/vnd.apache.arrow.stream";
    let stream =
        server.post(ASK, "text/csv", &format!("Accept: {arrow}\r\n"), &bytes(&folder, "shop.csv")).must(200, "");
    assert!(stream.body.starts_with(&[0xff; 4]), "{}", stream.head);
    server.post(ASK, arrow, "", &stream.body).must(422, "has no column `a`");
    // A form has texts, whatever they mean.
    let form = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n-1.5\r\n--x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n0.25\r\n--x\r\nContent-Disposition: form-data; name=\"city\"\r\n\r\nRome\r\n--x--\r\n";
    let by_form = server.post(ASK, "multipart/form-data; boundary=x", "", form.as_bytes()).must(200, "");
    let row = json!({ "instances": [{ "a": -1.5, "b": 0.25, "city": "Rome" }] });
    assert_eq!(by_form.text(), server.ask("shop", &row).text());
    let unknown = server.ask("shop", &json!({ "instances": [{ "a": 1, "b": 2, "city": "Ulm" }] })).must(200, "");
    assert!(unknown.json()["notes"][0].as_str().is_some_and(|note| note.contains("Ulm")), "{}", unknown.text());
}

#[test]
fn questions_that_are_gathered_have_the_answers_that_each_has_alone() {
    let folder = trained();
    let (rows, said) = rows(&folder);
    let server = Server::start(&folder, "r --gather 50 --max-requests 1000");
    std::thread::scope(|scope| {
        let ask = |first: usize| {
            let (server, rows, said) = (&server, &rows, &said);
            move || {
                // Every ninth is wrong, and no matter of the others.
                let wrong = first % 9 == 4;
                let rows = if wrong {
                    vec![json!({ "a": "?", "b": 1, "city": "Rome" })]
                } else {
                    rows[first..first + 2].to_vec()
                };
                let answered = server.ask("shop", &json!({ "instances": rows }));
                match wrong {
                    true => _ = answered.must(422, "`a` is `?`"),
                    false => assert_eq!(
                        answered.text(),
                        format!("{{\"predictions\":[{}]}}", said[first..first + 2].join(","))
                    ),
                }
            }
        };
        (0..60).map(ask).for_each(|ask| _ = scope.spawn(ask));
    });
    let metrics = server.get("/metrics", "").must(200, "mtlc_rows_total{model=\"shop\"} ").text();
    let sum =
        metrics.lines().find_map(|line| line.strip_prefix("mtlc_requests_together_count ")).expect("it is counted");
    assert!(sum.parse::<usize>().is_ok_and(|times| times < 54), "nothing was gathered: {sum} questions to the model");
}

#[test]
fn what_cannot_be_answered_is_told_why() {
    let folder = trained();
    let mut server = Server::start(&folder, "r --max-body 1 --max-rows 50");
    server.get("/healthz", "").must(200, "ok");
    server.get("/readyz", "").must(200, "ready");
    server.get("/", "").must(200, "<form");
    server.get("/nothing", "").must(404, "there is nothing at this path");
    server.get(ASK, "").must(405, "not asked in this way");
    server.get("/v1/models/shap", "").must(404, "no model is called `shap`");
    server.post("/v1/models", JSON, "", b"").must(405, "not asked in this way");
    server.post("/v1/models/shop", JSON, "", b"{}").must(404, "NAME:predict");
    server.ask("shap", &json!({})).must(404, "there are `shop`");
    server.post(ASK, "text/plain", "", b"x").must(415, "application/x-ndjson");
    server.post(&format!("{ASK}?data=shap"), JSON, "", b"x").must(400, "no rows of `shap`");
    for (body, words) in [
        ("", "not what it should be"),
        ("{\"instances\": [{\"a\": 1}", "not what it should be"),
        ("{\"rows\": []}", "unknown field `rows`"),
        ("{\"instances\": []}", "`instances` is empty"),
        ("{\"instances\": [3]}", "instance 1 is no object"),
        ("3", "expected an object whose `instances` are the rows"),
    ] {
        server.post(ASK, JSON, "", body.as_bytes()).must(400, words);
    }
    server.post(ASK, JSON, "", b"\xff").must(400, "no text in UTF-8");
    let many: Vec<Value> = (0..51).map(|_| json!({ "a": 1, "b": 1, "city": "Rome" })).collect();
    server.ask("shop", &json!({ "instances": many })).must(413, "at most 50");
    let lines: String = many.iter().map(|row| format!("{row}\n")).collect();
    server.post(ASK, "application/jsonl", "", lines.as_bytes()).must(413, "at most 50");
    let csv = format!("a,b,city\n{}", "1,1,Rome\n".repeat(51));
    server.post(ASK, "text/csv", "", csv.as_bytes()).must(413, "more than 50 rows");
    server.post(ASK, "text/csv", "", b"a,b,city\n").must(400, "no rows");
    server.post(ASK, JSON, "Content-Encoding: gzip\r\n", b"\x1f\x8b").must(415, "packed by `gzip`");
    // What who sends rows can do, who cannot change the spec.
    for (row, status, words) in [
        (json!({ "A": 1, "b": 1, "city": "Rome" }), 422, "`GET /v1/models/NAME` says what each row has"),
        (json!({ "a": "one", "b": 1, "city": "Rome" }), 422, "`GET /v1/models/NAME` says what a value is"),
        (json!({ "a": true, "b": 1, "city": "Rome" }), 422, "where there is none, send null"),
    ] {
        server.ask("shop", &json!({ "instances": [row] })).must(status, words);
    }
    server.post(ASK, "text/csv", "", b"a;b;city\n1;1;Rome\n").must(422, "CSV is separated by commas");
    let row = json!({ "instances": [{ "a": 1, "b": 1, "city": "Rome" }] }).to_string();
    let data = server.post(&format!("{ASK}?data=%73hap"), JSON, "", row.as_bytes());
    data.must(400, "no rows of `shap`");
    // By what it claims, before it comes; and by what comes, where nothing is claimed.
    let claim =
        format!("POST {ASK} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {JSON}\r\nContent-Length: 9999999999\r\n\r\n");
    server.send(claim.as_bytes()).must(413, "larger than");
    let mut chunked =
        format!("POST {ASK} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n")
            .into_bytes();
    chunked.extend(format!("{:x}\r\n", (1 << 20) + 1).bytes());
    chunked.extend(vec![b' '; (1 << 20) + 1]);
    chunked.extend(b"\r\n");
    server.send(&chunked).must(413, "larger than");
    let missing = server.ask("shop", &json!({ "instances": [{ "a": 1, "b": 2 }] })).must(422, "has no column `city`");
    // What was said is in the log, under the same name.
    let id = missing.json()["request"].as_str().expect("an id").to_string();
    assert!(missing.head.contains(&format!("x-request-id: {id}")), "{}", missing.head);
    let line = std::iter::repeat_with(|| server.log()).find(|line| line["request"] == id.as_str()).expect("a line");
    assert_eq!((&line["status"], &line["model"]), (&json!(422), &json!("shop")));
    let given = server.get("/v1/models", "X-Request-Id: mine-7\r\n");
    assert!(given.head.contains("x-request-id: mine-7"), "{}", given.head);
    // Another page of the browser, which calls this machine by a name of its own.
    server
        .send(b"GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        .must(403, "only this machine");
    server
        .send(b"GET http://evil.example/v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        .must(403, "only this machine");
    assert_eq!(server.send(b"nonsense\r\n\r\n").status, 400);
    let document = server.get("/openapi.json", "").json();
    let row = &document["components"]["schemas"]["shop.row"];
    assert_eq!(row["required"], json!(["a", "b", "city"]), "{row}");
    assert_eq!(row["properties"]["city"]["enum"], json!(["Lima", "Oslo", "Rome"]));
}

#[test]
fn what_is_slow_or_one_too_many() {
    let folder = trained();
    let row = json!({ "instances": [{ "a": 1, "b": 1, "city": "Rome" }] }).to_string();
    let server = Server::start(&folder, "r --max-requests 1 --timeout 2");
    let whole = request(ASK, JSON, "", row.as_bytes());
    let mut slow = server.connect();
    slow.write_all(&whole[..whole.len() - 3]).expect("it is taken");
    // Until the slow one has its place, the other may have it.
    let refused = std::iter::repeat_with(|| server.send(&whole)).find(|answer| answer.status != 200).expect("one");
    let refused = refused.must(429, "as many as are taken");
    assert!(refused.head.contains("retry-after: 1"), "{}", refused.head);
    answer(slow).must(408, "was not there within 2 seconds");
    // Who has said all may close that half; who has not, and closes it, has broken off.
    let mut half = server.connect();
    half.write_all(&whole).expect("it is taken");
    half_closed(half).must(200, "predictions");
    let mut half = server.connect();
    half.write_all(&whole[..whole.len() - 3]).expect("it is taken");
    let broken = half_closed(half);
    assert!([0, 400].contains(&broken.status), "{broken:?}");
    server.send(&whole).must(200, "predictions");
}

#[test]
fn who_has_not_the_token_is_not_answered() {
    let folder = trained();
    folder.write("token", "abc-123\n");
    let server = Server::start(&folder, "r --token @token");
    let row = json!({ "instances": [{ "a": 1, "b": 1, "city": "Rome" }] }).to_string();
    server.get("/healthz", "").must(200, "");
    server.post(ASK, JSON, "", row.as_bytes()).must(401, "a token is needed");
    server.get("/metrics", "Authorization: Bearer abc-124\r\n").must(401, "another one");
    server.post(ASK, JSON, "Authorization: Bearer abc-123\r\n", row.as_bytes()).must(200, "predictions");
}

#[cfg(unix)]
#[test]
fn it_ends_when_all_that_was_begun_is_answered() {
    let folder = trained();
    let row = json!({ "instances": [{ "a": 1, "b": 1, "city": "Rome" }] }).to_string();
    let mut server = Server::start(&folder, "r");
    let whole = request(ASK, JSON, "", row.as_bytes());
    let mut begun = server.connect();
    begun.write_all(&whole[..whole.len() - 3]).expect("it is taken");
    // Whoever is answered here has come after it.
    server.get("/readyz", "").must(200, "ready");
    server.ask_to_end();
    assert_eq!(server.log_of("ending")["event"], "ending");
    assert!(std::net::TcpStream::connect(("127.0.0.1", server.port)).is_err(), "nobody else is taken");
    begun.write_all(&whole[whole.len() - 3..]).expect("it is taken");
    answer(begun).must(200, "predictions");
    server.ended().must(0, &[]);
}

#[test]
fn a_new_run_takes_the_place_of_the_old_one() {
    let folder = trained();
    mtlc(&folder, "pack r --out served.mtlpack").must(0, &[]);
    mtlc(&folder, "run shop.mtl --out other -q --set train.seed=8").must(0, &[]);
    mtlc(&folder, "pack other --out other.mtlpack").must(0, &[]);
    let mut server = Server::start(&folder, "served.mtlpack --reload 0.05");
    let row = json!({ "instances": [{ "a": 1, "b": 1, "city": "Rome" }] });
    let old = server.ask("shop", &row).must(200, "predictions").text();
    std::fs::rename(folder.0.join("other.mtlpack"), folder.0.join("served.mtlpack")).expect("it is put there");
    let new = std::iter::repeat_with(|| server.ask("shop", &row).must(200, "predictions").text());
    let new = new.take(20_000).find(|text| *text != old).expect("the other run answers");
    server.log_of("renewed");
    mtlc(&folder, "predict other --data shop.csv --out other.jsonl").must(0, &[]);
    let (rows, _) = rows(&folder);
    let first = server.ask("shop", &json!({ "instances": [rows[0]] })).text();
    let said = text(&folder, "other.jsonl");
    assert_eq!(first, format!("{{\"predictions\":[{}]}}", said.lines().next().unwrap_or("")));
    // What is broken is told, and the run that was there goes on.
    let half = bytes(&folder, "served.mtlpack");
    folder.write("served.mtlpack", &half[..half.len() / 2]);
    let line = server.log_of("not-renewed");
    assert!(line["error"].as_str().is_some(), "{line}");
    assert_eq!(server.ask("shop", &row).text(), new);
}

#[cfg(unix)]
#[test]
fn the_latest_run_is_followed() {
    let folder = shop();
    mtlc(&folder, "run shop.mtl -q").must(0, &[]);
    let mut server = Server::start(&folder, "runs/shop/latest --reload 0.05");
    let row = json!({ "instances": [{ "a": 1, "b": 1, "city": "Rome" }] });
    let old = server.ask("shop", &row).must(200, "predictions").text();
    let described = server.get("/v1/models/shop", "").json();
    let (run, weights) = (described["run"].clone(), described["weights"].clone());
    assert_eq!(weights.as_str().map(str::len), Some(12), "{described}");
    std::thread::scope(|scope| {
        let training = scope.spawn(|| mtlc(&folder, "run shop.mtl -q --set train.seed=8").must(0, &[]));
        // Every question in the meantime has an answer, of the one run or of the other.
        while !training.is_finished() {
            server.ask("shop", &row).must(200, "predictions");
        }
    });
    let line = server.log_of("renewed");
    let new = server.ask("shop", &row).must(200, "predictions").text();
    assert_ne!(old, new);
    let described = server.get("/v1/models/shop", "").json();
    assert_ne!(run, described["run"]);
    assert_ne!(weights, described["weights"]);
    assert_eq!(line["weights"], described["weights"]);
}

#[test]
fn an_uploaded_picture_has_the_answer_of_its_file() {
    let folder = stripes();
    mtlc(&folder, "run stripes.mtl --out r -q --epochs 2").must(0, &[]);
    mtlc(&folder, "predict r --data stripes --out all.jsonl").must(0, &[]);
    let server = Server::start(&folder, "r");
    let ask = "/v1/models/stripes:predict";
    // What is said of a row behind the name that it has.
    let answer =
        |text: &str| text[text.find("\"way\":").expect("an answer")..].trim_end_matches(['}', ']', '\n']).to_string();
    for line in text(&folder, "all.jsonl").lines().step_by(9) {
        let said: Value = serde_json::from_str(line).expect("JSON");
        let name = said["photo"].as_str().expect("a name");
        let picture = bytes(&folder, &format!("stripes/{name}"));
        let head = b"--x\r\nContent-Disposition: form-data; name=\"path\"; filename=\"any\"\r\n\r\n".as_slice();
        let form = [head, &picture, b"\r\n--x--\r\n"].concat();
        let uploaded = server.post(ask, "multipart/form-data; boundary=x", "", &form).must(200, "predictions");
        assert_eq!(answer(&uploaded.text()), answer(line), "{name}");
        let encoded = base64::engine::general_purpose::STANDARD.encode(&picture);
        let row = json!({ "instances": [{ "path": { "b64": encoded } }] });
        assert_eq!(answer(&server.ask("stripes", &row).must(200, "").text()), answer(line), "{name}");
    }
    let half = bytes(&folder, "stripes/lying/00.png");
    let head = b"--x\r\nContent-Disposition: form-data; name=\"path\"; filename=\"any\"\r\n\r\n".as_slice();
    let form = [head, &half[..half.len() / 2], b"\r\n--x--\r\n"].concat();
    let broken = server.post(ask, "multipart/form-data; boundary=x", "", &form);
    assert_eq!(broken.status, 422, "{}", broken.text());
    let path = json!({ "instances": [{ "path": "stripes/lying/00.png" }] });
    server.ask("stripes", &path).must(422, "no file of this machine");
}

#[test]
fn an_uploaded_sound_has_the_answer_of_its_file() {
    let folder = birds();
    mtlc(&folder, "run birds.mtl --out r -q --epochs 2").must(0, &[]);
    let server = Server::start(&folder, "r");
    let ask = "/v1/models/birds:predict";
    let answer =
        |text: &str| text[text.find("\"way\":").expect("an answer")..].trim_end_matches(['}', ']', '\n']).to_string();
    let table = text(&folder, "birds.csv");
    let (names, rows) = table.split_once('\n').expect("rows");
    let head = b"--x\r\nContent-Disposition: form-data; name=\"heard\"; filename=\"any\"\r\n\r\n".as_slice();
    for (number, row) in rows.lines().enumerate().step_by(9) {
        // By itself as well: sounds of other lengths beside it may change how a sum is rounded.
        folder.write("one.csv", format!("{names}\n{row}\n"));
        mtlc(&folder, "predict r --data one.csv --out one.jsonl --force").must(0, &[]);
        let line = answer(&text(&folder, "one.jsonl"));
        let sound = bytes(&folder, &format!("songs/{number:02}.wav"));
        let form = [head, &sound, b"\r\n--x--\r\n"].concat();
        let uploaded = server.post(ask, "multipart/form-data; boundary=x", "", &form).must(200, "predictions");
        assert_eq!(answer(&uploaded.text()), line, "{number}");
        let encoded = base64::engine::general_purpose::STANDARD.encode(&sound);
        for cell in [json!({ "b64": encoded }), json!(format!("data:audio/wav;base64,{encoded}"))] {
            let row = json!({ "instances": [{ "heard": cell }] });
            assert_eq!(answer(&server.ask("birds", &row).must(200, "").text()), line, "{number}");
        }
    }
    let sound = bytes(&folder, "songs/00.wav");
    for (sent, why) in [(&sound[..sound.len() / 2], "cut short"), (b"no sound", "it is text and no sound"), (b"", "")] {
        let form = [head, sent, b"\r\n--x--\r\n"].concat();
        server.post(ask, "multipart/form-data; boundary=x", "", &form).must(422, why);
    }
    let path = json!({ "instances": [{ "heard": "songs/00.wav" }] });
    server.ask("birds", &path).must(422, "no file of this machine");
    let said = server.get("/openapi.json", "").text();
    assert!(said.contains("a sound (WAV, AIFF, FLAC, Ogg Vorbis, MP3): its bytes in base64"), "{said}");
}

#[test]
fn what_cannot_be_served() {
    let folder = trained();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    mtlc(&folder, &format!("serve r --port {port}")).must(2, &["another process listens", "--port 0"]);
    mtlc(&folder, "serve r r --port 0").must(2, &["two models are called `shop`", "NAME=RUN"]);
    mtlc(&folder, "serve shop.csv --port 0").must(2, &["a run directory is expected"]);
    mtlc(&folder, "serve r --port 0 --host 192.0.2.1").must(2, &["cannot listen at 192.0.2.1"]);
    mtlc(&folder, "serve r --port 0 --token @none").must(2, &["cannot read the token"]);
    for missing in ["preprocessing.json", "model.safetensors", "spec.mtl", "run.json"] {
        let (from, to) = (folder.0.join("r").join(missing), folder.0.join("away"));
        std::fs::rename(&from, &to).expect("it is there");
        let output = command(&folder.0).args(["serve", "r", "--port", "0"]).output().expect("mtlc runs");
        assert_eq!(output.status.code(), Some(2), "{missing}: {}", String::from_utf8_lossy(&output.stderr));
        std::fs::rename(&to, &from).expect("it is put back");
    }
    let newer = text(&folder, "r/run.json").replace("\"version\": 1", "\"version\": 99");
    folder.write("r/run.json", newer);
    mtlc(&folder, "serve r --port 0").must(2, &["newer"]);
}
