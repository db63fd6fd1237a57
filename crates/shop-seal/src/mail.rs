//! Letters to the seller, as sealed mail.

mod parse;

pub use crate::letter::{Letter, Relay};

use crate::{
    cert::{SealCert, SealCertError},
    mime, openpgp,
};
use shop_core::{
    entropy::Entropy,
    kind::{HasKind, Kind},
    time::CoarseTime,
};

/// Reads the inside of a sealed mail that another program has opened: gpg, at the seller's.
/// Returns None if this crate did not write it.
#[must_use]
pub fn read_inside(inside: &[u8]) -> Option<Letter> {
    mime::read_letter(inside)
}

/// A letter sealed to the seller: a complete mail that says nothing outside its seal.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedMail {
    /// The random Message-ID, with its angle brackets.
    pub message_id: String,
    /// The whole message, lines ending in LF; exactly as long as one of a few sizes.
    pub bytes: Vec<u8>,
}

/// Errors of sealing a letter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The certificate cannot be used (any more).
    #[error("the seller's certificate cannot be used: {0}")]
    Cert(#[from] SealCertError),
    /// More text than the largest size takes.
    #[error("the mail is too long to encrypt")]
    TooLong,
    /// The OpenPGP library refused.
    #[error("encryption failed")]
    Failed,
}

impl HasKind for SealError {
    fn kind(&self) -> Kind {
        match self {
            Self::Cert(error) => error.kind(),
            Self::TooLong => Kind::BadInput,
            Self::Failed => Kind::Bug,
        }
    }
}

/// Sizes of sealed mails, so that a size does not tell how much a buyer wrote.
/// The first holds an ordinary order, with a message to the buyer and JSON. A smaller one would hold
/// notices alone, and tell them from orders.
pub const SIZES: [usize; 6] = [8 << 10, 16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10];

/// Seals a letter to the seller, as the mail with this Message-ID.
/// A mailbox recognises a mail by it, although it is sealed another time.
///
/// Only the holder of the secret key reads it:
///
/// ```
/// use shop_core::{entropy::Seeded, message_id, time::CoarseTime};
/// use shop_seal::mail::{self, Letter, SIZES};
/// use shop_seal::{SealCert, keygen, open::SealKey};
///
/// let today = CoarseTime::from_hours(498_000);
/// let random = Seeded::new(1); // a real shop takes the system's randomness
/// let key = keygen::throw_away("Seller <seller@localhost>", today, &random)?;
/// let cert = SealCert::parse(&key.public_armored)?;
///
/// let subject = "New order K7Q2-9FXD".to_owned();
/// let body = "Two mugs.\n".to_owned();
/// let letter = Letter { subject, body, relay: None, json: None };
/// let sealed = mail::seal(message_id::random(&random), &cert, &letter, today, &random)?;
/// assert!(SIZES.contains(&sealed.bytes.len()));
///
/// let opened = SealKey::parse(&key.secret_armored, "")?.open(&sealed.bytes)?;
/// assert_eq!(opened.subject, "New order K7Q2-9FXD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SealError`]; nothing has been kept then.
pub fn seal(
    message_id: String,
    cert: &SealCert,
    letter: &Letter,
    today: CoarseTime,
    entropy: &dyn Entropy,
) -> Result<SealedMail, SealError> {
    let key = cert.encryption_key(today)?;
    let frame = Frame::new(&message_id, today);
    let border = mime::border(entropy);
    let shortest = mime::inside(letter, &border, 0).len();
    let mut around = AROUND;
    let mut sizes = SIZES.into_iter();
    let mut size = sizes.next().ok_or(SealError::TooLong)?;
    // A second try where `around` was not right at first, one more where it is random (an RSA
    // ciphertext can begin with zeros, which OpenPGP leaves out), and some for larger sizes.
    for _ in 0..SIZES.len() + 8 {
        let room = size.saturating_sub(frame.len());
        let Some(fill) = largest_inside(room, around).checked_sub(shortest) else {
            size = sizes.next().ok_or(SealError::TooLong)?;
            continue;
        };
        let inside = mime::inside(letter, &border, fill);
        let inside_len = inside.len();
        let message = openpgp::encrypt(key, inside, entropy).map_err(|_| SealError::Failed)?;
        let spare = room.checked_sub(openpgp::armored_len(message.len()));
        if let Some(spare) = spare.filter(|spare| *spare <= MOST_SPARE) {
            let spare = ".".repeat(spare);
            let armored = openpgp::armor(&message);
            let parts = [&frame.head, &spare, &frame.before, &armored, &frame.after];
            let bytes = parts.map(String::as_str).concat().into_bytes();
            return Ok(SealedMail { message_id, bytes });
        }
        around = message.len().saturating_sub(inside_len);
    }
    Err(SealError::Failed)
}

/// Bytes that OpenPGP adds to a message for a Curve25519 key.
/// They are packet headers, encrypted session key and modification detection code. Measured again
/// for each key if this does not fit.
const AROUND: usize = 149;
/// Most characters that can be left over, because base64 comes in steps of four.
const MOST_SPARE: usize = 12;

/// Returns the longest inside that fits into `room` characters of armor.
fn largest_inside(room: usize, around: usize) -> usize {
    let fits = |inside: &usize| openpgp::armored_len(inside + around) <= room;
    (0..room).rev().find(fits).unwrap_or(0)
}

/// Characters of the border, all from the random word of the Message-ID.
const BORDER: usize = 24;

/// Parts of a sealed mail that are not ciphertext: PGP/MIME (RFC 3156).
/// They say that an order came on some day.
struct Frame {
    /// Headers, and a line that no mail program shows: characters that are left over end it.
    head: String,
    /// Beginning of the part that holds the armored message.
    before: String,
    /// End of the mail.
    after: String,
}

impl Frame {
    /// Makes the frame of a mail.
    /// Its border follows from the Message-ID, so that the mail ends in the same line whenever it is
    /// sealed. The Message-ID comes first, so that a message of which
    /// little was written can be told from others.
    fn new(message_id: &str, today: CoarseTime) -> Self {
        let alphanumeric = message_id.chars().filter(char::is_ascii_alphanumeric);
        let border = alphanumeric.take(BORDER).collect::<String>();
        let mut head = String::new();
        mime::header(&mut head, "Message-ID", message_id);
        mime::header(&mut head, "From", "cryptocart@localhost");
        mime::header(&mut head, "To", "root@localhost");
        mime::header(&mut head, "Subject", "...");
        mime::header(&mut head, "Date", &midnight(today));
        mime::header(&mut head, "MIME-Version", "1.0");
        let protocol = "multipart/encrypted; protocol=\"application/pgp-encrypted\"";
        let content_type = format!("{protocol};\n boundary=\"{border}\"");
        mime::header(&mut head, "Content-Type", &content_type);
        head.push_str("\nAn OpenPGP/MIME message (RFC 3156)");
        let mut before = String::from("\n");
        mime::open_part(&mut before, &border);
        before.push_str("Content-Type: application/pgp-encrypted\n\nVersion: 1\n");
        mime::open_part(&mut before, &border);
        before.push_str("Content-Type: application/octet-stream; name=\"encrypted.asc\"\n");
        before.push_str("Content-Disposition: inline; filename=\"encrypted.asc\"\n\n");
        let mut after = String::new();
        mime::close_parts(&mut after, &border);
        Self { head, before, after }
    }

    const fn len(&self) -> usize {
        self.head.len() + self.before.len() + self.after.len()
    }
}

/// Returns the start of the day in UTC, as in RFC 5322.
/// The hour would say more than the seller needs.
fn midnight(today: CoarseTime) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = today.date();
    // 1970-01-01 was a Thursday.
    let weekday = DAYS.iter().cycle().nth((today.hours() / 24 % 7) as usize).unwrap_or(&"Thu");
    let month = MONTHS.get(month.saturating_sub(1) as usize).unwrap_or(&"Jan");
    format!("{weekday}, {day:02} {month} {year:04} 00:00:00 +0000")
}

/// The number of bytes alone.
impl std::fmt::Debug for SealedMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedMail({} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests;
