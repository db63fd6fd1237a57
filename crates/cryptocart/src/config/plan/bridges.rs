//! Bridges and the transports they use, checked.

use super::key;
use crate::error::CliError;
use shop_net::onion::Bridge;
use std::path::PathBuf;

/// A program that offers transports which bridges use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TransportProgram {
    /// Names of the transports.
    pub(crate) names: Vec<String>,
    /// The program's full path.
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
}

/// Reads transports: a name, and a command with its full path.
pub(super) fn transports(all: &[String]) -> Result<Vec<(String, String)>, CliError> {
    let hint = "write transports = [\"obfs4 /usr/bin/obfs4proxy\"]";
    let read = |text: &String| {
        let (name, command) = is_line(text).then(|| text.trim().split_once(' ')).flatten()?;
        let command = command.trim();
        let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        (is_name && command.starts_with('/')).then(|| (name.to_owned(), command.to_owned()))
    };
    let mut found: Vec<(String, String)> = Vec::new();
    for text in all {
        let Some((name, command)) = read(text) else {
            let what = format!("{text:?} is not a name and a full path");
            return Err(key("tor.transports", &what, hint));
        };
        if found.iter().any(|(other, _)| *other == name) {
            let what = format!("the transport {name:?} is there twice");
            return Err(key("tor.transports", &what, "keep one of the two"));
        }
        found.push((name, command));
    }
    Ok(found)
}

/// Reads lines of bridges. What a line says is a secret: no error repeats it.
pub(super) fn bridges(
    all: &[String],
    transports: &[(String, String)],
) -> Result<Vec<String>, CliError> {
    let mut read = Vec::new();
    for (index, text) in all.iter().enumerate() {
        let number = index + 1;
        // Whoever hands them out may write the keyword of tor's own settings in front.
        let line = text.trim();
        let line = line.strip_prefix("Bridge ").unwrap_or(line).trim();
        let Some(first) = line.split_whitespace().next().filter(|_| is_line(text)) else {
            let what = format!("the bridge number {number} is empty, or has more than one line");
            return Err(key("tor.bridges", &what, "copy each bridge as one line in quotes"));
        };
        let is_address = first.contains(':');
        if !is_address && !transports.iter().any(|(name, _)| name == first) {
            let what = format!("the bridge number {number} needs the transport {first:?}");
            let hint = format!("write transports = [\"{first} /usr/bin/PROGRAM\"]");
            return Err(key("tor.bridges", &what, &hint));
        }
        read.push(line.to_owned());
    }
    Ok(read)
}

/// Checks bridges as the Tor that is built in reads them.
///
/// Transports without a bridge are refused: whoever set them wants no direct connection to Tor.
pub(super) fn check_for_arti(
    bridges: &[String],
    transports: &[(String, String)],
) -> Result<(), CliError> {
    for (index, line) in bridges.iter().enumerate() {
        Bridge::parse(line).map_err(|fault| {
            let what = format!("the bridge number {} {fault}", index + 1);
            let hint = "copy the whole line: \
                        \"[TRANSPORT] ADDRESS:PORT FINGERPRINT [KEY=VALUE ...]\"";
            key("tor.bridges", &what, hint)
        })?;
    }
    if bridges.is_empty() && !transports.is_empty() {
        let what = "there is a transport, but no bridge: Tor would be entered without either";
        let hint = "add the lines of your bridges, or write transports = []";
        return Err(key("tor.bridges", what, hint));
    }
    Ok(())
}

/// Returns the programs to start: those whose transports are used, each once.
pub(super) fn programs(
    bridges: &[String],
    transports: &[(String, String)],
) -> Vec<TransportProgram> {
    let bridges: Vec<Bridge> = bridges.iter().flat_map(|line| Bridge::parse(line)).collect();
    let is_used = |name: &str| bridges.iter().any(|bridge| bridge.transport() == Some(name));
    let mut programs: Vec<TransportProgram> = Vec::new();
    for (name, command) in transports.iter().filter(|(name, _)| is_used(name)) {
        let mut words = command.split_whitespace().map(str::to_owned);
        let program = PathBuf::from(words.next().unwrap_or_default());
        let arguments: Vec<String> = words.collect();
        let same = |other: &&mut TransportProgram| {
            other.program == program && other.arguments == arguments
        };
        match programs.iter_mut().find(same) {
            Some(other) => other.names.push(name.clone()),
            None => {
                programs.push(TransportProgram { names: vec![name.clone()], program, arguments })
            }
        }
    }
    programs
}

/// Returns true if a text stays one line of a torrc, whole.
fn is_line(text: &str) -> bool {
    !text.chars().any(|letter| letter.is_control() || letter == '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINGERPRINT: &str = "0bac39417268b96b9f514ef763fa6fba1a788956";

    fn transport(text: &str) -> Vec<(String, String)> {
        transports(&[text.to_owned()]).unwrap()
    }

    #[test]
    fn transports_that_are_wrong_are_refused() {
        for wrong in ["obfs4", "obfs4 obfs4proxy", "obfs4 ./obfs4proxy", "a-b /bin/x", "obfs4 /b\n"]
        {
            assert!(transports(&[wrong.to_owned()]).is_err(), "{wrong:?}");
        }
        let twice = ["a /bin/x".to_owned(), "a /bin/y".to_owned()];
        assert!(transports(&twice).unwrap_err().to_string().contains("there twice"));
    }

    #[test]
    fn bridges_are_judged_by_the_tor_that_is_built_in() {
        let lines = |line: &str| vec![line.to_owned()];
        let good = lines(&format!("192.0.2.1:443 {FINGERPRINT}"));
        check_for_arti(&good, &[]).unwrap();
        // Debian's tor takes a bridge without a fingerprint, and arti does not.
        let bare = check_for_arti(&lines("192.0.2.1:443"), &[]).unwrap_err().to_string();
        assert!(bare.contains("the bridge number 1 has no fingerprint"), "{bare}");
        assert!(!bare.contains("192.0.2.1"), "{bare}");
        let lonely = check_for_arti(&[], &transport("obfs4 /bin/x")).unwrap_err().to_string();
        assert!(lonely.contains("no bridge"), "{lonely}");
    }

    #[test]
    fn programs_are_started_once_and_only_for_bridges() {
        let settings = ["a /bin/x -v", "b /bin/y", "c /bin/x -v", "d /bin/x"];
        let settings = transports(&settings.map(str::to_owned)).unwrap();
        let line = |name| format!("{name} 192.0.2.1:443 {FINGERPRINT} k=v");
        let programs = programs(&["a", "c", "d"].map(line), &settings);
        let found: Vec<_> = programs
            .iter()
            .map(|found| (found.names.join(","), found.program.display().to_string()))
            .collect();
        assert_eq!(found, [("a,c".into(), "/bin/x".into()), ("d".into(), "/bin/x".into())]);
        assert_eq!(programs[0].arguments, ["-v"]);
    }
}
