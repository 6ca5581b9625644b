use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::{Input, open, options, xlsx};

/// Each file with some bytes changed, cut off or doubled is read or refused, and always ends.
#[test]
fn files_made_wrong_by_chance_are_read_or_refused() {
    const TRIES: u64 = 300;
    let workbook = xlsx::plain(&[&["公司", "岗位"], &["百度", "产品"], &["58", "360"]]);
    let files: [(&str, &[u8]); 5] = [
        ("a.csv", "公司,岗位,备注\n百度,\"产\"\"品\n\",x\n58,360,'=a\n".as_bytes()),
        ("a.json", r#"{"items": [{"公司": "a", "岗位": {"slug": "b"}, "x": [1]}], "n": 1}"#.as_bytes()),
        ("a.ndjson", "{\"公司\": \"a\", \"岗位\": null}\n{\"公司\": 1e3}\n".as_bytes()),
        ("a.md", "|公司|岗位|\n|--|--|\n|a|b\\|c|\n".as_bytes()),
        ("a.xlsx", &workbook),
    ];
    for (name, bytes) in files {
        for seed in 0..TRIES {
            let changed = changed(bytes, &mut StdRng::seed_from_u64(seed));
            if let Ok(reading) = open(name, &Input::Bytes(changed.into()), &options(), None) {
                assert!(reading.rows.count() < 100, "{name}, seed {seed}");
            }
        }
    }
}

fn changed(bytes: &[u8], random: &mut StdRng) -> Vec<u8> {
    const WORDS: &[&[u8]] =
        &[b"\"", b"\n", b"\r", b"\0", b",", b"{", b"]", b"}", b"|", b"\xff", b"\xfe\xff", b"<", b"9999999"];
    let mut bytes = bytes.to_vec();
    for _ in 0..random.random_range(1..4) {
        let place = random.random_range(0..bytes.len());
        match random.random_range(0..5) {
            0 => bytes[place] = random.random(),
            1 => bytes.truncate(place.max(1)),
            2 => drop(bytes.remove(place)),
            3 => bytes.extend_from_within(place..),
            _ => {
                let word = WORDS[random.random_range(0..WORDS.len())];
                bytes.splice(place..place, word.iter().copied());
            }
        }
        if bytes.is_empty() {
            bytes.push(b'x');
        }
    }
    bytes
}
