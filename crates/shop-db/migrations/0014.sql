-- Which shop this is the memory of, and how often that was opened: a copy of another shop, and an older
-- copy of this one, are told by it. RECORDS.md says why and for how long.

create table shop_identity (
    id     integer not null primary key check (id = 1),
    shop   blob    not null check (length(shop) = 16),
    starts integer not null check (starts >= 0)
) strict;
