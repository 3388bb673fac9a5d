-- Members may be allowed to see only the people and companies of their own or of their team.
select platform.owned_table('crm.companies', 'company', 'owner_user_id');
select platform.owned_table('crm.people', 'person', 'owner_user_id');
select platform.part_table('crm.positions', 'person', 'person_id');
