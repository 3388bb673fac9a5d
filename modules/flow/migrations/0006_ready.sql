-- Only what names the time may use this index. With statistics of an empty table it looks as good as the key for finding
-- single runs, and it would be read from end to end for that once the table is full.
drop index flow.ready_due;
create index ready_due on flow.ready (org_id, ready_at) where ready_at > '-infinity';
