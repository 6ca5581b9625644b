//! Cases for tests: only what a test is about is said.

use super::TestDatabase;

/// A case under construction. Needs a seeded database: names are slugs of the seed.
#[derive(Debug, Clone)]
pub struct CaseBuilder {
    key: String,
    company: String,
    role: String,
    source: String,
    columns: Vec<(&'static str, String)>,
}

impl CaseBuilder {
    /// A case of a company; `key` tells cases of one test apart.
    pub fn new(key: &str, company: &str) -> Self {
        let source = "(select id from sources where slug = 'llm-product-article')".to_owned();
        Self {
            key: key.to_owned(),
            company: company.to_owned(),
            role: "llm-product".to_owned(),
            source,
            columns: Vec::new(),
        }
    }

    /// Sets a column to an SQL expression.
    pub fn with(mut self, column: &'static str, expression: impl Into<String>) -> Self {
        self.columns.push((column, expression.into()));
        self
    }

    /// Says nothing of some columns any more.
    pub fn forget(&mut self, is_forgotten: impl Fn(&str) -> bool) {
        self.columns.retain(|(column, _)| !is_forgotten(column));
    }

    /// Sets the city, by its Chinese name.
    pub fn with_city(self, name: &str) -> Self {
        self.with("city_id", format!("(select id from cities where name = '{name}')"))
    }

    /// Sets the role, by slug.
    pub fn with_role(mut self, role: &str) -> Self {
        role.clone_into(&mut self.role);
        self
    }

    /// Sets the source, an SQL expression of its id.
    pub fn with_source(mut self, source: &str) -> Self {
        source.clone_into(&mut self.source);
        self
    }

    /// Stores the case.
    pub async fn store(&self, database: &TestDatabase) {
        let is_set = |name: &str| self.columns.iter().any(|(column, _)| *column == name);
        let has_pay = self.columns.iter().any(|(column, _)| column.starts_with("pay_"));
        // Figures need a currency; a test that is not about it says none.
        let currency = (has_pay && !is_set("pay_currency")).then(|| ("pay_currency", "'CNY'".to_owned()));
        let raw = (!is_set("raw")).then(|| ("raw", "'{}'".to_owned()));
        let columns: Vec<_> = self.columns.iter().cloned().chain(currency).chain(raw).collect();
        let names: String = columns.iter().map(|(column, _)| format!(", {column}")).collect();
        let values: String = columns.iter().map(|(_, value)| format!(", {value}")).collect();
        database
            .execute(&format!(
                "insert into offer_cases (id, company_id, role_id, source_id, source_key{names})
                 select gen_random_uuid(), companies.id, (select id from roles where slug = '{}'),
                     {}, '{}'{values}
                 from companies where slug = '{}'",
                self.role, self.source, self.key, self.company
            ))
            .await;
    }
}
