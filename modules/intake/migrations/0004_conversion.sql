-- The deal a lead was made into.
alter table intake.leads
  add column deal_id uuid,
  add foreign key (org_id, deal_id) references crm.deals (org_id, id) on delete set null (deal_id);
create index leads_deal on intake.leads (org_id, deal_id) where deal_id is not null;
