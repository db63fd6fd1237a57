-- Orders whose money waits in the escrow contract. The rest of the terms is in the sealed copies
-- alone: who may rule, where refunds go, and what ties the order to its goods.
create table escrows (
    order_seq    integer not null primary key references orders (seq) on delete cascade,
    id           blob    not null unique check (length(id) = 32), -- the contract's name for it
    contract     blob    not null check (length(contract) = 20),
    payout       blob    not null unique check (length(payout) = 20),
    ship_by      integer not null,             -- the deadlines of the terms
    deliver_by   integer not null,
    -- Copies of what follows from the events: the step, its deadline in seconds, and if each event is
    -- deep enough.
    step         text    not null,
    step_until   integer,
    deep         integer not null check (deep in (0, 1)),
    told         text    not null,             -- the step that the seller was told of last
    release_told integer not null default 0 check (release_told in (0, 1))
) strict;

create index escrows_not_deep on escrows (order_seq) where deep = 0;

-- What the contract told of them, in blocks that are on the chain as it was read.
create table escrow_events (
    order_seq  integer not null references orders (seq) on delete cascade,
    chain      integer not null references chains (number),
    height     integer not null,
    block_hash blob    not null,
    block_time integer not null,
    place      integer not null,               -- among the logs of the block
    event      text    not null,               -- its kind and its values
    primary key (order_seq, height, place)
) strict, without rowid;

create index escrow_events_by_height on escrow_events (chain, height);

-- Payout addresses of paid orders that are gone: each is given once for ever.
create table payouts_used (
    payout blob not null primary key check (length(payout) = 20)
) strict, without rowid;
