//! The file that a seller exported, armored or binary, read down to the packets that matter.

use super::SealCertError;
use pgp::{
    armor::{BlockType, Dearmor},
    packet::PacketParser,
    types::Tag,
};
use shop_core::text;
use std::io::{self, Read};

const BEGIN: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

/// Returns the packets of the one certificate in the file.
/// Packets that are no part of it for others are left out: gpg's trust packets
/// (`--export-options backup`), and user attributes (photographs) with their signatures.
pub(super) fn packets(file: &[u8]) -> Result<Vec<u8>, SealCertError> {
    if file.len() > super::LARGEST_FILE {
        return Err(SealCertError::TooLarge);
    }
    match text::decode(file.to_vec()) {
        Some(text) => certificate(&dearmor(&text)?),
        // Every packet begins with the highest bit set.
        None if file.first().is_some_and(|byte| byte & 0x80 != 0) => certificate(file),
        // A comment in an older encoding; armor itself is ASCII.
        None => certificate(&dearmor(&String::from_utf8_lossy(file))?),
    }
}

/// Returns what is inside the one block. Headers are dropped: anything may stand in them.
fn dearmor(text: &str) -> Result<Vec<u8>, SealCertError> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let is_secret =
        |line: &&str| line.contains("BEGIN PGP PRIVATE KEY") && !line.starts_with("Comment:");
    if lines.iter().any(is_secret) {
        return Err(SealCertError::SecretKey);
    }
    if lines.iter().filter(|line| **line == BEGIN).count() > 1 {
        return Err(SealCertError::Several);
    }
    let block = lines.into_iter().skip_while(|line| *line != BEGIN).skip(1);
    let body = block.skip_while(|line| line.contains(':')).skip_while(|line| line.is_empty());
    let mut armor = format!("{BEGIN}\n\n");
    for line in body {
        armor.push_str(line);
        armor.push('\n');
    }
    let mut reader = Dearmor::new(armor.as_bytes());
    reader.read_header().map_err(|_| SealCertError::NotACert)?;
    if reader.typ != Some(BlockType::PublicKey) {
        return Err(SealCertError::NotACert);
    }
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|_| SealCertError::NotACert)?;
    Ok(bytes)
}

/// Looks at the packets' tags alone, so that a secret key `pgp` cannot read is seen too.
fn certificate(bytes: &[u8]) -> Result<Vec<u8>, SealCertError> {
    let mut certs = 0;
    let mut kept = Vec::new();
    let mut is_ours = false;
    let mut rest = bytes;
    while !rest.is_empty() {
        let before = rest;
        let Some(tag) = skip_packet(&mut rest)? else { break };
        match tag {
            Tag::SecretKey | Tag::SecretSubkey => return Err(SealCertError::SecretKey),
            Tag::PublicKey => {
                certs += 1;
                is_ours = true;
            }
            Tag::UserId | Tag::PublicSubkey => is_ours = true,
            Tag::Signature => {}
            Tag::Trust | Tag::Marker | Tag::Padding => continue,
            // Signatures that follow speak of it.
            _ => is_ours = false,
        }
        if is_ours {
            let length = before.len() - rest.len();
            kept.extend(before.iter().take(length));
        }
    }
    match certs {
        0 => Err(SealCertError::NotACert),
        1 => Ok(kept),
        _ => Err(SealCertError::Several),
    }
}

/// Moves behind the next packet and returns its tag; none at the end.
fn skip_packet(rest: &mut &[u8]) -> Result<Option<Tag>, SealCertError> {
    let mut parser = PacketParser::new(rest);
    let Some(packet) = parser.next_ref() else { return Ok(None) };
    let mut packet = packet.map_err(|_| SealCertError::NotACert)?;
    let tag = packet.packet_header().tag();
    io::copy(&mut packet, &mut io::sink()).map_err(|_| SealCertError::NotACert)?;
    Ok(Some(tag))
}
