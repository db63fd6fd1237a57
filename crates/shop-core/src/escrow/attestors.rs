//! The attestors of an order.

use super::Account;

/// Attestors of an order, and how many of them must report a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestorSet {
    threshold: u8,
    accounts: Vec<Account>,
}

/// Reason why there is no such set of attestors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttestorSetError {
    /// There is none.
    #[error("there is no attestor: name at least one")]
    Empty,
    /// There are too many.
    #[error("there are more than {} attestors", AttestorSet::MOST)]
    TooMany,
    /// More reports are demanded than there are attestors, or none.
    #[error("of {count} attestors, {threshold} cannot be demanded: say 1 to {count}")]
    Threshold {
        /// Number that is demanded.
        threshold: u8,
        /// Number of attestors.
        count: usize,
    },
    /// One attestor is named twice.
    #[error("the attestor {0} is named twice")]
    Twice(Account),
    /// One attestor has no key.
    #[error("an attestor's address is zero")]
    Zero,
}

impl AttestorSet {
    /// Most attestors of an order.
    pub const MOST: usize = 16;

    /// Creates a set. The addresses are sorted, as the contract's hash of them demands.
    ///
    /// # Errors
    /// [`AttestorSetError`].
    pub fn new(threshold: u8, mut accounts: Vec<Account>) -> Result<Self, AttestorSetError> {
        accounts.sort_unstable();
        let count = accounts.len();
        if count == 0 {
            return Err(AttestorSetError::Empty);
        }
        if count > Self::MOST {
            return Err(AttestorSetError::TooMany);
        }
        if threshold == 0 || usize::from(threshold) > count {
            return Err(AttestorSetError::Threshold { threshold, count });
        }
        if accounts.iter().any(Account::is_zero) {
            return Err(AttestorSetError::Zero);
        }
        let twice = accounts.iter().zip(accounts.iter().skip(1)).find(|(a, b)| a == b);
        match twice {
            Some((account, _)) => Err(AttestorSetError::Twice(*account)),
            None => Ok(Self { threshold, accounts }),
        }
    }

    /// Returns how many attestors must report a delivery.
    #[must_use]
    pub const fn threshold(&self) -> u8 {
        self.threshold
    }

    /// Returns the attestors by ascending address.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Returns the place of an attestor in the ascending list, which reports name.
    #[must_use]
    pub fn index_of(&self, account: Account) -> Option<u8> {
        self.accounts.binary_search(&account).ok().and_then(|index| u8::try_from(index).ok())
    }
}
