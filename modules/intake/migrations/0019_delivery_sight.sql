-- A delivery is about the lead it became. Who sees only some leads sees those that are open to them, and none that is nobody's.
select platform.part_table('intake.source_deliveries', 'lead', 'lead_id');
