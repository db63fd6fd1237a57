//! Identity of the shop, in files that others can check.
//!
//! They are `identity/mirrors.txt`, `identity/canary.txt` and `identity/security.txt`. Each is the
//! seller's choice; those that exist are looked over at every start. (`/pgp.txt` is `seller.asc`.)

mod date;

use crate::{files, shop_dir::ShopDir};
use date::Day;
use shop_core::time::CoarseTime;
use shop_seal::SealCert;

/// One of the files, as it is served.
pub(crate) struct IdentityFile {
    /// Path it is served at.
    pub(crate) path: &'static str,
    /// Text that is served.
    pub(crate) text: String,
}

/// Identity files that are served, and warnings about them.
#[derive(Default)]
pub(crate) struct Identity {
    /// Those that are served.
    pub(crate) files: Vec<IdentityFile>,
    /// Warnings for the seller: a file's name and a sentence.
    pub(crate) warnings: Vec<(&'static str, String)>,
}

/// Days before the end of something at which the seller is reminded.
const SOON: i64 = 7;
/// Days before the end of the certificate at which the seller is reminded.
/// A shop whose certificate has lapsed takes no orders.
const CERT_SOON: i64 = 14;

/// Returns what the seller should do about the certificate's end, if it is near.
pub(crate) fn cert_lapses(cert: &SealCert, today: CoarseTime) -> Option<String> {
    let until = Day::of(cert.lapses()?);
    let what = "extend it (gpg --quick-set-expire), export the key to seller.asc again, and run \
         cryptocart catalog reload; after that date no orders can be encrypted to it";
    lapse(Day::of(today), until, CERT_SOON, what)
}

/// The kinds of files: name in the folder, path when served, and how it is looked over.
const KINDS: [(&str, &str, Check); 3] = [
    ("mirrors.txt", "/mirrors.txt", mirrors),
    ("canary.txt", "/canary.txt", canary),
    ("security.txt", "/.well-known/security.txt", security),
];

/// Facts that a file is checked against.
struct Facts<'a> {
    cert: &'a SealCert,
    onion: Option<&'a str>,
    today: Day,
}

/// Check of a file: it is not served (`Err`), or the seller should do something (`Ok`).
type Check = fn(&Facts<'_>, &str) -> Result<Option<String>, String>;

/// Reads the files there are.
pub(crate) fn load(
    dir: &ShopDir,
    cert: &SealCert,
    onion: Option<&str>,
    today: CoarseTime,
) -> Identity {
    let facts = Facts { cert, onion, today: Day::of(today) };
    let mut identity = Identity::default();
    for (name, path, check) in KINDS {
        let file = dir.identity().join(name);
        if !file.is_file() {
            continue;
        }
        let looked_over = files::read_text(&file, 64 * 1024)
            .map_err(|error| error.to_string())
            .and_then(|text| Ok((check(&facts, &text)?, text)));
        match looked_over {
            Ok((warning, text)) => {
                identity.files.push(IdentityFile { path, text });
                identity.warnings.extend(warning.map(|warning| (name, warning)));
            }
            Err(why) => identity.warnings.push((name, format!("NOT SHOWN: {why}"))),
        }
    }
    identity
}

/// Checks that `mirrors.txt` is signed and names this shop.
fn mirrors(facts: &Facts<'_>, file: &str) -> Result<Option<String>, String> {
    let signed = facts.cert.verify(file).map_err(|error| error.to_string())?;
    let named = facts.onion.is_none_or(|onion| signed.text.contains(onion));
    Ok((!named).then(|| "it does not contain this shop's onion address".to_owned()))
}

/// Checks that `canary.txt` is signed and has a line `Valid until: 2026-12-31`.
/// One that has lapsed is shown all the same: that it lapses is what it is for.
fn canary(facts: &Facts<'_>, file: &str) -> Result<Option<String>, String> {
    let signed = facts.cert.verify(file).map_err(|error| error.to_string())?;
    let until = field(&signed.text, "valid until").next().and_then(Day::parse);
    match until {
        None => Err("it has no line like \"Valid until: 2026-12-31\"".to_owned()),
        Some(until) => Ok(facts.lapse(until, "sign a new one")),
    }
}

/// Checks `security.txt` by RFC 9116: at least one `Contact`, exactly one `Expires`.
/// A signature, if there is one, is ours.
fn security(facts: &Facts<'_>, file: &str) -> Result<Option<String>, String> {
    let text = if file.contains("-----BEGIN PGP SIGNED MESSAGE-----") {
        facts.cert.verify(file).map_err(|error| error.to_string())?.text
    } else {
        file.to_owned()
    };
    if field(&text, "contact").next().is_none_or(str::is_empty) {
        return Err("it has no Contact line (RFC 9116, section 2.5.3)".to_owned());
    }
    let mut expires = field(&text, "expires");
    match (expires.next().and_then(Day::parse), expires.next()) {
        (Some(until), None) => Ok(facts.lapse(until, "update the Expires line")),
        _ => Err("it needs exactly one line like \"Expires: 2027-06-30T00:00:00Z\" (RFC 9116, \
             section 2.5.5)"
            .to_owned()),
    }
}

/// Returns the values of the lines that begin with this name, in any case.
fn field<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    text.lines().filter_map(move |line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl Facts<'_> {
    fn lapse(&self, until: Day, what: &str) -> Option<String> {
        lapse(self.today, until, SOON, &format!("{what} soon"))
    }
}

fn lapse(today: Day, until: Day, soon: i64, what: &str) -> Option<String> {
    match until.days_after(today) {
        days if days < 0 => Some(format!("it EXPIRED on {until}: {what}")),
        days if days <= soon => Some(format!("it expires on {until}: {what}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
