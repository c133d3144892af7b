//! What one letter costs: `cargo bench -p document --bench letter`.

#![expect(clippy::expect_used, reason = "a sample that cannot be made has no time")]

use divan::{Bencher, black_box};
use document::{Fonts, render};

#[path = "../tests/samples/mod.rs"]
mod samples;

fn main() {
    divan::main();
}

/// The shipped fonts read, once per process.
#[divan::bench]
fn fonts() -> usize {
    Fonts::shipped().map_or(0, |fonts| fonts.missing(std::iter::once(&"臺".to_owned())).len())
}

#[divan::bench(args = ["refusal", "permission", "correction", "long", "certificate"])]
fn letter(bencher: Bencher, name: &str) {
    let fonts = Fonts::shipped().expect("shipped fonts");
    let verification = samples::verification();
    let samples = samples::all().expect("samples");
    let (_, letter) = samples.iter().find(|(known, _)| *known == name).expect("a sample of that name");
    bencher.bench(|| render(black_box(letter), &verification, &fonts));
}
