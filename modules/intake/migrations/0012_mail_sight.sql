-- An e-mail is about the lead it became. Who sees only some leads sees those that are open to them, and none that is nobody's yet.
select platform.part_table('intake.mails', 'lead', 'lead_id');
