//! The words of the language: keywords, operators, and the nearest right one to a wrong one.

/// Makes an enum of words: each variant with its spelling, and a look-up that ignores case.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* #[doc = concat!("`", $text, "`.")] $variant,)+
        }

        impl $name {
            /// Every word, in the order of the guide.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The canonical spelling.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Finds the word, in whatever case it is written.
            pub(super) fn find(word: &str) -> Option<Self> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|known| known.as_str().eq_ignore_ascii_case(word))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Keywords that are true or false.
    BooleanKeyword {
        Ok = "ok",
        Error = "error",
        Throttle = "throttle",
        Fault = "fault",
        Partial = "partial",
        Inferred = "inferred",
        First = "first",
        Last = "last",
        Remote = "remote",
        Root = "root",
    }
}

words! {
    /// Keywords with a number.
    NumberKeyword {
        /// In seconds:
        ResponseTime = "responsetime",
        /// In seconds:
        Duration = "duration",
        HttpStatus = "http.status",
        Index = "index",
        /// From 0 to 1:
        Coverage = "coverage",
    }
}

words! {
    /// Keywords with a text.
    TextKeyword {
        HttpUrl = "http.url",
        HttpMethod = "http.method",
        HttpUserAgent = "http.useragent",
        HttpClientIp = "http.clientip",
        User = "user",
        Name = "name",
        Type = "type",
        Message = "message",
        AvailabilityZone = "availabilityzone",
        InstanceId = "instance.id",
        ResourceArn = "resource.arn",
    }
}

words! {
    /// How a group is referred to.
    GroupKeyword {
        Name = "group.name",
        Arn = "group.arn",
    }
}

words! {
    /// Of what a root cause is the cause.
    RootCauseKind {
        Fault = "fault",
        Error = "error",
        ResponseTime = "responsetime",
    }
}

words! {
    /// Which elements of a root cause are looked at.
    RootCausePart {
        Service = "service",
        Entity = "entity",
        Exception = "exception",
    }
}

words! {
    /// Whether two values are the same.
    Equality {
        Equal = "=",
        NotEqual = "!=",
    }
}

words! {
    /// How two numbers are compared.
    NumberOperator {
        Equal = "=",
        NotEqual = "!=",
        Less = "<",
        LessOrEqual = "<=",
        Greater = ">",
        GreaterOrEqual = ">=",
    }
}

words! {
    /// How two texts are compared.
    TextOperator {
        Equal = "=",
        NotEqual = "!=",
        Contains = "CONTAINS",
        BeginsWith = "BEGINSWITH",
        EndsWith = "ENDSWITH",
    }
}

impl TextOperator {
    /// Finds an operator that is written as a word.
    pub(super) fn find_word(word: &str) -> Option<Self> {
        Self::find(word).filter(|found| found.as_str().starts_with(char::is_alphabetic))
    }
}

/// What may begin a term, besides the keywords that have an enum.
const FORMS: [(&str, &str); 4] = [
    ("service", "service(\"…\")"),
    ("edge", "edge(\"…\", \"…\")"),
    ("annotation", "annotation.KEY"),
    ("rootcause.json", "rootcause.json"),
];

const CONNECTIVES: [&str; 3] = ["AND", "OR", "NOT"];

/// Words of other languages and other names of the same thing.
const SYNONYMS: [(&str, &str); 17] = [
    ("agent", "http.useragent"),
    ("annotations", "annotation.KEY"),
    ("az", "availabilityzone"),
    ("client", "http.clientip"),
    ("code", "http.status"),
    ("elapsed", "responsetime"),
    ("endpoint", "http.url"),
    ("has", "CONTAINS"),
    ("includes", "CONTAINS"),
    ("ip", "http.clientip"),
    ("latency", "responsetime"),
    ("like", "CONTAINS"),
    ("matches", "CONTAINS"),
    ("path", "http.url"),
    ("startswith", "BEGINSWITH"),
    ("statuscode", "http.status"),
    ("success", "ok"),
];

/// Finds what was probably meant by a word that is none of the language's.
pub(super) fn nearest(word: &str) -> Option<String> {
    let plain = plain(word);
    if let Some((_, meant)) = SYNONYMS.iter().find(|(other, _)| *other == plain) {
        return Some((*meant).to_owned());
    }
    let known = known_words();
    // `status` for `http.status`, `response_time` for `responsetime`.
    if let Some((_, meant)) = known.iter().find(|(spelling, _)| {
        self::plain(spelling) == plain
            || spelling
                .rsplit_once('.')
                .is_some_and(|(_, last)| last == plain)
    }) {
        return Some(meant.clone());
    }
    // One slip in four letters, and never so many that any short word would do.
    let bearable = (word.chars().count() / 4).max(1);
    known
        .into_iter()
        .map(|(spelling, meant)| {
            let distance = strsim::osa_distance(&word.to_lowercase(), &spelling.to_lowercase());
            (distance, meant)
        })
        .filter(|(distance, _)| *distance <= bearable)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, meant)| meant)
}

/// The words of the language, each with how it is shown.
fn known_words() -> Vec<(String, String)> {
    let same = |word: &'static str| (word.to_owned(), word.to_owned());
    let causes = RootCauseKind::ALL.iter().flat_map(|kind| {
        RootCausePart::ALL.iter().map(move |part| {
            let name = format!("rootcause.{kind}.{part}");
            (name.clone(), name)
        })
    });
    BooleanKeyword::ALL
        .iter()
        .map(|word| same(word.as_str()))
        .chain(NumberKeyword::ALL.iter().map(|word| same(word.as_str())))
        .chain(TextKeyword::ALL.iter().map(|word| same(word.as_str())))
        .chain(GroupKeyword::ALL.iter().map(|word| same(word.as_str())))
        .chain(CONNECTIVES.iter().map(|word| same(word)))
        .chain(
            TextOperator::ALL
                .iter()
                .filter(|operator| TextOperator::find_word(operator.as_str()).is_some())
                .map(|word| same(word.as_str())),
        )
        .chain(
            FORMS
                .iter()
                .map(|(word, shown)| ((*word).to_owned(), (*shown).to_owned())),
        )
        .chain(causes)
        .collect()
}

/// A word without its case and punctuation.
fn plain(word: &str) -> String {
    word.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
