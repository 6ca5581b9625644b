-- A plan that is made when a statement changes no row is kept for as long as the connection, and joins the rows of a later one
-- one with each: of sixty thousand cases that takes hours. Rows of a statement are joined by their hash, however few they are.
alter function offer_cases_keep_revisions() set enable_nestloop = off;
