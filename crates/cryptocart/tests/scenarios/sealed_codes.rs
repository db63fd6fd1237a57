//! Copies of the whole folder: every key in them opens no order code.

use crate::support::{SHIP_TO, Shop, html};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use sha2::Sha256;
use std::{collections::BTreeSet, path::Path};

/// Every derivation of the program: its salt and its label.
const DERIVATIONS: [(&str, &str); 13] = [
    ("cryptocart cookie 1", "cookie"),
    ("cryptocart cookie 1", "token"),
    ("cryptocart cookie 1", "mark"),
    ("cryptocart hold 1", "hold"),
    ("cryptocart code mark 1", "mark"),
    ("cryptocart key proof 1", "proof"),
    ("cryptocart form 1", "id"),
    ("cryptocart form 1", "ticket"),
    ("cryptocart cart 1", "id"),
    ("cryptocart cart 1", "ticket"),
    ("cryptocart ticket 1", "lookup"),
    ("cryptocart ticket 1", "box"),
    ("cryptocart ticket 1", "letters"),
];

type Key = [u8; 32];

#[test]
fn no_key_in_a_copied_folder_opens_an_order_code() {
    let mut shop = Shop::new();
    shop.open();
    let mut codes = Vec::new();
    let mut forms = Vec::new();
    for _ in 0..2 {
        let mut buyer = shop.buyer();
        buyer.take_a_shirt().unwrap();
        let form = buyer.fill_in(SHIP_TO).unwrap();
        let fields: Vec<_> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let page = buyer.post("/checkout", &fields).unwrap().text();
        codes.push(html::text_of(&page, "class=\"code copy ticket\"").expect("a code"));
        forms.push(form.into_iter().next().expect("the token comes first").1);
    }
    shop.run(&["onion", "address"]);
    shop.close();
    let copy = Copy::of(&shop.dir().join("state"));
    let keys = copy.keys();
    let mut opened = BTreeSet::new();
    for (table, sealed) in &copy.values {
        if keys.iter().any(|key| copy.opens(key, sealed).is_some()) {
            opened.insert(table.as_str());
        }
    }
    assert!(copy.values.iter().any(|(table, _)| table == "placed_forms.order_code"));
    assert_eq!(opened, BTreeSet::from(["reservations.items"]), "of {} keys", keys.len());
    // The form in the buyer's browser is what is missing.
    let forms: Vec<Key> =
        forms.iter().map(|token| derive(token.as_bytes(), DERIVATIONS[7])).collect();
    let sealed = copy.values.iter().filter(|(table, _)| table == "placed_forms.order_code");
    let found: BTreeSet<String> = sealed
        .filter_map(|(_, code)| forms.iter().find_map(|key| copy.opens(key, code)))
        .map(|plain| String::from_utf8(plain).expect("a code"))
        .collect();
    assert_eq!(found, codes.into_iter().collect());
}

/// A copy that somebody took away.
struct Copy {
    /// The content of every file.
    files: Vec<Vec<u8>>,
    /// Every value of the database that may be sealed, and what is kept there.
    values: Vec<(String, Vec<u8>)>,
    /// Every short value of it: names, public keys, numbers.
    short: BTreeSet<Vec<u8>>,
}

impl Copy {
    fn of(state: &Path) -> Self {
        let mut files = Vec::new();
        let mut folders = vec![state.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else if entry.path().is_file() {
                    files.push(std::fs::read(entry.path()).unwrap());
                }
            }
        }
        let database = rusqlite::Connection::open(state.join("shop.db")).unwrap();
        let mut copy = Self { files, values: Vec::new(), short: BTreeSet::new() };
        copy.short.insert(Vec::new());
        copy.short.insert(vec![1]);
        let columns = "select tables.name, columns.name
            from sqlite_schema as tables, pragma_table_info(tables.name) as columns
            where tables.type = 'table'";
        let mut query = database.prepare(columns).unwrap();
        let columns = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let columns: Vec<(String, String)> = columns.collect::<Result<_, _>>().unwrap();
        for (table, column) in columns {
            let sql =
                format!("select cast({column} as blob) from {table} where {column} is not null");
            let mut query = database.prepare(&sql).unwrap();
            let found = query.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
            for value in found.map(Result::unwrap) {
                // Names and keys have 32 bytes, order numbers 9: one of them goes into every seal.
                match value.len() {
                    9 | 32 => drop(copy.short.insert(value)),
                    ..=40 => {}
                    _ => copy.values.push((format!("{table}.{column}"), value)),
                }
            }
        }
        copy
    }

    /// Returns every key that may be there: 32 bytes of a small file, or a short value of 32.
    /// Keys that the program derives from them are there too.
    fn keys(&self) -> BTreeSet<Key> {
        let small = self.files.iter().filter(|file| file.len() <= 256 && !file.is_ascii());
        let windows = small.flat_map(|file| file.windows(32));
        let short = self.short.iter().filter(|value| value.len() == 32).map(Vec::as_slice);
        let seeds: BTreeSet<Key> =
            windows.chain(short).map(|bytes| bytes.try_into().unwrap()).collect();
        let derived = seeds.iter().flat_map(|seed| DERIVATIONS.map(|way| derive(seed, way)));
        derived.chain(seeds.iter().copied()).collect()
    }

    /// Opens a value with a key, with or without its version byte, for any purpose.
    fn opens(&self, key: &Key, sealed: &[u8]) -> Option<Vec<u8>> {
        let cipher = XChaCha20Poly1305::new(key.into());
        [sealed, &sealed[1..]].into_iter().find_map(|sealed| {
            let (nonce, msg) = sealed.split_first_chunk::<24>()?;
            let nonce = XNonce::from(*nonce);
            self.short.iter().find_map(|aad| cipher.decrypt(&nonce, Payload { msg, aad }).ok())
        })
    }
}

fn derive(secret: &[u8], (salt, label): (&str, &str)) -> Key {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret).expand(label.as_bytes(), &mut key).unwrap();
    key
}
