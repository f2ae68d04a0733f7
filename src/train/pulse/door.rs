//! The way to the first process: where it is spoken to, how the others come there, and who is let in.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::time::Duration;

/// How long a process tries one address of the first.
pub(super) const REACH: Duration = Duration::from_secs(3);

/// Where the first process is spoken to.
pub(super) struct Door {
    pub listener: TcpListener,
    /// What only the processes of the command know.
    pub token: [u8; 16],
    pub size: usize,
}

impl Door {
    /// For processes on these machines. Where all are on one, nobody else finds it.
    pub(super) fn open(machines: &[String]) -> io::Result<Self> {
        let listener = match machines.iter().all(|machine| *machine == machines[0]) {
            true => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)),
            false => {
                TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)))
            }
        }?;
        listener.set_nonblocking(true)?;
        let half = || RandomState::new().build_hasher().finish().to_le_bytes();
        let mut token = [0; 16];
        token[..8].copy_from_slice(&half());
        token[8..].copy_from_slice(&half());
        Ok(Self { listener, token, size: machines.len() })
    }

    /// Token, port, the name of the machine, and its addresses as others see them.
    pub(super) fn told(&self, machines: &[String]) -> String {
        let token: String = self.token.iter().map(|byte| format!("{byte:02x}")).collect();
        let port = self.listener.local_addr().map_or(0, |address| address.port());
        let mut words = vec![token, port.to_string(), machines[0].clone()];
        for machine in machines.iter().filter(|machine| **machine != machines[0]) {
            if let Some(own) = seen_from(machine).map(|own| own.to_string()).filter(|own| !words.contains(own)) {
                words.push(own);
            }
        }
        words.join(" ")
    }
}

/// The address by which this machine would speak to another one; nothing is sent.
pub(super) fn seen_from(machine: &str) -> Option<IpAddr> {
    let to = (machine, 9).to_socket_addrs().ok()?.next()?;
    let from: IpAddr = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((from, 0)).ok()?;
    socket.connect(to).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// A connection to the first process; `None` if there is no way to it.
pub(super) fn reach(told: &str, machines: &[String], rank: usize) -> Option<TcpStream> {
    let mut words = told.split(' ');
    let token = words.next().filter(|token| token.len() == 32)?;
    let port: u16 = words.next()?.parse().ok()?;
    let mut hosts: Vec<&str> = words.collect();
    if machines.first() == machines.get(rank) {
        hosts.insert(0, "127.0.0.1");
    }
    let addresses = hosts.iter().flat_map(|host| (*host, port).to_socket_addrs().into_iter().flatten());
    let mut stream =
        addresses.collect::<Vec<SocketAddr>>().iter().find_map(|to| TcpStream::connect_timeout(to, REACH).ok())?;
    let token = (0..16).map(|byte| u8::from_str_radix(token.get(2 * byte..2 * byte + 2)?, 16).ok());
    let mut first: Vec<u8> = token.collect::<Option<_>>()?;
    first.extend((rank as u64).to_le_bytes());
    stream.set_nodelay(true).ok()?;
    stream.write_all(&first).ok()?;
    stream.set_nonblocking(true).ok()?;
    Some(stream)
}

/// Whether somebody at the door is one of the command.
pub(super) enum Known {
    Yes(usize),
    NotYet,
    No,
}

pub(super) fn known(stream: &mut TcpStream, first: &mut Vec<u8>, door: &Door) -> Known {
    let mut bytes = [0; 24];
    match stream.read(&mut bytes[first.len()..]) {
        Ok(0) => return Known::No,
        Ok(count) => {
            let start = first.len();
            first.extend_from_slice(&bytes[start..start + count]);
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        Err(_) => return Known::No,
    }
    let Some((token, rank)) = first.split_first_chunk::<16>() else { return Known::NotYet };
    let Some(rank) = rank.first_chunk().map(|bytes| u64::from_le_bytes(*bytes) as usize) else { return Known::NotYet };
    if *token == door.token && (1..door.size).contains(&rank) { Known::Yes(rank) } else { Known::No }
}
