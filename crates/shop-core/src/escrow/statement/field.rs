//! Names of the values of a statement.

use std::fmt;

macro_rules! fields {
    ($($name:ident = $text:literal,)*) => {
        /// A value of a statement, by the name that stands before it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Field { $($name,)* }

        impl Field {
            const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the name as it is written.
            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

fields! {
    Vault = "vault",
    Id = "id",
    Contract = "contract",
    Chain = "chain",
    Token = "token",
    Price = "price",
    Seller = "payout address",
    Operator = "operator key",
    RefundTo = "refund address",
    BuyerKey = "buyer key",
    ReleaseHash = "release hash",
    ShipBy = "ship by",
    DeliverBy = "deliver by",
    DisputeWindow = "time to dispute",
    Arbiter = "arbiter",
    ArbiterWindow = "time to rule",
    ArbiterFee = "arbiter fee",
    Tip = "tip",
    LeastMatch = "least match",
    Threshold = "attestors needed",
    Attestor = "attestor",
    Attestors = "attestors hash",
    Order = "order",
    ShopKey = "shop key",
    PayoutSignature = "payout signature",
    Salt = "salt",
    PostalSalt = "postal salt",
    Country = "country",
    PostalCode = "postal code",
    Goods = "goods",
}

impl Field {
    /// Returns the field and the value of a line, if it begins with a name and a colon.
    pub(super) fn split(line: &str) -> Option<(Self, &str)> {
        let (name, value) = line.split_once(':')?;
        let field = Self::ALL.iter().find(|field| field.name() == name)?;
        Some((*field, value.trim()))
    }

    /// Returns true if a statement can have several of it.
    pub(super) const fn is_list(self) -> bool {
        matches!(self, Self::Attestor | Self::Goods)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
