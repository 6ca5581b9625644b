//! The closed sets of an offer case.

use crate::database::schema::sql_types::{
    DatePrecisionType, DegreeType, OfferChannelType, RoleTrackType, VerificationType,
};
use crate::model::closed_set::closed_set;

closed_set! {
    /// An academic degree, lowest first.
    pub enum Degree: DegreeType {
        /// 大专.
        Associate = "associate" ("大专", "Associate"),
        /// 本科.
        Bachelor = "bachelor" ("本科", "Bachelor"),
        /// 硕士.
        Master = "master" ("硕士", "Master"),
        /// 博士.
        Doctor = "doctor" ("博士", "Doctor"),
    }
}

closed_set! {
    /// The two kinds of post that the guide tells apart.
    pub enum RoleTrack: RoleTrackType {
        /// Training, inference, evaluation systems.
        Platform = "platform" ("底层/平台/算法侧", "Platform side"),
        /// Scenarios built on models.
        Application = "application" ("应用层/落地场景", "Application side"),
    }
}

closed_set! {
    /// How the offer came about.
    pub enum OfferChannel: OfferChannelType {
        /// Campus recruiting.
        Campus = "campus" ("校招", "Campus recruiting"),
        /// Conversion of an internship into a post.
        InternConversion = "intern_conversion" ("实习转正", "Intern conversion"),
        /// Experienced hire.
        Experienced = "experienced" ("社招", "Experienced hire"),
        /// An offer of an internship.
        Internship = "internship" ("实习", "Internship"),
    }
}

closed_set! {
    /// How much of a date is known; the rest of it is 1.
    pub enum DatePrecision: DatePrecisionType {
        /// The day.
        Day = "day" ("日", "Day"),
        /// The month.
        Month = "month" ("月", "Month"),
        /// The year.
        Year = "year" ("年", "Year"),
    }
}

closed_set! {
    /// What stands behind a case, weakest first.
    pub enum Verification: VerificationType {
        /// Nothing.
        None = "none" ("未核实", "None"),
        /// The person's own word.
        SelfReported = "self_reported" ("本人自述", "Self-reported"),
        /// The source published it under its name.
        SourcePublished = "source_published" ("来源公开发布", "Published by the source"),
        /// A document was seen.
        Document = "document" ("见过凭证", "Document seen"),
    }
}
