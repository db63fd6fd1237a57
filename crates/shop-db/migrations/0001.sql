-- The first schema. RECORDS.md says of every column why it is there and for how long.
-- Times are whole hours since 1970, amounts are decimal text, blobs named *_box or mail are sealed.

create table orders (
    id        text    not null primary key,
    lookup    blob    not null unique check (length(lookup) = 32),
    buyer_box blob    not null,
    placed    integer not null,
    asset     text    not null,
    pay_to    text    not null,
    tag       integer,             -- null: the pay-to is this order's alone
    needs     integer not null,
    expires   integer not null,
    state     text    not null,
    restless  integer not null,    -- 1: judged with every advance, not only when touched
    invoice   text    not null     -- versioned JSON; the columns above are copies for queries
) strict;

create unique index orders_by_pay_to on orders (asset, pay_to) where tag is null;
create unique index orders_by_tag    on orders (asset, pay_to, tag) where tag is not null;
create index orders_restless on orders (asset) where restless = 1;
create index orders_awaiting on orders (asset, expires) where state = 'awaiting';
create index orders_open     on orders (expires) where state in ('awaiting', 'seen', 'short');
create index orders_placed   on orders (placed);

-- Outlives the orders: an address from the pool is given once for ever.
create table pay_to_used (
    asset  text not null,
    pay_to text not null,
    primary key (asset, pay_to)
) strict, without rowid;

-- Only transfers that count for an order are kept, so there can be no second owner.
create table transfers (
    asset      text    not null,
    id         text    not null,
    order_id   text    not null references orders (id) on delete cascade,
    units      text    not null,
    standing   text    not null check (standing in ('mined', 'unmined', 'gone')),
    height     integer,
    block_hash blob,
    block_time integer,
    claimed    integer not null,   -- 1: stays with its order even while no block has it
    primary key (asset, id),
    check ((standing = 'mined') = (height is not null)),
    check ((height is null) = (block_hash is null) and (height is null) = (block_time is null))
) strict, without rowid;

create index transfers_by_order  on transfers (order_id);
create index transfers_by_height on transfers (asset, height) where height is not null;

-- Names of transfers whose order is gone, until no order is left that could claim them.
create table counted (
    asset text    not null,
    id    text    not null,
    hour  integer not null,
    primary key (asset, id)
) strict, without rowid;

create table claims (
    order_id text not null references orders (id) on delete cascade,
    asset    text not null,
    txid     text not null,
    state    text not null,
    unique (order_id, txid)
) strict;

create unique index claims_once on claims (asset, txid) where state in ('pending', 'found');

create table blocks (
    asset  text    not null,
    height integer not null,
    hash   blob    not null,
    time   integer not null,
    primary key (asset, height)
) strict, without rowid;

-- autoincrement: a number that came back could take a new mail out for an old one.
create table outbox (
    id         integer primary key autoincrement,
    order_id   text not null references orders (id),
    message_id text not null unique,
    mail       blob not null
) strict;

create index outbox_by_order on outbox (order_id);
