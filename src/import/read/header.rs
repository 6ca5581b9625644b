//! What the columns of a table mean, told by their headers in Chinese or English.

use super::{ReadError, Table};
use crate::catalog::name::name_key;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Who made the offer.
    Company,
    /// For which post.
    Role,
    /// Which of the two kinds of post.
    RoleTrack,
    /// What was studied.
    Major,
    /// School tier and degree in one label.
    Education,
    /// The school of the highest degree.
    School,
    /// The school of the bachelor's degree.
    BachelorSchool,
    /// City of the post.
    City,
    /// What is paid.
    Pay,
    /// When the offer was made.
    Date,
    /// How the offer came about.
    OfferChannel,
    /// How many interviews there were.
    InterviewRounds,
    /// How long the preparation took.
    Preparation,
    /// Tags of the controlled list.
    Tags,
    /// What the source says in words.
    Summary,
    /// What identifies the row.
    Key,
}

/// Headers by what they mean; compared as names are.
const HEADERS: &[(Column, &[&str])] = &[
    (Column::Company, &["公司", "公司名称", "名称", "企业", "单位", "company", "employer"]),
    (Column::Role, &["岗位", "offer类型", "职位", "岗位名称", "role", "position", "job", "title", "job title"]),
    (Column::Major, &["专业", "专业方向", "所学专业", "major", "field of study"]),
    (Column::Education, &["院校/学历", "学历", "学历/院校", "教育", "教育背景", "education", "degree"]),
    (Column::RoleTrack, &["岗位方向", "role track"]),
    (Column::School, &["学校", "school"]),
    (Column::BachelorSchool, &["本科学校", "bachelor school"]),
    (Column::City, &["城市", "city"]),
    (Column::Pay, &["薪资", "pay"]),
    (Column::Date, &["日期", "date"]),
    (Column::OfferChannel, &["渠道", "offer channel"]),
    (Column::InterviewRounds, &["面试轮数", "interview rounds"]),
    (Column::Preparation, &["准备时间", "preparation"]),
    (Column::Tags, &["标签", "tags"]),
    (Column::Summary, &["特点总结", "备注", "总结", "特点", "说明", "summary", "notes", "note", "remark", "comment"]),
    (Column::Key, &["编号", "序号", "id", "key", "no", "no."]),
];

impl Column {
    /// What it is called in messages.
    pub fn what(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Role => "role",
            Self::RoleTrack => "role track",
            Self::Major => "major",
            Self::Education => "education",
            Self::School => "school",
            Self::BachelorSchool => "bachelor's school",
            Self::City => "city",
            Self::Pay => "pay",
            Self::Date => "date",
            Self::OfferChannel => "offer channel",
            Self::InterviewRounds => "interview rounds",
            Self::Preparation => "preparation",
            Self::Tags => "tags",
            Self::Summary => "summary",
            Self::Key => "key",
        }
    }
}

/// Where in a table each kind of cell stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    places: Vec<(Column, usize)>,
    /// Headers that nothing takes; their cells stay in the raw row.
    pub untaken: Vec<String>,
}

impl Columns {
    /// Finds the columns of a table.
    ///
    /// # Errors
    /// Where company or role is missing, or two columns mean the same.
    pub fn find(table: &Table) -> Result<Self, ReadError> {
        let mut places: Vec<(Column, usize)> = Vec::new();
        let mut untaken = Vec::new();
        for (place, header) in table.header.iter().enumerate() {
            let key = name_key(header);
            let meaning = HEADERS
                .iter()
                .find(|(_, names)| names.iter().any(|name| name_key(name) == key))
                .map(|(column, _)| *column);
            let Some(column) = meaning else {
                untaken.push(header.clone());
                continue;
            };
            if let Some((_, other)) = places.iter().find(|(other, _)| *other == column) {
                let (first, second) = (table.header[*other].clone(), header.clone());
                return Err(ReadError::ColumnTwice(first, second, column.what()));
            }
            places.push((column, place));
        }
        for needed in [Column::Company, Column::Role] {
            if !places.iter().any(|(column, _)| *column == needed) {
                return Err(ReadError::MissingColumn(needed.what(), table.header.join(", ")));
            }
        }
        Ok(Self { places, untaken })
    }

    /// The cell of this kind in a row; `None` where the column is missing or the cell is empty.
    pub fn cell<'a>(&self, row: &'a [String], column: Column) -> Option<&'a str> {
        let (_, place) = self.places.iter().find(|(other, _)| *other == column)?;
        row.get(*place).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The header of this kind, as it stands in the file.
    pub fn header<'a>(&self, header: &'a [String], column: Column) -> &'a str {
        let place = self.places.iter().find(|(other, _)| *other == column).map(|(_, place)| *place);
        place.and_then(|place| header.get(place)).map_or("", String::as_str)
    }
}
