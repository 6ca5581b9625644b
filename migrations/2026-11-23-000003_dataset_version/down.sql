drop function raise_dataset_version cascade;
drop table dataset;
