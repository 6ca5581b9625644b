//! A run of cases, column by column.

use std::num::NonZeroU32;

use chrono::NaiveDate;

/// Cases of a full chunk. A change copies one chunk, about a megabyte.
pub const CHUNK_CASES: usize = 1 << 14;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(NonZeroU32);

impl Place {
    /// A row of a chunk.
    ///
    /// # Panics
    /// Beyond 2^32 cases, which the store does not let come about.
    pub fn new(chunk: usize, row: usize) -> Self {
        let place = u32::try_from(chunk * CHUNK_CASES + row + 1).ok().and_then(NonZeroU32::new);
        Self(place.unwrap_or_else(|| unreachable!("there are fewer than 2^32 cases")))
    }

    /// The chunk.
    pub fn chunk(self) -> usize {
        (self.0.get() as usize - 1) / CHUNK_CASES
    }

    /// The row within the chunk.
    pub fn row(self) -> usize {
        (self.0.get() as usize - 1) % CHUNK_CASES
    }
}

macro_rules! columns {
    ($($(#[doc = $description:literal])+ $name:ident: $type:ty,)+) => {
        /// One case, in codes.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct Row { $($(#[doc = $description])+ pub $name: $type,)+ }

        /// Cases, column by column; all columns are of the same length.
        #[derive(Debug)]
        pub struct Chunk {
            $($(#[doc = $description])+ pub $name: Vec<$type>,)+
            /// How many of them are retired.
            pub retired: usize,
        }

        impl Clone for Chunk {
            /// With the room of a full chunk, as all have: a case is added without moving the others again, and memory
            /// that was given back is just what the next copy asks for.
            fn clone(&self) -> Self {
                let mut copy = Self::empty();
                $(copy.$name.extend_from_slice(&self.$name);)+
                copy.retired = self.retired;
                copy
            }
        }

        impl Chunk {
            /// Bytes of one case.
            pub const BYTES_OF_A_CASE: usize = 0 $(+ size_of::<$type>())+;

            pub(super) fn empty() -> Self {
                Self { $($name: Vec::with_capacity(CHUNK_CASES),)+ retired: 0 }
            }

            pub(super) fn push(&mut self, row: &Row) {
                $(self.$name.push(row.$name);)+
                self.retired += usize::from(!row.is_in_use());
            }

            pub(super) fn set(&mut self, place: usize, row: &Row) {
                self.retired -= usize::from(self.flags[place] & IN_USE == 0);
                $(self.$name[place] = row.$name;)+
                self.retired += usize::from(!row.is_in_use());
            }
        }
    };
}

columns! {
    /// What tells cases apart in this database.
    ordinal: u32,
    /// The first eight bytes of the id: in the order of ids, and nearly always enough to tell them apart.
    id_start: u64,
    /// Code of the company.
    company: u32,
    /// Code of the role.
    role: u32,
    /// Code of the city; 0 = unknown.
    city: u32,
    /// Code of the set of tags; 0 = none.
    tags: u32,
    /// Code of the major; 0 = unknown.
    major: u16,
    /// Code of the school of the highest degree; 0 = unknown.
    school: u16,
    /// Code of the source.
    source: u16,
    /// Code of the year and month of the offer; 0 = unknown.
    month: u16,
    /// Days from 1 January 1970 to the date of the offer; [`NO_DATE`] = unknown.
    offered_on: i32,
    /// The ends of annual pay added up: twice its middle; 0 = unknown.
    pay_sum: u32,
    /// Number of interviews; 0 = unknown.
    interview_rounds: i16,
    /// Days of preparation; -1 = unknown.
    preparation_days: i16,
    /// Code of the currency of annual pay; 0 = annual pay is unknown.
    currency: u8,
    /// Number of the tier of the school of the highest degree; 0 = unknown, here and below.
    school_tier: u8,
    /// Number of the tier of the bachelor's school.
    bachelor_tier: u8,
    /// Number of the tier of the master's school.
    master_tier: u8,
    /// Number of the tier of the doctoral school.
    doctor_tier: u8,
    /// Highest degree: 1 and up in the order of its closed set, here and below.
    highest_degree: u8,
    /// Platform or application side.
    role_track: u8,
    /// How the offer came about.
    offer_channel: u8,
    /// What stands behind the case.
    verification: u8,
    /// How much of the date is known.
    offered_precision: u8,
    /// [`IN_USE`], [`HAS_CONFLICT`].
    flags: u8,
}

/// The value of `offered_on` without a date.
pub const NO_DATE: i32 = i32::MIN;
/// The case has not been retired.
pub const IN_USE: u8 = 1;
/// The source contradicts itself.
pub const HAS_CONFLICT: u8 = 2;
/// Tiers have numbers below this, which are fixed in the database.
pub const TIERS: usize = 11;

impl Row {
    /// Whether it has not been retired.
    pub fn is_in_use(&self) -> bool {
        self.flags & IN_USE != 0
    }
}

impl Chunk {
    /// Number of cases, retired ones too.
    pub fn len(&self) -> usize {
        self.flags.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// Whether all cases are of one source, as those of a large import are.
    pub fn has_one_source(&self) -> bool {
        self.source.first().is_some_and(|first| self.source.iter().all(|source| source == first))
    }
}

/// The day that is so many days after 1 January 1970.
pub fn date_of(days: i32) -> Option<NaiveDate> {
    if days == NO_DATE { None } else { NaiveDate::from_epoch_days(days) }
}
