//! A list of the attestors, arbiters and shops that somebody trusts.
//!
//! One party a line: `attestor`, `arbiter` or `shop`, an address, and a name if one likes. What comes
//! after `#` is a remark.

use crate::error::CliError;
use shop_chain::ethereum::escrow::parse_account;
use shop_core::{escrow::Account, text};
use std::collections::{BTreeMap, BTreeSet};

/// Most bytes of a list.
pub(crate) const LONGEST: usize = 1 << 20;

/// Parties that somebody trusts, with their names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct KnownParties {
    attestors: BTreeMap<Account, String>,
    arbiters: BTreeMap<Account, String>,
    shops: BTreeMap<Account, String>,
}

impl KnownParties {
    /// Reads a list. `file` is its name in errors, which say the line.
    pub(crate) fn parse(list: &str, file: &str) -> Result<Self, CliError> {
        let mut known = Self::default();
        for (number, line) in (1..).zip(list.lines()) {
            known.read(line).map_err(|what| {
                CliError::input(format!("{file}, line {number}: {what}"))
                    .hint("a line is `attestor`, `arbiter` or `shop`, an address, and a name")
            })?;
        }
        Ok(known)
    }

    fn read(&mut self, line: &str) -> Result<(), String> {
        let line = text::line(line.split('#').next().unwrap_or_default());
        let (role, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let parties = match role {
            "" => return Ok(()),
            "attestor" => &mut self.attestors,
            "arbiter" => &mut self.arbiters,
            "shop" => &mut self.shops,
            _ => return Err("this is no kind of party".to_owned()),
        };
        let (address, name) = rest.split_once(' ').unwrap_or((rest, ""));
        let account = parse_account(address).map_err(|error| error.to_string())?;
        parties.insert(account, name.to_owned());
        Ok(())
    }

    /// Returns the attestors, or None if the list has none.
    pub(crate) fn attestors(&self) -> Option<BTreeSet<Account>> {
        set(&self.attestors)
    }

    /// Returns the arbiters, or None if the list has none.
    pub(crate) fn arbiters(&self) -> Option<BTreeSet<Account>> {
        set(&self.arbiters)
    }

    /// Returns true if this is the key of a shop in the list.
    pub(crate) fn has_shop(&self, key: Account) -> bool {
        self.shops.contains_key(&key)
    }

    /// Returns the name of a party in any role, if the list has one.
    pub(crate) fn name(&self, account: Account) -> Option<&str> {
        let lists = [&self.attestors, &self.arbiters, &self.shops];
        let name = lists.into_iter().find_map(|list| list.get(&account))?;
        Some(name.as_str()).filter(|name| !name.is_empty())
    }
}

fn set(parties: &BTreeMap<Account, String>) -> Option<BTreeSet<Account>> {
    (!parties.is_empty()).then(|| parties.keys().copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "# mine\r\n\nattestor 0x00000000000000000000000000000000000000Aa  Alice's \n\
        arbiter 0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb # no name\n";

    fn account(last: &str) -> Account {
        Account::parse(&format!("0x{last:0>40}")).unwrap()
    }

    #[test]
    fn list_of_parties_has_roles_and_names() {
        let list = LIST.replace("0x00000000000000000000000000000000000000Aa", &address('a'));
        let known = KnownParties::parse(&list, "known.txt").unwrap();
        let attestor = account(&"a".repeat(40));
        let arbiter = account(&"b".repeat(40));
        assert_eq!(known.attestors(), Some([attestor].into()));
        assert_eq!(known.arbiters(), Some([arbiter].into()));
        assert_eq!(known.name(attestor), Some("Alice's"));
        assert_eq!(known.name(arbiter), None);
        assert!(!known.has_shop(attestor));
        assert_eq!(KnownParties::parse("", "known.txt").unwrap().attestors(), None);
    }

    fn address(digit: char) -> String {
        format!("0x{}", digit.to_string().repeat(40))
    }

    #[test]
    fn wrong_line_of_a_list_is_named() {
        let wrong = |line: &str| {
            let list = format!("# mine\n{line}\n");
            KnownParties::parse(&list, "known.txt").unwrap_err().to_string()
        };
        assert!(wrong("friend 0x12").contains("known.txt, line 2: this is no kind of party"));
        assert!(wrong("shop 0x12").contains("known.txt, line 2: an Ethereum address is 0x"));
        assert!(wrong("shop").contains("line 2"));
        let mixed = format!("shop 0x{}A", "a".repeat(39));
        assert!(wrong(&mixed).contains("checksum"), "{}", wrong(&mixed));
    }
}
