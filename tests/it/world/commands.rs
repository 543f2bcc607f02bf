//! Every command, as the help has it.

use std::sync::OnceLock;

use super::World;

/// A command, or what stands before several.
pub(crate) struct Command {
    /// Its words, without the program's name.
    pub(crate) words: String,
    /// Whether it does something by itself.
    pub(crate) runs: bool,
}

/// All of them, each before what is below it.
pub(crate) fn commands() -> &'static [Command] {
    static ALL: OnceLock<Vec<Command>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Vec::new();
        collect(&World::new(), "", &mut all);
        all
    })
}

fn collect(world: &World, words: &str, all: &mut Vec<Command>) {
    let help = world.run(&format!("{words} -h")).exits(0).stdout;
    let (_, usage) = help.split_once("Usage: ").expect("a usage line");
    let runs = usage
        .lines()
        .take_while(|line| !line.is_empty())
        .any(|line| !line.contains("<COMMAND>") || line.contains("-- <COMMAND>"));
    if !words.is_empty() {
        all.push(Command {
            words: words.to_owned(),
            runs,
        });
    }
    for name in below(&help) {
        collect(world, format!("{words} {name}").trim(), all);
    }
}

/// The names under `Commands:` in a help text.
fn below(help: &str) -> Vec<String> {
    let Some((_, rest)) = help.split_once("\nCommands:\n") else {
        return Vec::new();
    };
    rest.lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}
