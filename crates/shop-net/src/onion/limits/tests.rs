use std::sync::atomic::Ordering;

use super::*;

const AT_ONCE: Duration = Duration::ZERO;

fn gate(limits: Limits) -> Arc<ConnectionLimiter> {
    ConnectionLimiter::new(limits, 1)
}

fn small() -> Limits {
    Limits {
        streams_per_circuit: 2,
        circuits: 3,
        connections: 5,
        circuits_per_second: 10,
        circuits_burst: 100,
    }
}

impl LimitDecision {
    pub(crate) fn taken(self) -> Option<StreamPass> {
        if let Self::Take(pass) = self { Some(pass) } else { None }
    }
}

/// A stream that finishes makes room for another.
#[test]
fn stream_above_the_circuits_limit_ends_the_circuit() {
    let circuit = gate(small()).admit(AT_ONCE).unwrap();
    let one = circuit.stream().taken().unwrap();
    let _other = circuit.stream().taken().unwrap();
    assert!(matches!(circuit.stream(), LimitDecision::End));
    drop(one);
    assert!(circuit.stream().taken().is_some());
}

#[test]
fn share_shrinks_as_streams_run_short_to_the_fair_number() {
    let shares = [0, 255, 256, 383, 384, 511, 512].map(|taken| Limits::default().share(taken));
    assert_eq!(shares, [16, 16, 8, 8, 4, 4, 2]);
    let shares = [0, 2, 3, 4, 5].map(|taken| small().share(taken));
    assert_eq!(shares, [2, 2, 1, 1, 1]);
}

#[test]
fn stream_above_the_current_share_is_refused_and_ends_nothing() {
    let gate = gate(Limits { circuits: 10, connections: 20, streams_per_circuit: 8, ..small() });
    let circuit = gate.admit(AT_ONCE).unwrap();
    let other = gate.admit(AT_ONCE).unwrap();
    let most: Vec<_> = std::iter::repeat_with(|| circuit.stream().taken()).take(8).collect();
    let more: Vec<_> = std::iter::repeat_with(|| other.stream().taken()).take(4).collect();
    assert_eq!(most.iter().chain(&more).flatten().count(), 12);
    assert!(matches!(other.stream(), LimitDecision::Refuse));
    drop(most);
    assert!(other.stream().taken().is_some());
}

/// T-DOS1, at the gate: a thousand streams on which nothing happens keep nobody out.
#[tokio::test]
async fn a_newcomer_finds_room_whoever_holds_the_places() {
    let gate = gate(Limits { circuits_burst: 1_000, ..Limits::default() });
    let hostile: Vec<_> = (0..199).map(|_| gate.admit(AT_ONCE).unwrap()).collect();
    let held: Vec<_> = (0..1_000)
        .filter_map(|n| hostile[n % 199].stream().taken())
        .chain((0..1_000).filter_map(|n| hostile[n / 16].stream().taken()))
        .collect();
    assert_eq!(gate.state().connections, 512);
    let probe = gate.admit(AT_ONCE).unwrap();
    let got: Vec<_> = (0..15).filter_map(|_| probe.stream().taken()).collect();
    assert_eq!(got.len(), 3, "what the others have");
    assert_eq!(gate.state().connections, 512);
    let ended = hostile.iter().filter(|circuit| circuit.ended.is_cancelled()).count();
    assert_eq!(ended, 1, "one circuit made room");
    drop(held);
    assert_eq!(gate.state().connections, 3, "every place is given back once");
}

#[tokio::test]
async fn of_the_heaviest_the_one_that_moved_least_is_ended() {
    let gate = gate(Limits { circuits: 100, connections: 100, streams_per_circuit: 10, ..small() });
    let heavy = [gate.admit(AT_ONCE).unwrap(), gate.admit(AT_ONCE).unwrap()];
    let light: Vec<_> = (0..41).map(|_| gate.admit(AT_ONCE).unwrap()).collect();
    let of = |circuit: &CircuitPass, count| {
        std::iter::repeat_with(|| circuit.stream().taken().unwrap()).take(count).collect::<Vec<_>>()
    };
    let one = of(&heavy[0], 10);
    let _two = of(&heavy[1], 10);
    let _many: Vec<_> = light.iter().take(40).map(|circuit| of(circuit, 2)).collect();
    one[0].moved().fetch_add(5_000, Ordering::Relaxed);
    let _newcomer = of(&light[40], 1);
    heavy[1].ended().await;
    assert!(!heavy[0].ended.is_cancelled());
}

#[tokio::test]
async fn circuit_held_by_a_still_stream_gives_way_to_a_new_one() {
    let gate = gate(Limits { circuits_burst: 1_000, ..Limits::default() });
    let circuits: Vec<_> = (0..200).map(|_| gate.admit(AT_ONCE).unwrap()).collect();
    let streams: Vec<_> = circuits.iter().map(|c| c.stream().taken().unwrap()).collect();
    assert!(gate.admit(Duration::from_secs(9)).is_none(), "too young to be judged");
    for stream in &streams[1..] {
        stream.moved().fetch_add(40_000, Ordering::Relaxed);
    }
    let newcomer = gate.admit(Duration::from_secs(10)).unwrap();
    circuits[0].ended().await;
    let _stream = newcomer.stream().taken().unwrap();
    assert!(gate.admit(Duration::from_secs(11)).is_none(), "all the others are at something");
}

#[tokio::test]
async fn new_circuit_replaces_the_longest_idle_never_one_in_use() {
    let gate = gate(small());
    let a = gate.admit(AT_ONCE).unwrap();
    let b = gate.admit(AT_ONCE).unwrap();
    let c = gate.admit(AT_ONCE).unwrap();
    let used = a.stream().taken().unwrap();
    drop(b.stream().taken().unwrap()); // b was used after c was opened: c is idle for longer
    let d = gate.admit(AT_ONCE).unwrap();
    c.ended().await;
    assert!(matches!(c.stream(), LimitDecision::End));
    let _b = b.stream().taken().unwrap();
    let _d = d.stream().taken().unwrap();
    assert!(gate.admit(AT_ONCE).is_none(), "all three are in use");
    drop(used);
    assert!(gate.admit(AT_ONCE).is_some());
}

#[tokio::test]
async fn ending_a_circuit_ends_its_streams() {
    let gate = gate(small());
    let circuit = gate.admit(AT_ONCE).unwrap();
    let stream = circuit.stream().taken().unwrap();
    gate.end(circuit.circuit());
    gate.end(999);
    stream.ended().await;

    let circuit = gate.admit(AT_ONCE).unwrap();
    let stream = circuit.stream().taken().unwrap();
    drop(circuit);
    stream.ended().await;
}

#[test]
fn new_circuits_are_answered_in_a_burst_and_then_at_a_rate() {
    let gate = gate(Limits { circuits_burst: 4, circuits: 1_000, ..small() });
    let admitted = |now| (0..50).filter(|_| gate.admit(now).is_some()).count();
    assert_eq!(admitted(AT_ONCE), 4);
    assert_eq!(admitted(Duration::from_millis(100)), 1);
    assert_eq!(admitted(Duration::from_millis(250)), 1);
    assert_eq!(admitted(Duration::from_millis(300)), 1);
    assert_eq!(admitted(Duration::from_secs(3_600)), 4);
    assert_eq!(admitted(Duration::from_secs(3_599)), 0, "a clock that steps back gives nothing");
}

#[test]
fn numbers_are_never_shared_by_two_circuits() {
    let gate = gate(Limits { circuits: 1, ..small() });
    let numbers: Vec<_> = (0..5).map(|_| gate.admit(AT_ONCE).unwrap().circuit()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
}

#[test]
fn the_limits_are_those_of_the_threat_model() {
    let Limits { streams_per_circuit, circuits, connections, .. } = Limits::default();
    assert_eq!((streams_per_circuit, circuits, connections), (16, 200, 512));
}
