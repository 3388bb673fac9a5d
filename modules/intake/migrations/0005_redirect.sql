-- Where a browser goes after a form was sent; null is the form's own page of thanks.
alter table intake.forms add column redirect_url text check (redirect_url ~ '^https?://' and length(redirect_url) <= 2000);
