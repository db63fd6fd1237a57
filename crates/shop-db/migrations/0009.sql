-- Amounts that name their order, claims that the seller decides, goods that the seller releases.
-- RECORDS.md says why and for how long.

-- The whole amount, in steps of the eighth decimal, where it names the order; null elsewhere.
alter table orders add column asked integer;

drop index orders_by_pay_to;
create unique index orders_by_pay_to on orders (asset, pay_to) where tag is null and asked is null;
create unique index orders_by_asked on orders (asset, pay_to, asked) where asked is not null;
create index orders_by_digits on orders (asset, pay_to, asked % 10000) where asked is not null;

-- 1: something of it is handed out online. An order of an earlier build may have such goods.
alter table orders add column digital integer not null default 1 check (digital in (0, 1));
-- 1: that needs no word of the seller any more. What was paid before was handed out before.
alter table orders add column released integer not null default 0 check (released in (0, 1));
update orders set released = 1 where state in ('settled', 'over', 'late', 'reversed');

create index orders_unreleased on orders (asset) where released = 0 and state in ('settled', 'over');

-- Several orders may name one transaction; it still counts for one (transfers has one row of it).
drop index claims_once;
-- How much of it came to the order's pay-to, once that was looked up; decimal text.
alter table claims add column units text;

create index claims_by_txid on claims (asset, txid);
create index claims_open on claims (asset) where state in ('pending', 'accepted');

-- Addresses of the pool that no order ever had, and to which money came.
create table pool_strays (
    asset   text    not null,
    pay_to  text    not null,
    -- 1: it was enough that the address is never given; 0: too little for that.
    retired integer not null check (retired in (0, 1)),
    primary key (asset, pay_to)
) strict, without rowid;
