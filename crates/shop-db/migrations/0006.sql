-- A seller can say that what came beyond what was due was given back.

create table events_next (
    order_id text not null references orders (id) on delete cascade,
    kind     text not null check (kind in ('sent', 'delivered', 'refunded', 'difference', 'note')),
    letter   blob                  -- sealed to the order's letter_key
) strict;

insert into events_next (rowid, order_id, kind, letter) select rowid, order_id, kind, letter from events;
drop table events;
alter table events_next rename to events;

create index events_by_order on events (order_id);
