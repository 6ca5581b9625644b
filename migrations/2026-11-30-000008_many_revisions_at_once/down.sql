alter function offer_cases_keep_revisions() reset enable_nestloop;
