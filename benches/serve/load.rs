//! Asks a server over HTTP/1.1 and says how long answers take. Without crates: `rustc -O load.rs`.
//!
//! `load ADDRESS PATH BODY-FILE CONNECTIONS SECONDS [RATE]`: with a rate, so many requests a second are sent at fixed times, whether or not
//! those before have been answered as far as there are connections, and times count from when each was due; without, each
//! connection asks again as soon as it is answered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, path, body, connections, seconds, rest @ ..] = arguments.as_slice() else {
        eprintln!("load ADDRESS PATH BODY-FILE CONNECTIONS SECONDS [RATE]");
        std::process::exit(2);
    };
    let body = std::fs::read(body).expect("the body can be read");
    let connections: usize = connections.parse().expect("a number of connections");
    let seconds: f64 = seconds.parse().expect("a number of seconds");
    let rate: Option<f64> = rest.first().map(|rate| rate.parse().expect("a rate"));
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let request = [head.as_bytes(), body.as_slice()].concat();
    let (next, started) = (AtomicU64::new(0), Instant::now());
    let mut taken: Vec<f64> = std::thread::scope(|scope| {
        let ask = || {
            let stream = TcpStream::connect(address).expect("it listens");
            stream.set_nodelay(true).expect("it can be set");
            let mut reader = BufReader::new(stream.try_clone().expect("a socket"));
            let (mut writer, mut taken) = (stream, Vec::new());
            loop {
                let due = match rate {
                    Some(rate) => started + Duration::from_secs_f64(next.fetch_add(1, Ordering::Relaxed) as f64 / rate),
                    None => Instant::now(),
                };
                if due.duration_since(started).as_secs_f64() >= seconds {
                    return taken;
                }
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                writer.write_all(&request).expect("it is taken");
                answered(&mut reader);
                taken.push(due.elapsed().as_secs_f64());
            }
        };
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("it ends")).collect()
    });
    let all = started.elapsed().as_secs_f64();
    taken.sort_by(f64::total_cmp);
    let at = |share: f64| {
        taken.get(((taken.len() as f64 * share) as usize).min(taken.len().saturating_sub(1))).unwrap_or(&0.0) * 1e3
    };
    println!(
        "{} answers, {:.0} a second; p50 {:.3} ms, p90 {:.3} ms, p99 {:.3} ms, longest {:.3} ms",
        taken.len(),
        taken.len() as f64 / all,
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
}

/// Reads an answer, which must be a good one.
fn answered(reader: &mut BufReader<TcpStream>) {
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).expect("an answer");
    assert!(line.contains(" 200 "), "{line}");
    loop {
        line.clear();
        reader.read_line(&mut line).expect("an answer");
        if line.trim().is_empty() {
            break;
        }
        if let Some(bytes) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = bytes.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("an answer");
}
