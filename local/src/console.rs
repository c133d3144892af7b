//! What the city says on the terminal: answers on standard output, complaints on standard error.

/// A line for the person who started the city.
#[expect(clippy::print_stdout, reason = "this is the terminal of the city")]
pub fn say(line: &str) {
    println!("{line}");
}

/// A line about something that went wrong.
pub fn complain(line: &str) {
    eprintln!("{line}");
}
