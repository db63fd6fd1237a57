-- The schema of the database, version 4, without escrow.sql and payments.sql. RECORDS.md says of every column why it is there, and for
-- how long. Times are whole hours since 1970, and amounts are decimal text. Sealed are buyer_copy,
-- items, note, codes, order_code and mail. No rule is here: triggers count, and checks refuse.

create table chains (
    number    integer not null primary key,
    name      text    not null,                -- as in the settings: ethereum
    demo      integer check (demo in (0, 1)),  -- null: no node has answered yet, as in chain_id
    chain_id  integer,
    genesis   blob    check (genesis is null or length(genesis) = 32),
    followed  integer not null check (followed in (0, 1)),
    contested integer,                         -- from this height up nodes tell another branch
    check ((chain_id is null) = (genesis is null))
) strict;

create unique index chains_followed on chains (name) where followed = 1;

create table blocks (
    chain  integer not null references chains (number) on delete cascade,
    height integer not null,
    hash   blob    not null,
    time   integer not null,
    primary key (chain, height)
) strict, without rowid;

-- Blocks whose receipts could be had from no node. Those noted later have a greater number.
create table logs_unread (
    chain  integer not null references chains (number) on delete cascade,
    height integer not null,
    hash   blob    not null,
    time   integer not null,
    noted  integer not null,
    primary key (chain, height)
) strict, without rowid;

create index logs_unread_by_time on logs_unread (chain, time);

-- Rows beside an order name it by its place in the sequence of orders: what is written for orders
-- of the same hour is written side by side, and not all over the file.
create table orders (
    seq          integer not null primary key,
    id           text    not null unique,
    lookup       blob    not null unique check (length(lookup) = 32),
    placed       integer not null,
    asset        text    not null,
    pay_to       text    not null,
    -- The whole amount, in steps of the eighth decimal, where it names the order; null elsewhere.
    named_amount integer,
    needs        integer not null,
    expires      integer not null,
    invoice      text    not null,             -- JSON with a version
    inbox_key    blob    not null check (length(inbox_key) = 32),
    chain        integer not null references chains (number),
    cancelled    integer not null default 0 check (cancelled in (0, 1)),
    digital      integer not null check (digital in (0, 1)),
    released     integer not null default 0 check (released in (0, 1)),
    -- 1: the next block changes it by itself.
    rechecked    integer not null default 0 check (rechecked in (0, 1)),
    -- Copies of what follows from the invoice, for queries.
    open         integer not null check (open in (0, 1)),
    paid         integer not null check (paid in (0, 1)),
    underpaid    integer not null check (underpaid in (0, 1)),
    ends         integer,                      -- null: the offer does not end by itself
    -- Copies for queries, as they were derived. They hold until this hour begins, or for ever.
    phase        text    not null default 'awaiting',
    debt         text    not null default 'none' check (debt in ('none', 'payment', 'difference')),
    status_until integer
) strict;

create unique index orders_by_pay_to on orders (asset, pay_to) where named_amount is null;
create unique index orders_by_named_amount on orders (asset, pay_to, named_amount)
    where named_amount is not null;
create index orders_by_digits    on orders (asset, pay_to, named_amount % 10000)
    where named_amount is not null;
create index orders_placed       on orders (placed);
create index orders_cancelled    on orders (placed) where cancelled = 1;
create index orders_rechecked    on orders (chain) where rechecked = 1;
create index orders_ending       on orders (chain, ends) where ends is not null;
create index orders_underpaid    on orders (chain) where underpaid = 1;
create index orders_unreleased   on orders (chain) where released = 0 and paid = 1;
create index orders_status_until on orders (chain, status_until) where status_until is not null;
-- Which pay-tos are watched, without a look at the orders: each block asks. The place in the
-- sequence stands before the pay-to, so that new orders are written side by side.
create index orders_watched      on orders (chain, paid, placed, seq, asset, pay_to);

-- Apart from the orders: no query but the buyer's reads past kilobytes.
create table buyer_copies (
    order_seq  integer not null primary key references orders (seq) on delete cascade,
    buyer_copy blob    not null
) strict;

-- Counts that every new order asks for. Counting again takes as long as there are orders.
create table order_count (
    id     integer not null primary key check (id = 1),
    orders integer not null check (orders >= 0)
) strict;

insert into order_count (id, orders) values (1, 0);

-- By the chain, and the hour in which their offer ends.
create table open_orders (
    chain   integer not null references chains (number),
    expires integer not null,
    orders  integer not null check (orders > 0),
    primary key (chain, expires)
) strict, without rowid;

create trigger orders_counted_in after insert on orders begin
    update order_count set orders = orders + 1;
end;

create trigger orders_counted_out after delete on orders begin
    update order_count set orders = orders - 1;
end;

create trigger orders_opened after insert on orders
when new.open = 1 begin
    insert into open_orders (chain, expires, orders) values (new.chain, new.expires, 1)
        on conflict do update set orders = orders + 1;
end;

create trigger orders_gone after delete on orders
when old.open = 1 begin
    delete from open_orders where chain = old.chain and expires = old.expires and orders = 1;
    update open_orders set orders = orders - 1 where chain = old.chain and expires = old.expires;
end;

create trigger orders_changed after update of open, expires on orders
when old.open <> new.open or old.expires <> new.expires begin
    insert into open_orders (chain, expires, orders)
        select new.chain, new.expires, 1 where new.open = 1
        on conflict do update set orders = orders + 1;
    delete from open_orders
        where old.open = 1 and chain = old.chain and expires = old.expires and orders = 1;
    update open_orders set orders = orders - 1
        where old.open = 1 and chain = old.chain and expires = old.expires;
end;

-- A form and a cart place one order. Its code is sealed to each: only the buyer's browser has them.
create table placed_forms (
    name       blob    not null unique check (length(name) = 32),
    order_seq  integer not null references orders (seq) on delete cascade,
    order_code blob    not null,
    lapses     integer not null                -- the hour from which the form is refused
) strict;

create index placed_forms_by_order on placed_forms (order_seq);
create index placed_forms_lapses   on placed_forms (lapses);

create table events (
    order_seq integer not null references orders (seq) on delete cascade,
    kind      text    not null
        check (kind in ('sent', 'delivered', 'refunded', 'difference', 'note')),
    note      blob                             -- sealed to the order's inbox_key
) strict;

create index events_by_order on events (order_seq);

-- The seller was told that too little came for the order: once is enough.
create table underpaid_notified (
    order_seq integer not null primary key references orders (seq) on delete cascade
) strict;

-- Mails to the seller, oldest first: sealed ones, and notices, which are written and sealed when
-- they are delivered. Each is about an order or, where there is no order, about a chain.
-- autoincrement: a number that came back could take a new mail out for an old one.
create table outbox (
    id         integer primary key autoincrement,
    order_seq  integer references orders (seq),
    chain      text,                           -- the chain's name
    message_id text    not null unique,
    mail       blob,
    notice     text,
    check ((order_seq is null) <> (chain is null)),
    check ((mail is null) <> (notice is null))
) strict;

create index outbox_by_order on outbox (order_seq);

-- Only transfers that came for an order are kept, so there can be no second owner.
create table transfers (
    asset      text    not null,
    id         text    not null,
    order_seq  integer not null references orders (seq) on delete cascade,
    units      text    not null,
    standing   text    not null check (standing in ('mined', 'unmined', 'gone')),
    height     integer,
    block_hash blob,
    block_time integer,
    -- 1: stays with its order while no block has it.
    claimed    integer not null check (claimed in (0, 1)),
    chain      integer not null references chains (number),
    primary key (asset, id),
    check ((standing = 'mined') = (height is not null)),
    check ((height is null) = (block_hash is null) and (height is null) = (block_time is null))
) strict, without rowid;

create index transfers_by_order  on transfers (order_seq);
create index transfers_by_height on transfers (chain, height) where height is not null;
create index transfers_unmined   on transfers (chain) where standing = 'unmined';

-- Names of transfers whose order is gone, until no order is left that could claim them.
create table used_transfers (
    asset text    not null,
    id    text    not null,
    hour  integer not null,
    primary key (asset, id)
) strict, without rowid;

-- Several orders may name one transaction; it counts for one (transfers has one row of it).
create table claims (
    order_seq integer not null references orders (seq) on delete cascade,
    asset     text    not null,
    txid      text    not null,
    state     text    not null,
    open      integer not null check (open in (0, 1)), -- 1: waits to be looked up
    units     text,                            -- what came to the order's pay-to, once looked up
    unique (order_seq, txid)
) strict;

create index claims_by_txid on claims (asset, txid);
create index claims_open    on claims (order_seq) where open = 1;

-- Outlives the orders: an address from the pool that was paid is given once for ever.
create table pay_to_used (
    asset        text    not null,
    pay_to       text    not null,
    chain        text    not null,             -- its chain's name
    -- 0: no money was ever seen there. 1: an order's money was. 2: money came that was no order's.
    money        integer not null check (money between 0 and 2),
    -- The hour in which the offer of its last order ended; null while there is that order, and once
    -- money was seen.
    closed       integer check (closed is null or money = 0),
    -- The number of the first unread block that was noted since the address was given, if any.
    first_unread integer,
    primary key (asset, pay_to)
) strict, without rowid;

create index pay_to_closed on pay_to_used (asset, closed) where closed is not null;

-- Addresses of the pool that no order ever had, and to which money came.
create table unmatched_addresses (
    asset   text    not null,
    pay_to  text    not null,
    -- 1: it was enough that the address is never given; 0: too little for that.
    retired integer not null check (retired in (0, 1)),
    primary key (asset, pay_to)
) strict, without rowid;

-- The checks are the last word: nothing is sold twice.
create table stock (
    key      text    not null primary key,
    listed   integer,                          -- the count last seen in the catalogue
    on_hand  integer not null check (on_hand >= 0),
    reserved integer not null check (reserved between 0 and on_hand)
) strict, without rowid;

-- An order without a row here asks for nothing that is counted.
create table reservations (
    order_seq integer not null primary key references orders (seq) on delete cascade,
    status    text    not null
        check (status in ('unreserved', 'reserved', 'allocated', 'backordered')),
    until     integer,                         -- the hour in which what is reserved is free again
    backorder integer,                         -- who has waited longest has the smallest
    items     blob    not null,
    check ((status = 'reserved') = (until is not null)),
    check ((status = 'backordered') = (backorder is not null))
) strict;

create index reservations_reserved    on reservations (until) where status = 'reserved';
create index reservations_backordered on reservations (backorder) where status = 'backordered';

-- Redeem codes an order was given, sealed to its inbox_key.
create table issued_codes (
    order_seq integer not null references orders (seq) on delete cascade,
    codes     blob    not null
) strict;

create index issued_codes_by_order on issued_codes (order_seq);

-- What keeps a code from being given again; it names neither code nor order.
create table code_fingerprints (
    fingerprint blob not null primary key check (length(fingerprint) = 16)
) strict, without rowid;

-- The seller was told that codes are missing for the order: once is enough.
create table codes_missing_notified (
    order_seq integer not null primary key references orders (seq) on delete cascade
) strict;

-- How often a line of an order was fetched, and until which hour that counts once.
create table downloads (
    order_seq  integer not null references orders (seq) on delete cascade,
    line       integer not null check (line >= 0),
    begun      integer not null check (begun > 0),
    open_until integer not null,
    primary key (order_seq, line)
) strict, without rowid;

-- What the shop knows its key by: one row, which does not give the key.
create table shop_key (
    id    integer not null primary key check (id = 1),
    proof blob    not null check (length(proof) = 32)
) strict;

-- Whose memory this is, and how often that shop was opened: a copy of another shop, and an older
-- copy of this one, are told by it.
create table shop_identity (
    id     integer not null primary key check (id = 1),
    shop   blob    not null check (length(shop) = 16),
    starts integer not null check (starts >= 0)
) strict;
