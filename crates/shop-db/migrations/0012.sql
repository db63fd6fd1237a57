-- Counts that every order placed asks for, kept as orders come and go: counting anew takes as long
-- as there are orders. RECORDS.md says why and for how long.

create table order_count (
    id     integer not null primary key check (id = 1),
    orders integer not null check (orders >= 0)
) strict;

insert into order_count (id, orders) values (1, (select count(*) from orders));

-- By the hour in which their offer ends.
create table open_orders (
    expires integer not null primary key,
    orders  integer not null check (orders > 0)
) strict;

insert into open_orders (expires, orders)
    select expires, count(*) from orders where state in ('awaiting', 'seen', 'short') group by expires;

-- Nothing asks for the open orders themselves any more.
drop index orders_open;
create index orders_cancelled on orders (placed) where cancelled = 1;

-- Which pay-tos are watched, without a look at the orders' boxes: each block asks. The hour stands
-- before the pay-to, so that new orders are written side by side and not all over the index.
create index orders_watched on orders (chain, state, placed, pay_to);

create trigger orders_counted_in after insert on orders begin
    update order_count set orders = orders + 1;
end;

create trigger orders_counted_out after delete on orders begin
    update order_count set orders = orders - 1;
end;

create trigger orders_opened after insert on orders
when new.state in ('awaiting', 'seen', 'short') begin
    insert into open_orders (expires, orders) values (new.expires, 1)
        on conflict (expires) do update set orders = orders + 1;
end;

create trigger orders_gone after delete on orders
when old.state in ('awaiting', 'seen', 'short') begin
    delete from open_orders where expires = old.expires and orders = 1;
    update open_orders set orders = orders - 1 where expires = old.expires;
end;

create trigger orders_changed after update of state, expires on orders
when old.expires <> new.expires
    or (old.state in ('awaiting', 'seen', 'short')) <> (new.state in ('awaiting', 'seen', 'short')) begin
    insert into open_orders (expires, orders)
        select new.expires, 1 where new.state in ('awaiting', 'seen', 'short')
        on conflict (expires) do update set orders = orders + 1;
    delete from open_orders where old.state in ('awaiting', 'seen', 'short') and expires = old.expires and orders = 1;
    update open_orders set orders = orders - 1
        where old.state in ('awaiting', 'seen', 'short') and expires = old.expires;
end;
