-- The hosts that may show a form become part of the rules that browsers hold its page to: nothing but hosts can stand there.
alter table intake.forms add constraint forms_allowed_hosts
  check (settings #>> '{embed,allowedHosts}' ~ '^\[("[a-z0-9.*:-]+"(, )?)*\]$');
