//! Where a post is, as far as its currency has to do with it.

/// What is known of the place of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Place {
    /// The row says none, or that it may be anywhere.
    #[default]
    Unsaid,
    /// It is in this country, by ISO 3166-1 alpha-2.
    In([u8; 2]),
    /// It may be in several countries.
    Several,
    /// It is said, and nobody knows where that is.
    Strange,
}

impl Place {
    /// The mainland.
    pub const MAINLAND: Self = Self::In(*b"CN");

    /// That of the countries that a text names.
    pub fn of_countries<'a>(countries: impl IntoIterator<Item = &'a str>) -> Self {
        let mut place = Self::Unsaid;
        for country in countries {
            let Ok(country) = <[u8; 2]>::try_from(country.as_bytes()) else { return Self::Strange };
            match place {
                Self::Unsaid => place = Self::In(country),
                Self::In(other) if other == country => {}
                _ => return Self::Several,
            }
        }
        place
    }
}
