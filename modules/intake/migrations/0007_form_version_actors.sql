-- Who published a version is said as everywhere: by the kind of actor, and by the user where it is one.
alter table intake.form_versions
  add constraint form_versions_actor_type_check
    check (actor_type in ('user', 'apiKey', 'plugin', 'run', 'system', 'visitor')),
  add constraint form_versions_user_check check ((actor_type = 'user') = (user_id is not null));
