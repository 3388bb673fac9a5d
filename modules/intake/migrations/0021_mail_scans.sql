-- What came with an e-mail of a lead is given out once it was scanned, as what came with a form. A file in which something was found
-- is gone; the row stays and says so.
alter table intake.mail_files add column scan text not null default 'none'
  check (scan in ('none', 'waiting', 'clean', 'infected'));
create index mail_files_mail on intake.mail_files (org_id, mail_id);
