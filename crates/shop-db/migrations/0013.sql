-- Which addresses of the pool may have been paid in a block whose receipts no node gives. RECORDS.md says
-- why and for how long.

-- Blocks that are noted later have a greater number.
alter table logs_unread add column noted integer not null default 0;

-- The number of the first such block that was noted since the address was given; null if there is none.
alter table pay_to_used add column first_unread integer;

-- Every address may have been given before the blocks of earlier builds.
update pay_to_used set first_unread = 0
    where asset in (select asset from chains join logs_unread on chain = number);
