-- Who gets the leads of a workflow goes with it.
alter table intake.lead_assignments
  add foreign key (org_id, workflow_id) references flow.workflows (org_id, id) on delete cascade;
