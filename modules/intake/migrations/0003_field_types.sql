-- More kinds of questions, questions that depend on earlier answers, and what stands in an answer at first.
alter table intake.form_fields drop constraint form_fields_field_type_check;
alter table intake.form_fields add constraint form_fields_field_type_check check (field_type in (
  'TEXT', 'LONG_TEXT', 'EMAIL', 'PHONE', 'URL', 'DROPDOWN', 'MULTI_SELECT', 'NUMBER', 'DATE', 'CHECKBOX', 'HIDDEN'));
-- Null is always shown.
alter table intake.form_fields add column visible_when jsonb check (jsonb_typeof(visible_when) = 'object');
alter table intake.form_fields add column prefill jsonb check (jsonb_typeof(prefill) = 'object');
