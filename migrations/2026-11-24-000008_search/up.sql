-- Words are found in summaries by an index of all pairs of neighbouring characters: Chinese has no spaces, and most of
-- its words have two characters.

create function search_terms(summary text) returns tsvector language plpgsql immutable strict parallel restricted cost 10000 as $$
begin
    -- A tsvector has a limit. What is longer is looked through itself.
    if length(summary) > 20000 then
        return array_to_tsvector('{LONG}');
    end if;
    -- Each character twice, with a space between: "abc" becomes "a ab bc c". No pair goes over a space.
    return array_to_tsvector(array_remove(string_to_array(
        regexp_replace(lower(normalize(summary, NFKC)), '(.)', '\1 \1', 'g'), ' '), ''));
end
$$;
comment on function search_terms is 'Every two neighbouring characters of a summary, and the first and last of each word alone; LONG where the summary is too long for that. It costs more than summary_matches, so that it is asked after it.';

create function summary_matches(summary text, pattern text) returns boolean language plpgsql immutable strict parallel restricted cost 5000 as $$
begin
    return lower(normalize(summary, NFKC)) ~ pattern;
end
$$;
comment on function summary_matches is 'Whether a summary, as it is searched, matches a regular expression. Its cost is what tells the planner to count the summaries that are looked through; starting parallel workers would take longer than a search.';

create index offer_cases_search on offer_cases using gin (search_terms(summary));
