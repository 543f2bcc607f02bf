//! The two AWS files on this machine, read as one.

use std::io::ErrorKind;
use std::path::PathBuf;

use super::candidates::{Candidates, Places};
use super::environment::Environment;
use super::origin::Origin;
use super::profile_file::{self, Broken, FileKind, Header, Property, Section};
use super::spelling;
use crate::error::{Error, Result};

/// The configuration and the credentials file.
pub(super) struct Profiles {
    pub(super) config: AwsFile,
    pub(super) credentials: AwsFile,
}

/// One of the two files; a file that does not exist is an empty one.
pub(super) struct AwsFile {
    /// The file's path and what set it.
    pub(super) path: Option<(PathBuf, Origin)>,
    /// The path as it is shown.
    pub(super) shown: String,
    pub(super) exists: bool,
    sections: Vec<Section>,
    problem: Option<Problem>,
}

enum Problem {
    Line(Broken),
    Unreadable(String),
}

/// A value with its place.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) value: &'a str,
    pub(super) file: &'a str,
    pub(super) line: usize,
}

impl Found<'_> {
    pub(super) fn place(self) -> String {
        format!("{}, line {}", self.file, self.line)
    }

    pub(super) fn origin(self, profile: &str) -> Origin {
        Origin::Profile {
            name: profile.to_owned(),
            file: self.file.to_owned(),
            line: self.line,
        }
    }
}

/// The sections of one name, the stronger file first.
#[derive(Clone)]
pub(super) struct Sections<'a>(Vec<(&'a AwsFile, &'a Section)>);

impl<'a> Sections<'a> {
    /// The value of a key; the credentials file and the later of two lines win.
    pub(super) fn get(&self, key: &str) -> Option<Found<'a>> {
        let (file, property) = self.property(key)?;
        Some(file.found(property))
    }

    /// The value of a key where it is not blank.
    pub(super) fn filled(&self, key: &str) -> Option<Found<'a>> {
        self.get(key).filter(|found| !found.value.is_empty())
    }

    /// The value of a nested key.
    pub(super) fn nested(&self, key: &str, below: &str) -> Option<Found<'a>> {
        let (file, property) = self.property(key)?;
        let nested = property.nested.iter().rfind(|each| each.name == below)?;
        Some(file.found(nested))
    }

    /// Where the strongest section begins.
    pub(super) fn place(&self) -> String {
        self.0.first().map_or_else(String::new, |(file, section)| {
            format!("{}, line {}", file.shown, section.line)
        })
    }

    /// The files that have such a section, joined for a sentence.
    pub(super) fn files(&self) -> String {
        let mut files: Vec<&str> = self.0.iter().map(|(file, _)| file.shown.as_str()).collect();
        files.dedup();
        files.reverse();
        files.dedup();
        files.join(" and ")
    }

    fn property(&self, key: &str) -> Option<(&'a AwsFile, &'a Property)> {
        self.0.iter().find_map(|(file, section)| {
            let property = section.properties.iter().rfind(|each| each.name == key)?;
            Some((*file, property))
        })
    }
}

impl AwsFile {
    fn read(kind: FileKind, environment: &Environment, places: Places<'_>) -> Self {
        let (variable, name) = match kind {
            FileKind::Config => ("AWS_CONFIG_FILE", "config"),
            FileKind::Credentials => ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        };
        let written = Candidates::default().variables(&[variable], places);
        let path = match (written.effective(), environment.home()) {
            (Some(written), _) => {
                Some((environment.expanded(&written.value), written.origin.clone()))
            }
            (None, Some(home)) => Some((home.join(".aws").join(name), Origin::Default)),
            (None, None) => None,
        };
        let mut file = Self {
            shown: path.as_ref().map_or_else(
                || format!("~/.aws/{name}"),
                |(path, _)| environment.shown(path),
            ),
            path,
            exists: false,
            sections: Vec::new(),
            problem: None,
        };
        if let Some((path, _)) = &file.path {
            match std::fs::read_to_string(path) {
                Ok(text) => {
                    file.exists = true;
                    match profile_file::parse(&text, kind) {
                        Ok(sections) => file.sections = sections,
                        Err(broken) => file.problem = Some(Problem::Line(broken)),
                    }
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => file.problem = Some(Problem::Unreadable(error.to_string())),
            }
        }
        file
    }

    fn found<'a>(&'a self, property: &'a Property) -> Found<'a> {
        Found {
            value: &property.value,
            file: &self.shown,
            line: property.line,
        }
    }

    /// Whether there is something in it that cannot be read.
    pub(super) fn is_broken(&self) -> bool {
        self.problem.is_some()
    }

    fn problem(&self) -> Option<Error> {
        match self.problem.as_ref()? {
            Problem::Line(Broken { line, what }) => {
                let error =
                    Error::configuration(format!("{}, line {line} cannot be read", self.shown))
                        .code("aws-file-broken")
                        .cause(*what)
                        .fix(format!("mend line {line} of {}", self.shown));
                Some(match self.section_before(*line) {
                    Some(section) => error.tried(section),
                    None => error,
                })
            }
            Problem::Unreadable(cause) => Some(
                Error::configuration(format!("{} cannot be read", self.shown))
                    .code("aws-file-unreadable")
                    .cause(cause.as_str()),
            ),
        }
    }

    /// The header that the broken line stands under.
    fn section_before(&self, line: usize) -> Option<String> {
        let (path, _) = self.path.as_ref()?;
        let text = std::fs::read_to_string(path).ok()?;
        let above: Vec<&str> = text.lines().take(line - 1).collect();
        let header = above.iter().rfind(|text| text.starts_with('['))?;
        Some(format!("the line belongs to {}", header.trim()))
    }
}

impl Profiles {
    /// Reads both files; what is wrong with them is told by [`Self::check`].
    pub(super) fn read(environment: &Environment, places: Places<'_>) -> Self {
        Self {
            config: AwsFile::read(FileKind::Config, environment, places),
            credentials: AwsFile::read(FileKind::Credentials, environment, places),
        }
    }

    /// Refuses files that cannot be read.
    pub(super) fn check(&self) -> Result<()> {
        let problem = self.config.problem().or_else(|| self.credentials.problem());
        problem.map_or(Ok(()), Err)
    }

    pub(super) fn profile(&self, name: &str) -> Option<Sections<'_>> {
        self.sections(&Header::Profile(name.to_owned()))
    }

    pub(super) fn sso_session(&self, name: &str) -> Option<Sections<'_>> {
        self.sections(&Header::SsoSession(name.to_owned()))
    }

    pub(super) fn services(&self, name: &str) -> Option<Sections<'_>> {
        self.sections(&Header::Services(name.to_owned()))
    }

    /// The names of all profiles, the default one first.
    pub(super) fn names(&self) -> Vec<&str> {
        self.names_of(|header| match header {
            Header::Profile(name) => Some(name),
            _ => None,
        })
    }

    /// The names of all SSO sessions.
    pub(super) fn sso_session_names(&self) -> Vec<&str> {
        self.names_of(|header| match header {
            Header::SsoSession(name) => Some(name),
            _ => None,
        })
    }

    /// The files that exist, for a sentence.
    pub(super) fn shown(&self) -> String {
        let files = [&self.config, &self.credentials].into_iter();
        let files: Vec<&str> = files
            .filter(|file| file.exists)
            .map(|file| file.shown.as_str())
            .collect();
        files.join(" or ")
    }

    /// Says that the two files were looked at in vain.
    pub(super) fn absent_files(&self) -> Option<String> {
        (!self.config.exists && !self.credentials.exists).then(|| {
            format!(
                "neither {} nor {} exists",
                self.config.shown, self.credentials.shown
            )
        })
    }

    /// Completes the error for a profile that neither file has; `origin` named it.
    pub(super) fn not_found(&self, name: &str, origin: &Origin, error: Error) -> Error {
        let configure = match name {
            "default" => "aws configure".to_owned(),
            name => format!("aws configure --profile {name}"),
        };
        if let Some(absent) = self.absent_files() {
            return error.cause(absent).fix(configure);
        }
        let names = self.names();
        let error = error.tried(format!("available: {}", listed(&names)));
        if let Some((cause, fix)) = self.misplaced(name) {
            return error.cause(cause).fix(fix);
        }
        match (spelling::nearest(name, &names), origin) {
            (Some(near), Origin::Profile { .. }) => error
                .cause(format!("did you mean '{near}'?"))
                .fix(origin.rewritten("source_profile", near)),
            (Some(near), _) => error
                .cause(format!("did you mean '{near}'?"))
                .fix(origin.rewritten("profile", near)),
            (None, _) => error.fix(configure),
        }
    }

    /// A section that would be the profile if its header were written as its file wants it, and
    /// how to write it.
    fn misplaced(&self, name: &str) -> Option<(String, String)> {
        let find = |file: &AwsFile, header: &str, right: &str| {
            let wrong = Header::Ignored(header.to_owned());
            let section = file.sections.iter().find(|each| each.header == wrong)?;
            let place = format!("{}, line {}", file.shown, section.line);
            Some((
                format!("{place} reads [{header}], which counts for nothing in that file"),
                format!("write `[{right}]` in {place}"),
            ))
        };
        let prefixed = format!("profile {name}");
        find(&self.config, name, &prefixed).or_else(|| find(&self.credentials, &prefixed, name))
    }

    fn names_of<'a>(&'a self, name: impl Fn(&'a Header) -> Option<&'a String>) -> Vec<&'a str> {
        let mut names: Vec<&str> = [&self.config, &self.credentials]
            .into_iter()
            .flat_map(|file| &file.sections)
            .filter_map(|section| name(&section.header).map(String::as_str))
            .collect();
        names.sort_by_key(|name| (*name != "default", *name));
        names.dedup();
        names
    }

    fn sections(&self, header: &Header) -> Option<Sections<'_>> {
        let sections: Vec<_> = [&self.credentials, &self.config]
            .into_iter()
            .flat_map(|file| {
                file.sections
                    .iter()
                    .rev()
                    .map(move |section| (file, section))
            })
            .filter(|(_, section)| section.header == *header)
            .collect();
        (!sections.is_empty()).then_some(Sections(sections))
    }
}

/// Names for a sentence.
pub(super) fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.join(", ")
}
