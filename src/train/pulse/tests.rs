//! Processes that are threads, and hear of each other over loopback.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use super::door::{Known, known};
use super::*;
use crate::train::world_tests::together;

/// Long enough for a thread to be served on a busy machine.
const PATIENCE: Duration = Duration::from_secs(1);

fn machines() -> Vec<String> {
    vec!["here".to_string(); 3]
}

/// What each of three processes finds while it does some work; one of them may be stopped from the beginning.
fn found(work: impl Fn(Arc<dyn World>, &Counted) + Sync, silent: Option<usize>) -> Vec<Option<Fallen>> {
    let machines = machines();
    together(3, |world| {
        if silent == Some(world.rank()) {
            stopped(&*world, &machines);
            return None;
        }
        let counted = Counted::over(world.clone());
        let (say, said) = channel();
        let tell = move |fallen| _ = say.send(fallen);
        let listening = Listening::begin(&*world, &machines, counted.waits(), PATIENCE, tell);
        assert_eq!(listening.unheard, [] as [usize; 0]);
        work(world.clone(), &counted);
        let found = said.try_recv().ok();
        world.gather(&[]);
        listening.end();
        found
    })
}

/// Begins to listen, and is stopped before it says anything: its connection stays.
fn stopped(world: &dyn World, machines: &[String]) {
    let door = Door::open(machines).expect("a port");
    let leads = world.rank() == 0;
    let told = world.gather(if leads { door.told(machines) } else { String::new() }.as_bytes()).swap_remove(0);
    let stream = reach(&String::from_utf8_lossy(&told), machines, world.rank());
    world.gather(&[1]);
    world.gather(&[]);
    drop((door, stream));
}

#[test]
fn who_works_is_waited_for() {
    let work = |world: Arc<dyn World>, counted: &Counted| {
        if world.rank() == 1 {
            std::thread::sleep(3 * PATIENCE);
        }
        assert_eq!(counted.gather(&[7]).len(), 3);
    };
    assert_eq!(found(work, None), [None, None, None]);
}

#[test]
fn who_waits_with_all_others_is_noticed_by_the_first() {
    let work = |_, counted: &Counted| {
        counted.waits.begun.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(3 * PATIENCE);
    };
    assert_eq!(found(work, None), [Some(Fallen::Waiting), None, None]);
}

#[test]
fn who_is_stopped_is_named() {
    let work = |_, _: &Counted| std::thread::sleep(3 * PATIENCE);
    assert_eq!(found(work, Some(2)), [Some(Fallen::Silent(vec![2])), None, None]);
    let first = Some(Fallen::Silent(vec![0]));
    assert_eq!(found(work, Some(0)), [None, first.clone(), first]);
}

#[test]
fn strangers_are_not_let_in() {
    let door = Door::open(&machines()).expect("a port");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, door.listener.local_addr().expect("a port").port()));
    let at_the_door = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(bytes).expect("a connection");
        let mut other = loop {
            match door.listener.accept() {
                Ok((stream, _)) => break stream,
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        other.set_nonblocking(true).expect("a connection");
        std::thread::sleep(Duration::from_millis(50));
        known(&mut other, &mut Vec::new(), &door)
    };
    let of = |rank: u64| [&door.token[..], &rank.to_le_bytes()].concat();
    assert!(matches!(at_the_door(&of(2)), Known::Yes(2)));
    assert!(matches!(at_the_door(&of(3)), Known::No));
    assert!(matches!(at_the_door(&of(0)), Known::No));
    assert!(matches!(at_the_door(&[0; 24]), Known::No));
    assert!(matches!(at_the_door(&of(2)[..20]), Known::NotYet));
}
