-- Letters that could not be sealed. RECORDS.md says why and for how long.

-- News of which a letter to the seller is owed, oldest first.
create table letters_owed (
    order_id text not null references orders (id) on delete cascade,
    news     text not null
) strict;

create index letters_owed_by_order on letters_owed (order_id);
