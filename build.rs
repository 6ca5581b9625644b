//! Files that are carried inside the program: a change in them builds it anew.

fn main() {
    for folder in ["migrations", "openapi/examples", "seed"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
