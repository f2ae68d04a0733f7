//! How a process listens: the first one to all others, and each of these to the first.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::door::{Door, Known, REACH, known};
use super::said::Said;
use super::{Fallen, Waits};

/// How a process listens.
pub(super) struct Ear {
    waits: Arc<Waits>,
    patience: Duration,
    leaves: Receiver<()>,
    has_left: bool,
}

/// Another process, as it is heard.
struct Other {
    stream: Option<TcpStream>,
    heard: Instant,
    said: Said,
    has_left: bool,
    /// The beginning of what is not yet there as a whole.
    rest: Vec<u8>,
}

impl Other {
    fn unheard() -> Self {
        Self { stream: None, heard: Instant::now(), said: Said::default(), has_left: false, rest: Vec::new() }
    }

    fn over(stream: TcpStream) -> Self {
        Self { stream: Some(stream), ..Self::unheard() }
    }

    fn tell(&mut self, bytes: &[u8]) {
        // What does not get through is the other's silence, sooner or later.
        let _ = self.stream.as_mut().map(|stream| stream.write(bytes));
    }

    /// Hears what has come, and takes the last of it; whether anything has.
    fn listen(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        let mut bytes = [0; 1024];
        match stream.read(&mut bytes) {
            // Who is gone is silent from now on.
            Ok(0) => self.stream = None,
            Ok(count) => {
                self.heard = Instant::now();
                self.rest.extend_from_slice(&bytes[..count]);
                let (whole, rest) = self.rest.as_chunks::<{ Said::BYTES }>();
                if let Some(last) = whole.last() {
                    self.said = Said::read(last);
                    self.has_left |= self.said == Said::FAREWELL;
                }
                self.rest = rest.to_vec();
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => self.stream = None,
        }
    }

    fn is_silent(&self, patience: Duration) -> bool {
        !self.has_left && self.heard.elapsed() > patience
    }
}

impl Ear {
    pub(super) fn new(waits: Arc<Waits>, patience: Duration, leaves: Receiver<()>) -> Self {
        Self { waits, patience, leaves, has_left: false }
    }

    fn pause(&self) -> Duration {
        (self.patience / 20).clamp(Duration::from_millis(10), Duration::from_secs(1))
    }

    /// Waits a little; whether this process was awake meanwhile, and not stopped itself.
    fn rest(&mut self) -> bool {
        let since = Instant::now();
        self.has_left = self.leaves.recv_timeout(self.pause()) == Err(RecvTimeoutError::Disconnected);
        since.elapsed() < self.pause() + self.patience / 4
    }

    fn said(&self) -> Said {
        match self.has_left {
            true => Said::FAREWELL,
            false => self.waits.now(),
        }
    }

    /// The first process listens to all that it will hear, until it leaves. What it finds is told once; it goes on speaking, lest the others take it for
    /// silent.
    pub(super) fn listen_to_all(&mut self, door: &Door, expected: &[usize], fallen: impl FnOnce(Fallen)) {
        let mut fallen = Some(fallen);
        let mut others: BTreeMap<usize, Other> = expected.iter().map(|rank| (*rank, Other::unheard())).collect();
        let mut strangers: Vec<(TcpStream, Vec<u8>, Instant)> = Vec::new();
        let (mut last, mut moved) = (Vec::new(), Instant::now());
        loop {
            while let Ok((stream, _)) = door.listener.accept() {
                if stream.set_nonblocking(true).is_ok() {
                    strangers.push((stream, Vec::new(), Instant::now()));
                }
            }
            let mut still = Vec::new();
            for (mut stream, mut first, since) in strangers {
                match known(&mut stream, &mut first, door) {
                    Known::Yes(rank) => {
                        let _ = stream.set_nodelay(true);
                        others.insert(rank, Other::over(stream));
                    }
                    // No more of them at a time than could be some of the command.
                    Known::NotYet if since.elapsed() < REACH && still.len() < 4 * door.size => {
                        still.push((stream, first, since))
                    }
                    _ => {}
                }
            }
            strangers = still;
            let own = self.said();
            for other in others.values_mut() {
                other.listen();
                other.tell(&own.bytes());
            }
            if own == Said::FAREWELL {
                return;
            }
            let now: Vec<Said> = std::iter::once(own).chain(others.values().map(|other| other.said)).collect();
            if now != last || !now.iter().all(|said| said.waits()) {
                (last, moved) = (now, Instant::now());
            }
            if !self.rest() {
                moved = Instant::now();
                others.values_mut().for_each(|other| other.heard = moved);
            }
            let silent: Vec<usize> =
                others.iter().filter(|(_, other)| other.is_silent(self.patience)).map(|(rank, _)| *rank).collect();
            // Of one that is not heard nobody knows whether it waits.
            let all_wait = others.len() + 1 == door.size && moved.elapsed() > self.patience;
            let found = match silent.is_empty() {
                false => Fallen::Silent(silent),
                true if all_wait => Fallen::Waiting,
                true => continue,
            };
            if let Some(fallen) = fallen.take() {
                fallen(found);
            }
        }
    }

    /// Every other process listens to the first, as that one does to all.
    pub(super) fn listen_to_first(&mut self, stream: TcpStream, fallen: impl FnOnce(Fallen)) {
        let mut fallen = Some(fallen);
        let mut first = Other::over(stream);
        loop {
            let own = self.said();
            first.listen();
            first.tell(&own.bytes());
            if own == Said::FAREWELL {
                return;
            }
            if !self.rest() {
                first.heard = Instant::now();
            }
            // The first finds out as well that all wait, and says so.
            if first.is_silent(self.patience)
                && let Some(fallen) = fallen.take()
            {
                fallen(Fallen::Silent(vec![0]));
            }
        }
    }
}
