drop trigger dataset_keep_lineage on dataset;
drop function dataset_keep_lineage;
alter table dataset drop column seed_serial, drop column lineage;
drop function current_lineage;
