//! Tells Cargo what is put into the binary beside the source, so that a new file there means a new build.

#![allow(clippy::print_stdout)]

fn main() {
    for folder in ["migrations", "static", "templates"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
