//! The statements that lay the rows of a reference file, given as JSON, over their table. Each writes only what differs,
//! and calls the table `stored`.

pub(super) const COMPANIES: &str = "
    insert into companies as stored (slug, name, name_en, kind)
    select slug, name, name_en, kind
    from jsonb_to_recordset($1) as r (slug text, name text, name_en text, kind company_kind)
    on conflict (slug) do update set (name, name_en, kind) = row(excluded.name, excluded.name_en, excluded.kind)
    where (stored.name, stored.name_en, stored.kind) is distinct from (excluded.name, excluded.name_en, excluded.kind)";

pub(super) const COMPANY_PARENTS: &str = "
    update companies stored set parent_id = parents.id
    from jsonb_to_recordset($1) as r (slug text, parent text) left join companies parents on parents.slug = r.parent
    where stored.slug = r.slug and stored.parent_id is distinct from parents.id";

pub(super) const ROLES: &str = "
    insert into roles as stored (slug, name, name_en, family)
    select slug, name, name_en, family
    from jsonb_to_recordset($1) as r (slug text, name text, name_en text, family role_family)
    on conflict (slug) do update set (name, name_en, family) = row(excluded.name, excluded.name_en, excluded.family)
    where (stored.name, stored.name_en, stored.family) is distinct from (excluded.name, excluded.name_en, excluded.family)";

/// The statement that loads the majors of some levels.
macro_rules! majors_of {
    ($levels:literal) => {
        concat!(
            "insert into majors as stored (slug, code, level, parent_id, name, name_en)
             select r.slug, r.code, r.level, parents.id, r.name, r.name_en
             from jsonb_to_recordset($1)
                 as r (slug text, code text, level major_level, parent text, name text, name_en text)
             left join majors parents on parents.slug = r.parent
             where r.level in (",
            $levels,
            ") on conflict (slug) do update
             set (code, level, parent_id, name, name_en)
                 = row(excluded.code, excluded.level, excluded.parent_id, excluded.name, excluded.name_en)
             where (stored.code, stored.level, stored.parent_id, stored.name, stored.name_en) is distinct from
                 (excluded.code, excluded.level, excluded.parent_id, excluded.name, excluded.name_en)"
        )
    };
}

pub(super) const MAJORS_WITHOUT_PARENT: &str = majors_of!("'discipline', 'broad'");
pub(super) const CLASSES: &str = majors_of!("'class'");
pub(super) const MAJORS: &str = majors_of!("'major'");

pub(super) const SCHOOL_TIERS: &str = "
    update school_tiers stored set (name, name_en) = row(r.name, r.name_en)
    from jsonb_to_recordset($1) as r (slug text, name text, name_en text)
    where stored.slug = r.slug and (stored.name, stored.name_en) is distinct from (r.name, r.name_en)";

pub(super) const SCHOOLS: &str = "
    insert into schools as stored (slug, name, name_en, country, province, city, school_tier_id)
    select r.slug, r.name, r.name_en, r.country, r.province, r.city, tiers.id
    from jsonb_to_recordset($1)
        as r (slug text, name text, name_en text, country text, province text, city text, tier text)
    join school_tiers tiers on tiers.slug = r.tier
    on conflict (slug) do update
    set (name, name_en, country, province, city, school_tier_id) = row(
        excluded.name, excluded.name_en, excluded.country, excluded.province, excluded.city, excluded.school_tier_id)
    where (stored.name, stored.name_en, stored.country, stored.province, stored.city, stored.school_tier_id)
        is distinct from (excluded.name, excluded.name_en, excluded.country, excluded.province, excluded.city,
            excluded.school_tier_id)";

pub(super) const TAGS: &str = "
    insert into tags as stored (slug, name, name_en, meaning, meaning_en, keywords)
    select slug, name, name_en, meaning, meaning_en, keywords
    from jsonb_to_recordset($1)
        as r (slug text, name text, name_en text, meaning text, meaning_en text, keywords text[])
    on conflict (slug) do update set (name, name_en, meaning, meaning_en, keywords)
        = row(excluded.name, excluded.name_en, excluded.meaning, excluded.meaning_en, excluded.keywords)
    where (stored.name, stored.name_en, stored.meaning, stored.meaning_en, stored.keywords) is distinct from
        (excluded.name, excluded.name_en, excluded.meaning, excluded.meaning_en, excluded.keywords)";

pub(super) const SOURCES: &str = "
    insert into sources as stored (slug, title, title_en, url, kind, licence, note, note_en, min_group_size)
    select slug, title, title_en, url, kind, licence, note, note_en, min_group_size
    from jsonb_to_recordset($1) as r (slug text, title text, title_en text, url text, kind source_kind,
        licence text, note text, note_en text, min_group_size integer)
    on conflict (slug) do update set (title, title_en, url, kind, licence, note, note_en, min_group_size)
        = row(excluded.title, excluded.title_en, excluded.url, excluded.kind, excluded.licence, excluded.note,
            excluded.note_en, excluded.min_group_size)
    where (stored.title, stored.title_en, stored.url, stored.kind, stored.licence, stored.note, stored.note_en,
            stored.min_group_size) is distinct from
        (excluded.title, excluded.title_en, excluded.url, excluded.kind, excluded.licence, excluded.note,
            excluded.note_en, excluded.min_group_size)";

/// Nothing points at guide entries: what the file no longer has goes.
pub(super) const REMOVED_GUIDE: &str = "
    delete from guide_entries stored
    where stored.slug not in (select r.slug from jsonb_to_recordset($1) as r (slug text))";

pub(super) const GUIDE: &str = "
    insert into guide_entries as stored
        (kind, slug, position, title, title_en, description, description_en, advice, advice_en, source_id)
    select r.kind, r.slug, r.position, r.title, r.title_en, r.description, r.description_en, r.advice, r.advice_en,
        (select sources.id from sources where sources.slug = r.source)
    from jsonb_to_recordset($1) as r (kind guide_kind, slug text, position smallint, title text, title_en text,
        description text, description_en text, advice text, advice_en text, source text)
    on conflict (slug) do update
    set (kind, position, title, title_en, description, description_en, advice, advice_en, source_id)
        = row(excluded.kind, excluded.position, excluded.title, excluded.title_en, excluded.description,
            excluded.description_en, excluded.advice, excluded.advice_en, excluded.source_id)
    where (stored.kind, stored.position, stored.title, stored.title_en, stored.description, stored.description_en,
            stored.advice, stored.advice_en, stored.source_id) is distinct from
        (excluded.kind, excluded.position, excluded.title, excluded.title_en, excluded.description,
            excluded.description_en, excluded.advice, excluded.advice_en, excluded.source_id)";
