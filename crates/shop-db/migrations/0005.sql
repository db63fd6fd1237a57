-- Addresses of the pool that may be given again. RECORDS.md says why and for how long.

-- 0: no money was ever seen there. 1: money was, or an earlier build gave the address and did not
-- look. 2: money came that was no order's.
alter table pay_to_used add column money integer not null default 1 check (money between 0 and 2);
-- The hour in which the offer of its last order ended; null while there is that order, and once
-- money was seen.
alter table pay_to_used add column closed integer check (closed is null or money = 0);

create index pay_to_closed on pay_to_used (asset, closed) where closed is not null;
