-- A cascade would let the running program erase a log through its head, which it may write. Organizations are erased by
-- the owner of the tables, who deletes entries and head itself, so nothing needs the cascade.
alter table audit.entries drop constraint entries_org_id_fkey;
alter table audit.entries add constraint entries_head foreign key (org_id) references audit.heads (org_id);
