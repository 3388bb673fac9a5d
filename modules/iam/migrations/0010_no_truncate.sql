-- Acts from outside are kept as what organizations keep: not to be emptied at a stroke.
select platform.refuse_truncate('iam.platform_audit');
