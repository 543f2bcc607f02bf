//! The nodes that contributions name, each stored once.

use std::collections::HashMap;

/// What tells nodes apart: two services of one name and different types are two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeKey(pub(super) u32);

/// Name, type and account of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName<'a> {
    /// The name.
    pub name: &'a str,
    /// The type, where it has one.
    pub kind: Option<&'a str>,
    /// The account, where it is known.
    pub account_id: Option<&'a str>,
}

/// The nodes that contributions name.
///
/// Contributions hold numbers and not names, so that a million of them stay small; whoever keeps
/// contributions keeps the `Names` that they were made with. Names are never forgotten.
#[derive(Debug, Clone, Default)]
pub struct Names {
    words: Vec<Box<str>>,
    by_word: HashMap<Box<str>, u32>,
    nodes: Vec<Triple>,
    by_triple: HashMap<Triple, NodeKey>,
}

type Triple = (u32, Option<u32>, Option<u32>);

impl Names {
    /// How many nodes are named.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What a key stands for.
    pub fn name(&self, key: NodeKey) -> Option<NodeName<'_>> {
        let (name, kind, account) = *self.nodes.get(key.0 as usize)?;
        let word = |number: u32| self.words.get(number as usize).map(|word| &**word);
        Some(NodeName {
            name: word(name)?,
            kind: kind.and_then(word),
            account_id: account.and_then(word),
        })
    }

    /// The key of a node.
    pub(super) fn key(&mut self, name: NodeName<'_>) -> NodeKey {
        let triple = (
            self.word(name.name),
            name.kind.map(|kind| self.word(kind)),
            name.account_id.map(|account| self.word(account)),
        );
        let next = NodeKey(number(self.nodes.len()));
        let key = *self.by_triple.entry(triple).or_insert(next);
        if key == next {
            self.nodes.push(triple);
        }
        key
    }

    fn word(&mut self, word: &str) -> u32 {
        if let Some(number) = self.by_word.get(word) {
            return *number;
        }
        let next = number(self.words.len());
        self.words.push(word.into());
        self.by_word.insert(word.into(), next);
        next
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).expect("memory ends before four thousand million names")
}
