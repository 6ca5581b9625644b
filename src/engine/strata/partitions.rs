//! The strata that the values of some of the fields make, as sums of what is counted by all of them.

use super::super::histogram::PayGroups;
use super::super::tally::{Key, Spread};
use super::{Counting, Part, Side, Stratum};

/// The strata of a partition, and where their pay is.
pub(super) struct Slots {
    /// By combination, the stratum.
    strata: Vec<usize>,
    keys: Vec<Vec<Key>>,
    /// The slot of the first group of the first stratum.
    start: usize,
}

/// Where the pay of all partitions is.
pub(super) struct AllSlots {
    /// Those that differ.
    different: Vec<Slots>,
    /// Of each partition, which of these it is.
    places: Vec<usize>,
    pub(super) groups: PayGroups,
}

impl AllSlots {
    /// The slots of each partition.
    pub(super) fn partitions(&self) -> impl Iterator<Item = &Slots> {
        self.places.iter().map(|place| &self.different[*place])
    }
}

impl Slots {
    /// The slot of a cell: that of its group in its stratum.
    fn of(&self, cell: usize) -> usize {
        self.start + self.strata[cell / 2] * 2 + cell % 2
    }
}

impl Counting {
    /// The strata of each partition with the slots of their pay.
    pub(super) fn slots(&self, partitions: &[Vec<usize>], paid: &[u32]) -> AllSlots {
        let mut end = 1;
        let mut strata = |fields: &Vec<usize>| {
            let slots = self.strata_of(fields, end);
            end += slots.keys.len() * 2;
            slots
        };
        // What is counted twice alike is counted once, such as all cases where nothing is adjusted.
        let first_alike = |partition: &Vec<usize>| partitions.iter().position(|other| other == partition);
        let firsts: Vec<Option<usize>> = partitions.iter().map(first_alike).collect();
        let is_first = |place: &usize| firsts[*place] == Some(*place);
        let kept: Vec<usize> = (0..partitions.len()).filter(is_first).collect();
        let places = firsts.iter().flatten().filter_map(|first| kept.binary_search(first).ok()).collect();
        let different: Vec<Slots> = kept.iter().map(|place| strata(&partitions[*place])).collect();
        let mut groups = PayGroups::new(self.combinations * 2, end, different.len());
        for (cell, figures) in paid.iter().enumerate().filter(|(_, figures)| **figures > 0) {
            for (index, slots) in different.iter().enumerate() {
                groups.set(cell, index, slots.of(cell), *figures as usize);
            }
        }
        AllSlots { different, places, groups }
    }

    /// The strata of these fields: a combination of their values each.
    fn strata_of(&self, fields: &[usize], start: usize) -> Slots {
        let sizes: Vec<usize> = self.strata.iter().map(|grouping| grouping.keys.len()).collect();
        let value_of = |combination: usize, field: usize| {
            combination / sizes[field + 1..].iter().product::<usize>() % sizes[field]
        };
        let number = |combination: usize| {
            fields.iter().fold(0, |number, field| number * sizes[*field] + value_of(combination, *field))
        };
        let strata: Vec<usize> = (0..self.combinations).map(number).collect();
        let mut keys = vec![Vec::new(); fields.iter().map(|field| sizes[*field]).product()];
        for (combination, stratum) in strata.iter().enumerate() {
            let key = |field: &usize| self.strata[*field].keys[value_of(combination, *field)].clone();
            if keys[*stratum].is_empty() {
                keys[*stratum] = fields.iter().map(key).collect();
            }
        }
        Slots { strata, keys, start }
    }

    /// The strata of a partition in which there are cases.
    pub(super) fn strata(&self, slots: &Slots, sum: &Part, spreads: &[Option<Spread>]) -> Vec<Stratum> {
        let width = self.width();
        let nothing = |keys: &Vec<Key>| Stratum {
            keys: keys.clone(),
            sides: [(); 2].map(|()| Side { columns: vec![0; width], ..Side::default() }),
        };
        let mut strata: Vec<Stratum> = slots.keys.iter().map(nothing).collect();
        for cell in (0..sum.cases.len()).filter(|cell| sum.cases[*cell] > 0) {
            let side = &mut strata[slots.strata[cell / 2]].sides[cell % 2];
            side.cases += u64::from(sum.cases[cell]);
            side.paid += u64::from(sum.paid[cell]);
            let columns = &sum.columns[cell * width..][..width];
            side.columns.iter_mut().zip(columns).for_each(|(cases, more)| *cases += u64::from(*more));
            side.spread = spreads.get(slots.of(cell)).copied().flatten();
        }
        strata.retain(|stratum| stratum.sides.iter().any(|side| side.cases > 0));
        strata
    }
}
