//! Writes the sample letters, of which `tests/documents/oracle.py` makes sure with software of others:
//!
//!     cargo run -p document --example letters -- FOLDER
//!
//! Beside each PDF stands `NAME.txt`: the texts of the letter in reading order, one a line, as they are
//! meant to be read.

#![expect(clippy::print_stdout, reason = "a program that is run by hand")]

use std::error::Error;
use std::path::PathBuf;

#[path = "../tests/samples/mod.rs"]
mod samples;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    let fonts = document::Fonts::shipped()?;
    let verification = samples::verification();
    for (name, letter) in samples::all()? {
        let pdf = document::render(&letter, &verification, &fonts)?;
        std::fs::write(folder.join(name).with_extension("pdf"), &pdf)?;
        let paragraphs = document::content::paragraphs(&letter, &verification);
        let texts: Vec<String> =
            paragraphs.iter().map(|paragraph| format!("{}{}", paragraph.label, paragraph.text)).collect();
        std::fs::write(folder.join(name).with_extension("txt"), texts.join("\n"))?;
        println!("{name}: {} bytes", pdf.len());
    }
    Ok(())
}
