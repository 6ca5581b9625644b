drop table staged_cases;
