use super::*;

const AT_ONCE: Duration = Duration::ZERO;

fn gate(limits: Limits) -> Arc<Gate> {
    Gate::new(limits, 1)
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

#[test]
fn the_stream_above_the_circuits_share_is_refused_and_a_finished_one_makes_room() {
    let circuit = gate(small()).admit(AT_ONCE).unwrap();
    let one = circuit.stream().unwrap();
    let _other = circuit.stream().unwrap();
    assert!(circuit.stream().is_none());
    drop(one);
    assert!(circuit.stream().is_some());
}

#[test]
fn all_circuits_together_have_a_limit_too() {
    let gate = gate(small());
    let circuits: Vec<_> = (0..3).map(|_| gate.admit(AT_ONCE).unwrap()).collect();
    let streams: Vec<_> =
        circuits.iter().flat_map(|circuit| [circuit.stream(), circuit.stream()]).collect();
    assert_eq!(streams.iter().flatten().count(), 5);
    drop(streams);
    assert!(circuits[2].stream().is_some());
}

#[tokio::test]
async fn a_new_circuit_takes_the_place_of_the_one_longest_idle_never_of_one_in_use() {
    let gate = gate(small());
    let a = gate.admit(AT_ONCE).unwrap();
    let b = gate.admit(AT_ONCE).unwrap();
    let c = gate.admit(AT_ONCE).unwrap();
    let used = a.stream().unwrap();
    drop(b.stream().unwrap()); // b was used after c was opened: c is idle for longer
    let d = gate.admit(AT_ONCE).unwrap();
    c.ended().await;
    assert!(c.stream().is_none());
    let (_b, _d) = (b.stream().unwrap(), d.stream().unwrap());
    assert!(gate.admit(AT_ONCE).is_none(), "all three are in use");
    drop(used);
    assert!(gate.admit(AT_ONCE).is_some());
}

#[tokio::test]
async fn ending_a_circuit_ends_its_streams() {
    let gate = gate(small());
    let circuit = gate.admit(AT_ONCE).unwrap();
    let stream = circuit.stream().unwrap();
    gate.end(circuit.circuit());
    gate.end(999);
    stream.ended().await;

    let circuit = gate.admit(AT_ONCE).unwrap();
    let stream = circuit.stream().unwrap();
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
