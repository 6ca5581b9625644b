drop function reread_dataset cascade;
drop function lock_dataset cascade;
drop function raise_dataset_version cascade;
drop table dataset;
