//! The tables as Diesel knows them. Generated from the migrations; never edited.
//! Renew it with `UPDATE_SCHEMA=1 cargo test schema_rs_is_current`.

/// Markers of the database's enums.
pub mod sql_types {
    /// `company_kind`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "company_kind"))]
    pub struct CompanyKindType;

    /// `curation_action`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "curation_action"))]
    pub struct CurationActionType;

    /// `date_precision`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "date_precision"))]
    pub struct DatePrecisionType;

    /// `degree`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "degree"))]
    pub struct DegreeType;

    /// `guide_kind`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "guide_kind"))]
    pub struct GuideKindType;

    /// `major_level`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "major_level"))]
    pub struct MajorLevelType;

    /// `offer_channel`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "offer_channel"))]
    pub struct OfferChannelType;

    /// `role_family`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "role_family"))]
    pub struct RoleFamilyType;

    /// `role_level`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "role_level"))]
    pub struct RoleLevelType;

    /// `role_track`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "role_track"))]
    pub struct RoleTrackType;

    /// `source_kind`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "source_kind"))]
    pub struct SourceKindType;

    /// `source_visibility`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "source_visibility"))]
    pub struct SourceVisibilityType;

    /// `tier_basis`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tier_basis"))]
    pub struct TierBasisType;

    /// `verification`
    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "verification"))]
    pub struct VerificationType;
}

diesel::table! {
    use diesel::sql_types::*;

    /// Cities where there are jobs: all of the mainland's at the level of prefectures, those of Hong Kong, Macau and Taiwan, and those elsewhere that offers name.
    cities (id) {
        /// Internal number, differs between databases.
        id -> Integer,
        /// Stable identifier.
        slug -> Text,
        /// Chinese name, without 市 where it is clear without it.
        name -> Text,
        /// English name; null = unknown.
        name_en -> Nullable<Text>,
        /// The province, or the country of a city elsewhere; null = unknown.
        province_id -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Other names of cities.
    city_aliases (city_id, alias_key) {
        /// The city so called.
        city_id -> Integer,
        /// The alias as it is compared: NFKC, case folded, white space removed.
        alias_key -> Text,
        /// The alias as people write it.
        alias -> Text,
        /// True where the same key is a name or alias of another city too.
        ambiguous -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{CompanyKindType};

    /// Employers. A subsidiary is a company of its own.
    companies (id) {
        /// Internal number, differs between databases.
        id -> Integer,
        /// Stable identifier.
        slug -> Text,
        /// Usual Chinese name, or the brand where there is none.
        name -> Text,
        /// Usual English name; null = unknown.
        name_en -> Nullable<Text>,
        /// Kind of employer; null = unknown.
        kind -> Nullable<CompanyKindType>,
        /// The company that this one is a subsidiary of; null = none known.
        parent_id -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Other names of companies. An alias may be shared by several companies; it is then ambiguous and never chosen silently.
    company_aliases (company_id, alias_key) {
        /// The company so called.
        company_id -> Integer,
        /// The alias as it is compared: NFKC, case folded, in simplified characters, without white space and what is invisible.
        alias_key -> Text,
        /// The alias as people write it.
        alias -> Text,
        /// True for a name that the company has given up.
        former -> Bool,
        /// True where the same key is a name or alias of another company too.
        ambiguous -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{CurationActionType};

    /// What people put right in reference data, in order; laid over the seed whenever that is loaded.
    curations (id) {
        /// The order in which they were made.
        id -> BigInt,
        /// The seed file of the entry's table.
        file -> Text,
        /// The entry.
        slug -> Text,
        /// What was done with it.
        action -> CurationActionType,
        /// The attribute that was set; null for other actions.
        attribute -> Nullable<Text>,
        /// The value that was set, by slug where it is another entry, null = unknown; the alias; the slug of the entry that it was merged into.
        argument -> Nullable<Text>,
        /// When.
        made_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The version of all data, in one row.
    dataset (singleton) {
        /// Always true: there is one row.
        singleton -> Bool,
        /// Raised in the same transaction as any change of data.
        version -> BigInt,
        /// The version at which reference data last changed.
        catalog_version -> BigInt,
        /// When data last changed (start of the transaction).
        changed_at -> Timestamptz,
        /// SHA-256 of the seed files that were loaded last; null = none.
        seed_sha256 -> Nullable<Text>,
        /// The version at which cases were last removed: what was read before is to be read anew.
        reread_version -> BigInt,
        /// When somebody last took the rows that were there for all that there should be; null = never.
        accepted_at -> Nullable<Timestamptz>,
        /// The history that the version is of: current_lineage() of the server that wrote it.
        lineage -> Text,
        /// The number of the seed that was loaded last, which goes up with each change of it; null = none is known.
        seed_serial -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Cases that were erased for good, so that the files that they came by do not bring them back; nothing of what they said is here.
    erased_cases (source_id, key_hash) {
        /// The source that the case was of.
        source_id -> Integer,
        /// SHA-256 of its key in that source, in hexadecimal.
        key_hash -> Text,
        /// What offer_cases.content_hash was, now and earlier.
        content_hashes -> Array<Text>,
        /// When it was erased.
        erased_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{GuideKindType};

    /// Guidance for readers: tracks, stages, criteria, interview checks, advice, remarks, caveats.
    guide_entries (id) {
        /// Internal number, differs between databases.
        id -> Integer,
        /// What the entry is.
        kind -> GuideKindType,
        /// Stable identifier.
        slug -> Text,
        /// Place among the entries of its kind, from 1.
        position -> SmallInt,
        /// Title in Chinese.
        title -> Text,
        /// Title in English.
        title_en -> Text,
        /// What it covers, or how to recognise it, in Chinese.
        description -> Text,
        /// What it covers, or how to recognise it, in English.
        description_en -> Text,
        /// What it asks for, or what to do next, in Chinese; null = nothing said.
        advice -> Nullable<Text>,
        /// What it asks for, or what to do next, in English; null = nothing said.
        advice_en -> Nullable<Text>,
        /// Where the facts come from.
        source_id -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Every import that was committed, with its report.
    imports (id) {
        /// Number in order of import.
        id -> BigInt,
        /// The source that the file was imported as.
        source_id -> Integer,
        /// Name of the file, without its folder.
        file_name -> Text,
        /// SHA-256 of the file's bytes, in hexadecimal.
        sha256 -> Text,
        /// When the import was committed (start of its transaction).
        finished_at -> Timestamptz,
        /// Rows of the table in the file, header excluded.
        rows_read -> BigInt,
        /// Rows that made a new case.
        created -> BigInt,
        /// Rows that changed a case.
        updated -> BigInt,
        /// Rows that were there already as they are.
        unchanged -> BigInt,
        /// Rows that were not imported; the report says why.
        rejected -> BigInt,
        /// Cases of the source that the file no longer has, where pruning was asked for.
        retired -> BigInt,
        /// The whole report: rejected rows, remarks, new names.
        report -> Jsonb,
        /// The import that this one took back; null = it brought a file.
        reverts -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Other names of majors.
    major_aliases (major_id, alias_key) {
        /// The major so called.
        major_id -> Integer,
        /// The alias as it is compared: NFKC, case folded, in simplified characters, without white space and what is invisible.
        alias_key -> Text,
        /// The alias as people write it.
        alias -> Text,
        /// True where the same key is a name or alias of another major too.
        ambiguous -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{MajorLevelType};

    /// Fields of study as a tree: disciplines, their classes, their majors; and broad labels that stand alone.
    majors (id) {
        /// Internal number, differs between databases.
        id -> Integer,
        /// Stable identifier.
        slug -> Text,
        /// Code in the Ministry of Education's undergraduate catalogue; null = not in it.
        code -> Nullable<Text>,
        /// Depth in the tree, or broad.
        level -> MajorLevelType,
        /// The class of a major, the discipline of a class.
        parent_id -> Nullable<Integer>,
        /// Chinese name.
        name -> Text,
        /// English name; null = unknown.
        name_en -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Earlier states of cases: nothing is lost by an import or an edit.
    offer_case_revisions (case_id, revision) {
        /// The case.
        case_id -> Uuid,
        /// The revision that was replaced.
        revision -> Integer,
        /// When it was replaced.
        replaced_at -> Timestamptz,
        /// The import that replaced it; null = another way.
        replaced_by_import_id -> Nullable<BigInt>,
        /// The whole earlier row.
        earlier -> Jsonb,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// One row is one offer that one person got. Null always means unknown (or, for tiers, no such degree); nothing is guessed.
    offer_cases (id) {
        /// Stable identifier, derived from source and row: the same on any machine.
        id -> Uuid,
        /// Where the case comes from; only with `include=source`.
        source_id -> Integer,
        /// When the case was taken out; null = in use. Retired cases are kept, and are out of every query.
        retired_at -> Nullable<Timestamptz>,
        /// Goes up in the order in which cases are committed; differs between databases.
        ordinal -> BigInt,
        /// The version of the data at which the case last changed; null = not since it was stored.
        changed_in -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Other names of provinces.
    province_aliases (province_id, alias_key) {
        /// The province so called.
        province_id -> Integer,
        /// The alias as it is compared: NFKC, case folded, white space removed.
        alias_key -> Text,
        /// The alias as people write it.
        alias -> Text,
        /// True where the same key is a name or alias of another province too.
        ambiguous -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Provinces, regions and municipalities of China; for cities elsewhere their country.
    provinces (id) {
        /// Internal number, differs between databases.
        id -> Integer,
        /// Stable identifier.
        slug -> Text,
        /// Chinese name, without 省.
        name -> Text,
        /// English name.
        name_en -> Text,
        /// Country or region, ISO 3166-1 alpha-2.
        country -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Other titles of roles.
    role_aliases (role_id, alias_key) {
        /// The role so called.
        role_id -> Integer,
        /// The alias as it is compared: NFKC, case folded, in simplified characters, without white space and what is invisible.
        alias_key -> Text,
        /// The alias as people write it.
        alias -> Text,
        /// True where the same key is a name or alias of another role too.
        ambiguous -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{RoleFamilyType};

    /// Posts that offers are made for.
    roles (id) {
        /// Internal number, differs between databases.
        id -> Integer,
        /// Stable identifier.
        slug -> Text,
        /// Usual Chinese title.
        name -> Text,
        /// Usual English title; null = unknown.
        name_en -> Nullable<Text>,
        /// Family of work; null = the title tells none.
        family -> Nullable<RoleFamilyType>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// How many rows each table of data has, and a sum over what tells them apart, as changes left them.
    row_sums (table_name) {
        /// The table.
        table_name -> Text,
        /// The SQL of a number made of a row: of its key, and of its revision where it has one.
        hash -> Text,
        /// How many rows there are.
        row_count -> BigInt,
        /// The sum of the numbers of all rows.
        checksum -> Numeric,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Other names of schools.
    school_aliases (school_id, alias_key) {
        /// The school so called.
        school_id -> Integer,
        /// The alias as it is compared: NFKC, case folded, in simplified characters, without white space and what is invisible.
        alias_key -> Text,
        /// The alias as people write it.
        alias -> Text,
        /// True where the same key is a name or alias of another school too.
        ambiguous -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Other names of school tiers.
    school_tier_aliases (school_tier_id, alias_key) {
        /// The tier so called.
        school_tier_id -> SmallInt,
        /// The alias as it is compared: NFKC, case folded, in simplified characters, without white space and what is invisible.
        alias_key -> Text,
        /// The alias as people write it.
        alias -> Text,
        /// True where the same key is a name or alias of another tier too.
        ambiguous -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Tiers of schools as Chinese employers and applicants name them. The set is fixed here, since the school_tier of a case is computed from it; names come from the seed.
    school_tiers (id) {
        /// Fixed number, the same in every database.
        id -> SmallInt,
        /// Stable identifier.
        slug -> Text,
        /// Order for lists and for the distance between tiers; 1 comes first.
        rank -> SmallInt,
        /// Chinese name.
        name -> Text,
        /// English name.
        name_en -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Universities and colleges.
    schools (id) {
        /// Internal number, differs between databases.
        id -> Integer,
        /// Stable identifier.
        slug -> Text,
        /// Chinese name.
        name -> Text,
        /// English name; null = unknown.
        name_en -> Nullable<Text>,
        /// Country or region, ISO 3166-1 alpha-2.
        country -> Text,
        /// Province or state; null = unknown or none.
        province -> Nullable<Text>,
        /// City; null = unknown.
        city -> Nullable<Text>,
        /// The highest tier that the school belongs to.
        school_tier_id -> SmallInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What the seed files had when they were loaded last, and what was taken out of them since and is still pointed at.
    seed_entries (file, slug) {
        /// Path of the file below the folder of the seed.
        file -> Text,
        /// Slug of a row of the file; for a file of cases that of its source.
        slug -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{SourceKindType, SourceVisibilityType};

    /// Where cases come from.
    sources (id) {
        /// Internal number, differs between databases.
        id -> Integer,
        /// Stable identifier; case ids derive from it.
        slug -> Text,
        /// Title in Chinese.
        title -> Text,
        /// Title in English; null = none.
        title_en -> Nullable<Text>,
        /// Where it was published; null = unknown or not public.
        url -> Nullable<Text>,
        /// What kind of source it is.
        kind -> SourceKindType,
        /// Licence of the data; null = unknown.
        licence -> Nullable<Text>,
        /// What a reader must know about it, in Chinese.
        note -> Nullable<Text>,
        /// What a reader must know about it, in English.
        note_en -> Nullable<Text>,
        /// Groups with fewer cases of this source are shown together in statistics; of a closed source so many cases at least are alike.
        min_group_size -> Integer,
        /// Whether its cases are shown, or stand in statistics alone, each without what too few of them have in common.
        visibility -> SourceVisibilityType,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The controlled list of tags.
    tags (id) {
        /// Internal number, differs between databases.
        id -> Integer,
        /// Stable identifier; what offer_cases.tags holds.
        slug -> Text,
        /// Chinese name.
        name -> Text,
        /// English name.
        name_en -> Text,
        /// What the tag says of a case, in Chinese.
        meaning -> Text,
        /// What the tag says of a case, in English.
        meaning_en -> Text,
        /// Words of a summary from which an import derives the tag.
        keywords -> Array<Text>,
    }
}
