//! The table of entities: what is known of each, and how it is shown.

use super::super::closed_sets::{CompanyKind, MajorLevel, RoleFamily, SourceKind, Visibility};
use super::forms::Forms;
use super::{Aliases, Attribute, AttributeKind, Definition, Entity, Listing, Table};
use crate::model::closed_set::ClosedSet;

/// What a list in pages is.
macro_rules! in_pages {
    ($plural:literal) => {
        concat!(
            "All ",
            $plural,
            " that are known, with or without cases, by slug; in a search, what is called just so comes first."
        )
    };
}

pub(super) const DEFINITIONS: &[Definition; <Entity as ClosedSet>::ALL.len()] = &[
    Definition {
        table: Table {
            name: "companies",
            file: "companies.csv",
            attributes: &[
                Attribute::text("name", "Usual Chinese name, or the brand where there is none."),
                Attribute::text("name_en", "Usual English name.").nullable(),
                Attribute::member("kind", &CompanyKind::SET, "Kind of employer; null = unknown.")
                    .nullable()
                    .filtered("Kind of employer.", "unicorn"),
                Attribute::new(
                    "parent",
                    AttributeKind::Reference(Entity::Company, "parent_id"),
                    "The company that this one is a subsidiary of.",
                )
                .nullable()
                .called("上级公司", "Parent company"),
            ],
            aliases: Some(Aliases { of: "company", description: "Other names.", with_former: true }),
        },
        description: "An employer.",
        noun: "company",
        order_by: None,
        listing: Listing::Pages,
        list_description: in_pages!("companies"),
        get_description: "A company by its slug, with its other names.",
        case_count: "Number of cases.",
        example: "baidu",
        forms: &Forms::COMPANY,
    },
    Definition {
        table: Table {
            name: "roles",
            file: "roles.csv",
            attributes: &[
                Attribute::text("name", "Usual Chinese title."),
                Attribute::text("name_en", "Usual English title.").nullable(),
                Attribute::member("family", &RoleFamily::SET, "Family of work; null = the title tells none.")
                    .nullable()
                    .filtered("Family of work.", "product"),
            ],
            aliases: Some(Aliases { of: "role", description: "Other titles.", with_former: false }),
        },
        description: "A post.",
        noun: "role",
        order_by: None,
        listing: Listing::Pages,
        list_description: in_pages!("roles"),
        get_description: "A role by its slug, with its other titles.",
        case_count: "Number of cases.",
        example: "llm-product",
        forms: &Forms::ROLE,
    },
    Definition {
        table: Table {
            name: "majors",
            file: "majors.csv",
            attributes: &[
                Attribute::text("name", "Chinese name."),
                Attribute::text("name_en", "English name.").nullable(),
                Attribute::text(
                    "code",
                    "Code in the Ministry of Education's undergraduate catalogue; null = not in it.",
                )
                .nullable()
                .called("专业代码", "Code"),
                Attribute::member("level", &MajorLevel::SET, "Depth in the tree, or broad.").called("层级", "Level"),
                Attribute::new(
                    "parent",
                    AttributeKind::Reference(Entity::Major, "parent_id"),
                    "What it stands under; null = at the top.",
                )
                .nullable()
                .called("上级", "Stands under"),
            ],
            aliases: Some(Aliases { of: "major", description: "Other names.", with_former: false }),
        },
        description: "A field of study, with what stands under it.",
        noun: "major",
        // A parent comes before its children: 08, 0809, 080901. Broad labels have no code.
        order_by: Some("code"),
        listing: Listing::Tree,
        list_description: "The disciplines of the official catalogue by code, each with its classes and their majors, \
            then the broad\nlabels. The whole tree is one page.",
        get_description: "A discipline, class, major or broad label by its slug, with everything under it.",
        case_count: "Number of cases of just this.",
        example: "computer-science",
        forms: &Forms::MAJOR,
    },
    Definition {
        table: Table {
            name: "school_tiers",
            file: "school_tiers.csv",
            attributes: &[
                Attribute::text("name", "Chinese name."),
                Attribute::text("name_en", "English name."),
                Attribute::new("rank", AttributeKind::Rank, "Place in the order of tiers, from 1."),
            ],
            aliases: Some(Aliases { of: "school_tier", description: "Other names.", with_former: false }),
        },
        description: "A tier of schools.",
        noun: "tier",
        order_by: Some("rank"),
        listing: Listing::Whole,
        list_description: "All tiers by rank. They are labels as people use them: `211` is a 211 university that is \
            not a 985 one.",
        get_description: "A tier by its slug, with its other names.",
        case_count: "Number of cases whose highest degree is of this tier.",
        example: "985",
        forms: &Forms::NONE,
    },
    Definition {
        table: Table {
            name: "provinces",
            file: "provinces.csv",
            attributes: &[
                Attribute::text("name", "Chinese name, without `省`."),
                Attribute::text("name_en", "English name."),
                Attribute::text("country", "Country or region, ISO 3166-1 alpha-2."),
            ],
            aliases: Some(Aliases { of: "province", description: "Other names.", with_former: false }),
        },
        forms: &Forms::PROVINCE,
        description: "A province, region or municipality of China, or the country of a city elsewhere.",
        noun: "province",
        order_by: None,
        listing: Listing::Whole,
        list_description: "All provinces, regions and municipalities of China, and the countries of cities elsewhere, \
            by slug.",
        get_description: "A province or country by its slug, with its other names.",
        case_count: "Number of cases in its cities.",
        example: "guangdong",
    },
    Definition {
        table: Table {
            name: "cities",
            file: "cities.csv",
            attributes: &[
                Attribute::text("name", "Chinese name, without `市` where it is clear without it."),
                Attribute::text("name_en", "English name.").nullable(),
                Attribute::new(
                    "province",
                    AttributeKind::Reference(Entity::Province, "province_id"),
                    "The province, or the country of a city elsewhere; null = unknown.",
                )
                .nullable()
                .filtered("Province, or country of a city elsewhere: slug, name or alias.", "广东"),
            ],
            aliases: Some(Aliases { of: "city", description: "Other names.", with_former: false }),
        },
        forms: &Forms::NONE,
        description: "A city where there are jobs.",
        noun: "city",
        order_by: None,
        listing: Listing::Pages,
        list_description: in_pages!("cities"),
        get_description: "A city by its slug, with its other names.",
        case_count: "Number of cases.",
        example: "shenzhen",
    },
    Definition {
        table: Table {
            name: "schools",
            file: "schools.csv",
            attributes: &[
                Attribute::text("name", "Chinese name."),
                Attribute::text("name_en", "English name.").nullable(),
                Attribute::text("country", "Country or region, ISO 3166-1 alpha-2.")
                    .filtered("Country or region, ISO 3166-1 alpha-2.", "CN")
                    .called("国家或地区", "Country or region"),
                Attribute::text("province", "Province or state; null = unknown or none.")
                    .nullable()
                    .called("省份", "Province"),
                Attribute::text("city", "City; null = unknown.").nullable().called("城市", "City"),
                Attribute::new(
                    "tier",
                    AttributeKind::Reference(Entity::SchoolTier, "school_tier_id"),
                    "The highest tier that it belongs to.",
                )
                .filtered("Tier: slug, name or alias.", "985"),
            ],
            aliases: Some(Aliases { of: "school", description: "Other names.", with_former: false }),
        },
        description: "A university or college.",
        noun: "school",
        order_by: None,
        listing: Listing::Pages,
        list_description: in_pages!("schools"),
        get_description: "A school by its slug, with its other names.",
        case_count: "Number of cases whose highest degree is from it.",
        example: "zhejiang-university",
        forms: &Forms::SCHOOL,
    },
    Definition {
        table: Table {
            name: "tags",
            file: "tags.csv",
            attributes: &[
                Attribute::text("name", "Chinese name."),
                Attribute::text("name_en", "English name."),
                Attribute::text("meaning", "What it says of a case, in Chinese."),
                Attribute::text("meaning_en", "What it says of a case, in English."),
                Attribute::new("keywords", AttributeKind::Texts, "Words of a summary from which an import derives it."),
            ],
            aliases: None,
        },
        description: "A tag.",
        noun: "tag",
        order_by: None,
        listing: Listing::Whole,
        list_description: "All tags by slug, with what they mean and how an import derives them.",
        get_description: "A tag by its slug.",
        case_count: "Number of cases.",
        example: "career-switch",
        forms: &Forms::NONE,
    },
    Definition {
        table: Table {
            name: "sources",
            file: "sources.csv",
            attributes: &[
                Attribute::text("title", "Title in Chinese."),
                Attribute::text("title_en", "Title in English.").nullable(),
                Attribute::text("url", "Where it was published; null = unknown or not public.").nullable(),
                Attribute::member("kind", &SourceKind::SET, "What kind of source it is."),
                Attribute::text("licence", "Licence of the data; null = unknown.").nullable(),
                Attribute::text("note", "What a reader must know about it, in Chinese.").nullable(),
                Attribute::text("note_en", "What a reader must know about it, in English.").nullable(),
                Attribute::new(
                    "min_group_size",
                    AttributeKind::Integer,
                    "Groups with fewer cases of this source are not shown on their own in statistics and facets. Of a closed \
                     source so many cases at least, and never fewer than five, are alike in what statistics tell of them.",
                ),
                Attribute::member(
                    "visibility",
                    &Visibility::SET,
                    "Whether its cases are shown, or stand in statistics alone, each without what too few of them have in \
                     common.",
                )
                .or("open"),
            ],
            aliases: None,
        },
        description: "A source.",
        noun: "source",
        order_by: None,
        listing: Listing::Whole,
        list_description: "All sources by slug, with what a reader must know about each.",
        get_description: "A source by its slug.",
        case_count: "Number of cases.",
        example: "llm-product-article",
        forms: &Forms::NONE,
    },
];
