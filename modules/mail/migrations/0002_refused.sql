-- A message that was not sent because its recipient is on the do-not-contact list.
alter table mail.messages drop constraint messages_status_check;
alter table mail.messages add constraint messages_status_check check (
  status in ('queued', 'sending', 'sent', 'failed', 'unknown', 'suppressed', 'received')
);
