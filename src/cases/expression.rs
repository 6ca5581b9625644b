//! What the expressions have in common that are made for one request.

/// An expression on `offer_cases` whose text differs from query to query.
macro_rules! dynamic_expression {
    ($type:ident, $sql_type:ty) => {
        impl diesel::expression::Expression for $type<'_> {
            type SqlType = $sql_type;
        }
        impl diesel::expression::AppearsOnTable<crate::database::schema::offer_cases::table> for $type<'_> {}
        impl diesel::expression::SelectableExpression<crate::database::schema::offer_cases::table> for $type<'_> {}
        impl diesel::expression::ValidGrouping<()> for $type<'_> {
            type IsAggregate = diesel::expression::is_aggregate::Never;
        }
        impl diesel::query_builder::QueryId for $type<'_> {
            // Statements are cached by their text.
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
}
pub(super) use dynamic_expression;
