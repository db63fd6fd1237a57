//! The few forms of MIME a sealed letter needs (RFC 2045 to 2047, 3156), written and read.

mod read;

use crate::letter::{Letter, Relay};
use data_encoding::BASE64;
pub(crate) use read::letter as read_letter;
use shop_core::{
    entropy::{self, Entropy},
    text,
};
use zeroize::Zeroizing;

/// Longest line a mail may have (RFC 5322, section 2.1.1).
const LONGEST_LINE: usize = 998;
/// Type of the texts that people read.
const TEXT: &str = "text/plain; charset=utf-8";
/// Longest line in what this module folds by itself.
const FOLDED: usize = 76;

/// Writes the inside of a sealed letter.
/// It has the real subject as a protected header, the text, the message to relay, the JSON, and a
/// filler of `fill` bytes. It is longer by exactly `fill` than with a filler of 0.
pub(crate) fn inside(letter: &Letter, border: &str, fill: usize) -> Zeroizing<Vec<u8>> {
    let relay = letter.relay.as_ref().map_or(0, |relay| relay.body.len());
    let json = letter.json.as_ref().map_or(0, String::len);
    let longest = 4 * (letter.body.len() + relay + json);
    // Roomy, so that it does not move while it grows: what stays behind is not wiped.
    let mut out = Zeroizing::new(String::with_capacity(8_192 + longest + fill));
    header(
        &mut out,
        "Content-Type",
        &format!("multipart/mixed; boundary=\"{border}\"; protected-headers=\"v1\""),
    );
    header(&mut out, "Subject", &words(&letter.subject));
    open_part(&mut out, border);
    entity(&mut out, TEXT, "inline", &letter.body);
    if let Some(relay) = &letter.relay {
        open_part(&mut out, border);
        relay_entity(&mut out, relay);
    }
    if let Some(json) = &letter.json {
        open_part(&mut out, border);
        entity(&mut out, "application/json", "attachment; filename=\"order.json\"", json);
    }
    open_part(&mut out, border);
    header(&mut out, "Content-Type", "application/octet-stream");
    header(&mut out, "Content-Disposition", "attachment; filename=\"filler\"");
    out.push('\n');
    for at in 1..=fill {
        out.push(if at % FOLDED == 0 { '\n' } else { '.' });
    }
    close_parts(&mut out, border);
    Zeroizing::new(std::mem::take(&mut *out).into_bytes())
}

fn relay_entity(out: &mut String, relay: &Relay) {
    header(out, "Content-Type", "message/rfc822");
    header(out, "Content-Disposition", "attachment; filename=\"to-the-buyer.eml\"");
    out.push('\n');
    header(out, "From", &text::line(&relay.from));
    header(out, "To", &text::line(&relay.to));
    header(out, "Subject", &words(&relay.subject));
    header(out, "MIME-Version", "1.0");
    entity(out, TEXT, "inline", &relay.body);
}

/// Writes the headers and the text of an entity.
/// The text is as it is where a mail may hold it, else in base64. Control and hiding characters are taken out, because the reader is a terminal. JSON has them in
/// its texts alone, where they are as in the letter then.
fn entity(out: &mut String, content_type: &str, disposition: &str, text: &str) {
    header(out, "Content-Type", content_type);
    header(out, "Content-Disposition", disposition);
    let mut body = Zeroizing::new(text::block(text));
    body.push('\n');
    let fits = body.lines().all(|line| line.len() <= LONGEST_LINE);
    header(out, "Content-Transfer-Encoding", if fits { "8bit" } else { "base64" });
    out.push('\n');
    if fits {
        out.push_str(&body);
    } else {
        for line in body.as_bytes().chunks(FOLDED / 4 * 3) {
            out.push_str(&BASE64.encode(line));
            out.push('\n');
        }
    }
}

pub(crate) fn header(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str(": ");
    out.push_str(value);
    out.push('\n');
}

pub(crate) fn open_part(out: &mut String, border: &str) {
    out.push_str("\n--");
    out.push_str(border);
    out.push('\n');
}

pub(crate) fn close_parts(out: &mut String, border: &str) {
    out.push_str("\n--");
    out.push_str(border);
    out.push_str("--\n");
}

/// Returns a line between parts that no text can contain, because no writer can guess it.
pub(crate) fn border(entropy: &dyn Entropy) -> String {
    data_encoding::BASE32_NOPAD.encode(&entropy::bytes::<15>(entropy)).to_ascii_lowercase()
}

/// Writes one line as a header's value: plain, or as encoded words (RFC 2047) where it must.
fn words(line: &str) -> String {
    let line = text::line(line);
    let plain = line.is_ascii() && line.len() < LONGEST_LINE - 20 && !line.contains("=?");
    if plain {
        return line;
    }
    let mut words = Vec::new();
    let mut word = String::new();
    for c in line.chars() {
        if word.len() + c.len_utf8() > 42 {
            words.push(encoded_word(&word));
            word.clear();
        }
        word.push(c);
    }
    words.push(encoded_word(&word));
    words.join("\n ")
}

fn encoded_word(word: &str) -> String {
    format!("=?utf-8?B?{}?=", BASE64.encode(word.as_bytes()))
}

#[cfg(test)]
mod tests;
