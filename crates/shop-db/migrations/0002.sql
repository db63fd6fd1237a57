-- Stock, and the life of an order after it was placed. RECORDS.md says why and for how long.

-- Null: an order from before there were letter slots.
alter table orders add column letter_key blob check (letter_key is null or length(letter_key) = 32);
alter table orders add column cancelled integer not null default 0;

-- What is counted. The checks are the last word: nothing is sold twice.
create table shelves (
    key     text    not null primary key,
    listed  integer,               -- the count last seen in the catalogue; null: not there any more
    on_hand integer not null check (on_hand >= 0),
    aside   integer not null check (aside between 0 and on_hand)
) strict, without rowid;

-- An order without a row here asks for nothing that is counted.
create table holds (
    order_id text    not null primary key references orders (id) on delete cascade,
    holding  text    not null check (holding in ('open', 'aside', 'taken', 'missed')),
    until    integer,              -- the hour in which what is set aside is free again
    missed   integer,              -- who has missed it longest has the smallest
    hold     blob    not null,     -- sealed
    check ((holding = 'aside') = (until is not null)),
    check ((holding = 'missed') = (missed is not null))
) strict;

create index holds_aside  on holds (until) where holding = 'aside';
create index holds_missed on holds (missed) where holding = 'missed';

create table events (
    order_id text not null references orders (id) on delete cascade,
    kind     text not null check (kind in ('sent', 'delivered', 'refunded', 'note')),
    letter   blob                  -- sealed to the order's letter_key
) strict;

create index events_by_order on events (order_id);
