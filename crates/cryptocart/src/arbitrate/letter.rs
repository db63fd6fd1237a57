//! Letters to the arbiter: the words of a side, sealed as they arrive.

use super::{
    proof::{self, Proof},
    side::Side,
};
use crate::error::CliError;
use shop_chain::ethereum::escrow::checksum;
use shop_core::{
    entropy::Entropy,
    escrow::{Hash, Verdict, Warning},
    kind::HasKind,
    text,
    time::CoarseTime,
};
use shop_seal::{SealCert, stream};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// Contents of a letter.
pub(super) struct Letter<'a> {
    /// Order.
    pub(super) id: Hash,
    /// Side that wrote it.
    pub(super) side: Side,
    /// Way in which it proved that it is this side.
    pub(super) proof: Proof,
    /// Hour it came.
    pub(super) at: CoarseTime,
    /// Result of the checks, and what they warn of.
    pub(super) checked: Option<(Verdict, &'a [Warning])>,
    /// Text of the statement that was pasted; none if words were added to a case.
    pub(super) statement: Option<&'a str>,
    /// Words of the side.
    pub(super) words: &'a str,
}

/// Letters have a multiple of this length, so that it does not tell how much was written.
const STEP: usize = 16 << 10;

impl Letter<'_> {
    /// Seals the letter to the arbiter.
    pub(super) fn seal(&self, cert: &SealCert, entropy: &dyn Entropy) -> Result<Vec<u8>, CliError> {
        let text = self.text();
        let mut sealed = Vec::with_capacity(text.len() + 1_024);
        let done = stream::seal(cert, text.as_bytes(), &mut sealed, self.at, entropy);
        done.map_err(|error| CliError::new(error.kind(), error.to_string()))?;
        Ok(sealed)
    }

    pub(super) fn text(&self) -> Zeroizing<String> {
        let statement = self.statement.unwrap_or_default();
        // Room for all of it at once: what grows leaves copies behind.
        let room = statement.len() + self.words.len() + 2 * STEP;
        let mut text = Zeroizing::new(String::with_capacity(room));
        let side = match self.side {
            Side::Buyer => "buyer",
            Side::Seller => "seller",
        };
        let _ = write!(
            text,
            "Escrow case\n\norder: {}\nside: {side}\nproof: {}\nreceived: {}\n",
            self.id,
            proof::words(self.side, self.proof),
            self.at
        );
        if let Some((verdict, warnings)) = self.checked {
            let found = match verdict {
                Verdict::Sound => "sound",
                Verdict::Careful => "sound, with risks",
                Verdict::DoNotPay => "NOT SOUND",
            };
            let _ = writeln!(text, "statement: {found}");
            for warning in warnings.iter().take(50) {
                let _ = writeln!(text, "- {}", warning.words(checksum));
            }
        }
        let _ = write!(text, "\n----- words -----\n");
        // Marked line by line, so that words cannot pass for what stands below them. Harmless for a
        // terminal, where a line end or an escape alone could overwrite what stands above them.
        for line in Zeroizing::new(text::block(self.words)).lines() {
            let _ = writeln!(text, "| {line}");
        }
        if !statement.is_empty() {
            let _ = write!(text, "\n----- statement -----\n{statement}\n");
        }
        let padded = text.len().next_multiple_of(STEP);
        let missing = padded - text.len();
        text.extend(std::iter::repeat_n('\n', missing));
        text
    }
}
