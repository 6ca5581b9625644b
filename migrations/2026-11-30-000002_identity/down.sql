drop table erased_cases;
alter table imports drop column reverts;
alter table staged_cases drop column content_hash;
alter table offer_cases drop column content_hash, drop column kept_out;
