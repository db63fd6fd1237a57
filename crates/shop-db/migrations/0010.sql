-- Forms that have placed an order, and the check of the shop's key. RECORDS.md says why and for how long.

-- A form and a cart place one order. Its code is sealed to each, which only the buyer's browser carries.
create table placed_forms (
    name     blob    not null primary key check (length(name) = 32),
    order_id text    not null references orders (id) on delete cascade,
    code     blob    not null,
    lapses   integer not null       -- the hour from which the form is refused
) strict, without rowid;

create index placed_forms_by_order on placed_forms (order_id);

-- What the shop knows its key by: one row, which does not give the key.
create table shop_key (
    id    integer not null primary key check (id = 1),
    proof blob    not null check (length(proof) = 32)
) strict;
