drop table curations;
drop type curation_action;
