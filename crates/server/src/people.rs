//! Who is in the emulated network.

use wagon_sandbox::Sandbox;

/// Its phones, a line each, for the person at the terminal.
pub(crate) fn lines(sandbox: &Sandbox) -> Vec<String> {
    let people = sandbox.people();
    let heading = (!people.is_empty()).then(|| "Who is there:".to_owned());
    let lines = people.iter().map(|person| {
        let name = person.name.as_deref().unwrap_or("-");
        format!("  {:<12} {name:<14} {}", person.number, person.does)
    });
    heading.into_iter().chain(lines).collect()
}
