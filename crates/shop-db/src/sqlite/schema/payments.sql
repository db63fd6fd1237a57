-- Money of another asset than an order asks for: it pays nothing, and is owed.
alter table transfers add column other integer not null default 0 check (other in (0, 1));

create index transfers_other on transfers (chain) where other = 1;

-- The seller was told of such money of the order: once is enough.
create table other_money_notified (
    order_seq integer not null primary key references orders (seq) on delete cascade
) strict;

-- How often the buyer asked for a proof of the balance; asking: the last of them is not answered.
create table balance_claims (
    order_seq integer not null primary key references orders (seq) on delete cascade,
    asked     integer not null check (asked > 0),
    asking    integer not null check (asking in (0, 1))
) strict;

create index balance_claims_asking on balance_claims (order_seq) where asking = 1;
