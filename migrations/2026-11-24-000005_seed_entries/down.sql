drop table seed_entries;
