-- Digital goods. RECORDS.md says why and for how long.

-- Codes an order was given, sealed to its letter_key.
create table given (
    order_id text not null references orders (id) on delete cascade,
    letter   blob not null
) strict;

create index given_by_order on given (order_id);

-- What keeps a code from being given again; it names neither code nor order.
create table code_marks (
    mark blob not null primary key check (length(mark) = 16)
) strict, without rowid;

-- The seller was told that codes are missing for the order: once is enough.
create table codes_missing (
    order_id text not null primary key references orders (id) on delete cascade
) strict, without rowid;

-- How often a line of an order was fetched, and until which hour that counts once.
create table downloads (
    order_id   text    not null references orders (id) on delete cascade,
    line       integer not null check (line >= 0),
    begun      integer not null check (begun > 0),
    open_until integer not null,
    primary key (order_id, line)
) strict, without rowid;
