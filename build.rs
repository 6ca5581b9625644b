//! Files that are carried inside the program: a change in them builds it anew.

fn main() {
    for folder in ["migrations", "seed"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
