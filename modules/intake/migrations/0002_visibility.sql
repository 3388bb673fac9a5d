-- Members may be allowed to see only the leads of their own or of their team, with what belongs to them.
select platform.owned_table('intake.leads', 'lead', 'owner_user_id');
select platform.part_table('intake.lead_values', 'lead', 'lead_id');
select platform.part_table('intake.lead_events', 'lead', 'lead_id');
