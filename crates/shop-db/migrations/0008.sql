-- Which chain an order is paid on. RECORDS.md says why and for how long.

create table chains (
    number    integer not null primary key,
    asset     text    not null,
    demo      integer check (demo in (0, 1)),      -- null: not known
    chain_id  integer,                             -- null: not read since this column was made
    genesis   blob    check (genesis is null or length(genesis) = 32),
    followed  integer not null check (followed in (0, 1)),
    contested integer,                             -- from this height up nodes tell another branch
    check ((chain_id is null) = (genesis is null))
) strict;

create unique index chains_followed on chains (asset) where followed = 1;

-- Only demo addresses begin like this. An asset with both was a demo once: its real chain counts.
create temp table kinds as
    select asset, pay_to like 'demo-%' as demo from orders
    union select asset, pay_to like 'demo-%' from pay_to_used;
insert into chains (asset, demo, followed)
    select asset, demo, demo = (select min(demo) from kinds as all_of where all_of.asset = kinds.asset)
    from kinds order by asset, demo desc;

alter table orders add column chain integer references chains (number);
update orders set chain = (select number from chains
    where chains.asset = orders.asset and chains.demo = (orders.pay_to like 'demo-%'));
create index orders_by_chain on orders (chain);

drop index orders_restless;
drop index orders_awaiting;
drop index orders_short;
create index orders_restless on orders (chain) where restless = 1;
create index orders_awaiting on orders (chain, expires) where state = 'awaiting';
create index orders_short    on orders (chain) where state = 'short';

alter table transfers add column chain integer references chains (number);
update transfers set chain = (select chain from orders where orders.id = transfers.order_id);
drop index transfers_by_height;
create index transfers_by_height on transfers (chain, height) where height is not null;

create table blocks_next (
    chain  integer not null references chains (number) on delete cascade,
    height integer not null,
    hash   blob    not null,
    time   integer not null,
    primary key (chain, height)
) strict, without rowid;

-- Blocks of an asset that was both, or of which nothing is kept, may be of either chain.
insert into blocks_next (chain, height, hash, time)
    select chains.number, height, hash, time from blocks join chains on chains.asset = blocks.asset
    where (select count(*) from kinds where kinds.asset = blocks.asset) = 1;
drop table blocks;
alter table blocks_next rename to blocks;
drop table kinds;

-- Blocks whose receipts could be had from no node.
create table logs_unread (
    chain  integer not null references chains (number) on delete cascade,
    height integer not null,
    hash   blob    not null,
    time   integer not null,
    primary key (chain, height)
) strict, without rowid;
