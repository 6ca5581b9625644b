drop index offer_cases_search;
drop function summary_matches;
drop function search_terms;
