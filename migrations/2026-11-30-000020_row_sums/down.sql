alter table dataset drop column accepted_at;
drop function keep_row_sums;
drop function renew_row_sums;
drop function sum_rows cascade;
drop table row_sums;
