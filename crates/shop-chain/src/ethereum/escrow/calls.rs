//! Calls of the contract, and its answers.

use super::abi;
use alloy_primitives::{B256, Bytes, FixedBytes, U256};
use alloy_sol_types::SolCall;
use shop_core::{
    escrow::{
        Account, AttestorSet, EscrowState, Hash, Parcel, Signature, SignedExtension, SignedReport,
        Terms, Tracking,
    },
    time::UnixTime,
};

/// A call of the contract about one order.
///
/// A signature is needed unless the party itself sends the transaction. Reports and extensions are
/// made by [`attest_call`] and [`extend_call`].
#[derive(Clone, Debug)]
pub enum Call<'a> {
    /// Commits the seller to a parcel.
    Ship(Tracking, Option<Signature>),
    /// Calls the arbiter.
    Dispute {
        /// The party that disputes.
        by: Account,
        /// Its signature.
        signature: Option<Signature>,
    },
    /// Divides the price; the buyer's share is in hundredths of a percent.
    Rule {
        /// The buyer's share, at most 10,000.
        buyer_bps: u16,
        /// The arbiter's signature.
        signature: Option<Signature>,
    },
    /// Pays the seller.
    Release(Proof<'a>),
    /// Sends everything back.
    Refund(Option<Signature>),
    /// Sends everything back when a deadline has passed.
    RefundLate,
    /// Pays the seller when the time to dispute has passed.
    Finalize,
    /// Ends a dispute that the arbiter did not rule.
    ArbiterTimeout,
    /// Makes a payment that failed.
    Pull {
        /// Token, or None for the chain's coin.
        token: Option<Account>,
        /// The party that is owed it.
        payee: Account,
        /// Address that gets it: only the payee can name another one.
        to: Account,
    },
    /// Sends what is left after the ending to the buyer.
    Sweep {
        /// Token, or None for the chain's coin.
        token: Option<Account>,
    },
}

/// Proof that the buyer wants to pay the seller.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// The sender is the buyer's key.
    Sender,
    /// The release secret.
    Secret(&'a [u8]),
    /// A signature by the buyer's key: of the release text, or of the action.
    Signature(Signature),
}

impl std::fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof(..)")
    }
}

impl Call<'_> {
    /// Returns the data of the transaction to the contract.
    #[must_use]
    pub fn encode(&self, terms: &Terms) -> Vec<u8> {
        let terms = abi::terms(terms);
        match *self {
            Self::Ship(tracking, signature) => {
                let tracking = FixedBytes(tracking.0);
                abi::shipCall { terms, tracking, signature: bytes(signature) }.abi_encode()
            }
            Self::Dispute { by, signature } => {
                let by = abi::address(by);
                abi::disputeCall { terms, by, signature: bytes(signature) }.abi_encode()
            }
            Self::Rule { buyer_bps, signature } => {
                let signature = bytes(signature);
                let buyer_bps = U256::from(buyer_bps);
                abi::ruleCall { terms, buyerBps: buyer_bps, signature }.abi_encode()
            }
            Self::Release(proof) => {
                let proof = match proof {
                    Proof::Sender => Bytes::new(),
                    Proof::Secret(secret) => Bytes::copy_from_slice(secret),
                    Proof::Signature(signature) => bytes(Some(signature)),
                };
                abi::releaseCall { terms, proof }.abi_encode()
            }
            Self::Refund(signature) => {
                abi::refundCall { terms, signature: bytes(signature) }.abi_encode()
            }
            Self::RefundLate => abi::refundLateCall { terms }.abi_encode(),
            Self::Finalize => abi::finalizeCall { terms }.abi_encode(),
            Self::ArbiterTimeout => abi::arbiterTimeoutCall { terms }.abi_encode(),
            Self::Pull { token, payee, to } => {
                let token = abi::address_or_zero(token);
                let payee = abi::address(payee);
                abi::pullCall { terms, token, payee, to: abi::address(to) }.abi_encode()
            }
            Self::Sweep { token } => {
                abi::sweepCall { terms, token: abi::address_or_zero(token) }.abi_encode()
            }
        }
    }
}

/// Reason why signatures of attestors make no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttestError {
    /// Too few attestors signed.
    #[error("{have} of the {need} attestors that are needed have signed")]
    TooFew {
        /// Attestors of the order that signed.
        have: usize,
        /// As many are needed.
        need: usize,
    },
}

/// Returns the data of the transaction that reports a delivery.
///
/// Takes as many reports as the threshold demands, in the order that the contract demands. Reports by
/// others than the order's attestors, and second ones of the same, are left out. The caller has
/// checked the signatures.
///
/// # Errors
/// [`AttestError`].
pub fn attest_call(
    terms: &Terms,
    attestors: &AttestorSet,
    reports: &[SignedReport],
) -> Result<Vec<u8>, AttestError> {
    let chosen = choose(attestors, reports, |report| report.attestor)?;
    let reports = chosen.into_iter().map(|(index, signed)| {
        let (v, r, s) = parts(&signed.signature);
        abi::Report {
            index,
            acceptedAt: signed.report.accepted_at.0,
            deliveredAt: signed.report.delivered_at.0,
            matchLevel: signed.report.match_level.0,
            evidence: abi::word(signed.report.evidence),
            v,
            r,
            s,
        }
    });
    let call = abi::attestCall {
        terms: abi::terms(terms),
        threshold: attestors.threshold(),
        attestors: attestors.accounts().iter().copied().map(abi::address).collect(),
        reports: reports.collect(),
    };
    Ok(call.abi_encode())
}

/// Returns the data of the transaction that moves the deadline for deliveries to `until`.
///
/// Takes as many signatures of that very deadline as the threshold demands, as [`attest_call`] does.
///
/// # Errors
/// [`AttestError`].
pub fn extend_call(
    terms: &Terms,
    attestors: &AttestorSet,
    until: UnixTime,
    signed: &[SignedExtension],
) -> Result<Vec<u8>, AttestError> {
    let same: Vec<SignedExtension> =
        signed.iter().copied().filter(|signed| signed.until == until).collect();
    let chosen = choose(attestors, &same, |signed| signed.attestor)?;
    let signatures = chosen.into_iter().map(|(index, signed)| {
        let (v, r, s) = parts(&signed.signature);
        abi::AttestorSignature { index, v, r, s }
    });
    let call = abi::extendCall {
        terms: abi::terms(terms),
        until: until.0,
        threshold: attestors.threshold(),
        attestors: attestors.accounts().iter().copied().map(abi::address).collect(),
        signatures: signatures.collect(),
    };
    Ok(call.abi_encode())
}

/// Chooses as many signatures as are needed: one of each attestor, by ascending address.
fn choose<'a, T>(
    attestors: &AttestorSet,
    signed: &'a [T],
    signer: impl Fn(&T) -> Account,
) -> Result<Vec<(u8, &'a T)>, AttestError> {
    let first_of = |account: &Account| signed.iter().find(|one| signer(one) == *account);
    let mut chosen: Vec<(u8, &T)> = (0u8..)
        .zip(attestors.accounts())
        .filter_map(|(index, account)| first_of(account).map(|one| (index, one)))
        .collect();
    let need = usize::from(attestors.threshold());
    if chosen.len() < need {
        return Err(AttestError::TooFew { have: chosen.len(), need });
    }
    chosen.truncate(need);
    Ok(chosen)
}

impl Call<'static> {
    /// Returns the data of the call that asks the state of an order. See [`decode_state`].
    #[must_use]
    pub fn state_of(id: Hash) -> Vec<u8> {
        abi::stateOfCall { id: abi::word(id) }.abi_encode()
    }

    /// Returns the data of the call that asks what a payee is owed. See [`decode_owed`].
    #[must_use]
    pub fn owed(id: Hash, token: Option<Account>, payee: Account) -> Vec<u8> {
        let token = abi::address_or_zero(token);
        abi::owedCall { id: abi::word(id), token, payee: abi::address(payee) }.abi_encode()
    }
}

/// Error for bytes that are no answer of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is none of the escrow contract: ask another node")]
pub struct StateAnswerError;

/// Reads the answer to [`Call::state_of`]. A closed order does not say how it ended.
///
/// # Errors
/// [`StateAnswerError`].
pub fn decode_state(answer: &[u8]) -> Result<EscrowState, StateAnswerError> {
    let state =
        abi::stateOfCall::abi_decode_returns_validate(answer).map_err(|_| StateAnswerError)?;
    let parcel = Parcel {
        tracking: abi::tracking(state.tracking),
        shipped_at: UnixTime(state.shippedAt.to()),
    };
    let until = UnixTime(state.until.to());
    Ok(match state.status {
        0 => EscrowState::Open,
        1 => EscrowState::Shipped { parcel, until },
        2 => EscrowState::Delivered { parcel, until },
        3 => EscrowState::Disputed { parcel, until },
        4 => EscrowState::DisputedDelivered { parcel, until },
        5 => EscrowState::Closed(None),
        _ => return Err(StateAnswerError),
    })
}

/// Reads the answer to [`Call::owed`], in smallest units.
///
/// # Errors
/// [`StateAnswerError`].
pub fn decode_owed(answer: &[u8]) -> Result<u128, StateAnswerError> {
    let owed = abi::owedCall::abi_decode_returns_validate(answer).map_err(|_| StateAnswerError)?;
    Ok(abi::amount(owed))
}

fn bytes(signature: Option<Signature>) -> Bytes {
    signature.map_or_else(Bytes::new, |signature| Bytes::copy_from_slice(&signature.0))
}

/// Returns v, r and s.
fn parts(signature: &Signature) -> (u8, B256, B256) {
    let (words, _) = signature.0.as_chunks::<32>();
    let v = signature.0.last().copied().unwrap_or_default();
    let word = |index: usize| words.get(index).copied().map(B256::from).unwrap_or_default();
    (v, word(0), word(1))
}
