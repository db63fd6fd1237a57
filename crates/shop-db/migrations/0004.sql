-- Too little money. RECORDS.md says why and for how long.

-- The seller was told that too little came for the order: once is enough.
create table short_told (
    order_id text not null primary key references orders (id) on delete cascade
) strict, without rowid;

create index orders_short on orders (asset) where state = 'short';
