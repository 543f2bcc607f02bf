//! Functions of values: texts, numbers, times, addresses.

use std::borrow::Cow;
use std::net::IpAddr;

use super::value::Value;

/// A function that `fields`, `filter` and others call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    Ceil,
    Floor,
    Greatest,
    Least,
    Log,
    Sqrt,
    IsPresent,
    Coalesce,
    If,
    IsEmpty,
    IsBlank,
    Concat,
    TrimStart,
    TrimEnd,
    Trim,
    Length,
    ToUpper,
    ToLower,
    Substring,
    Replace,
    Contains,
    FromMillis,
    ToMillis,
    IsValidIp,
    IsValidIpV4,
    IsValidIpV6,
    IsIpInSubnet,
    IsIpV4InSubnet,
    IsIpV6InSubnet,
}

/// Name, function, fewest and most arguments.
const FUNCTIONS: [(&str, Function, usize, usize); 30] = [
    ("abs", Function::Abs, 1, 1),
    ("ceil", Function::Ceil, 1, 1),
    ("floor", Function::Floor, 1, 1),
    ("greatest", Function::Greatest, 1, usize::MAX),
    ("least", Function::Least, 1, usize::MAX),
    ("log", Function::Log, 1, 1),
    ("sqrt", Function::Sqrt, 1, 1),
    ("ispresent", Function::IsPresent, 1, 1),
    ("coalesce", Function::Coalesce, 1, usize::MAX),
    ("if", Function::If, 3, 3),
    ("isempty", Function::IsEmpty, 1, 1),
    ("isblank", Function::IsBlank, 1, 1),
    ("concat", Function::Concat, 1, usize::MAX),
    ("ltrim", Function::TrimStart, 1, 2),
    ("rtrim", Function::TrimEnd, 1, 2),
    ("trim", Function::Trim, 1, 2),
    ("strlen", Function::Length, 1, 1),
    ("toupper", Function::ToUpper, 1, 1),
    ("tolower", Function::ToLower, 1, 1),
    ("substr", Function::Substring, 2, 3),
    ("replace", Function::Replace, 3, 3),
    ("strcontains", Function::Contains, 2, 2),
    ("fromMillis", Function::FromMillis, 1, 1),
    ("toMillis", Function::ToMillis, 1, 1),
    ("isValidIp", Function::IsValidIp, 1, 1),
    ("isValidIpV4", Function::IsValidIpV4, 1, 1),
    ("isValidIpV6", Function::IsValidIpV6, 1, 1),
    ("isIpInSubnet", Function::IsIpInSubnet, 2, 2),
    ("isIpv4InSubnet", Function::IsIpV4InSubnet, 2, 2),
    ("isIpv6InSubnet", Function::IsIpV6InSubnet, 2, 2),
];

impl Function {
    /// Finds a function, in whatever case, with its fewest and most arguments.
    pub(super) fn find(name: &str) -> Option<(Self, usize, usize)> {
        FUNCTIONS
            .iter()
            .find(|(known, ..)| known.eq_ignore_ascii_case(name))
            .map(|(_, function, fewest, most)| (*function, *fewest, *most))
    }

    /// The names of all functions.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|(name, ..)| *name)
    }

    /// The function's value. The arguments are as many as it takes.
    pub(super) fn apply<'v>(self, arguments: &[Value<'v>]) -> Value<'v> {
        let first = arguments.first().unwrap_or(&Value::Missing);
        let number = |apply: fn(f64) -> f64| {
            first
                .as_number()
                .map_or(Value::Missing, |number| Value::number(apply(number)))
        };
        let changed = |apply: &dyn Fn(&str) -> String| {
            first
                .shown()
                .map_or(Value::Missing, |text| Value::text(apply(&text)))
        };
        match self {
            Self::Abs => number(f64::abs),
            Self::Ceil => number(f64::ceil),
            // A time is a whole number of milliseconds.
            Self::Floor | Self::ToMillis => number(f64::floor),
            Self::Log => number(f64::ln),
            Self::Sqrt => number(f64::sqrt),
            Self::Greatest => extreme(arguments, f64::max),
            Self::Least => extreme(arguments, f64::min),
            Self::IsPresent => Value::Boolean(!first.is_missing()),
            Self::Coalesce => {
                let present = arguments.iter().find(|value| !value.is_missing());
                present.unwrap_or(first).clone()
            }
            Self::If => {
                let chosen = if first.is_true() { 1 } else { 2 };
                arguments.get(chosen).unwrap_or(&Value::Missing).clone()
            }
            Self::IsEmpty => Value::Boolean(first.searched().is_empty()),
            Self::IsBlank => Value::Boolean(first.searched().trim().is_empty()),
            Self::Concat => {
                let parts: Vec<Cow<'_, str>> = arguments.iter().map(Value::searched).collect();
                Value::text(parts.concat())
            }
            Self::TrimStart => changed(&|text| trimmed(text, arguments.get(1), true, false)),
            Self::TrimEnd => changed(&|text| trimmed(text, arguments.get(1), false, true)),
            Self::Trim => changed(&|text| trimmed(text, arguments.get(1), true, true)),
            #[expect(clippy::cast_precision_loss, reason = "messages are short")]
            Self::Length => first.shown().map_or(Value::Missing, |text| {
                Value::Number(text.chars().count() as f64)
            }),
            Self::ToUpper => changed(&str::to_uppercase),
            Self::ToLower => changed(&str::to_lowercase),
            Self::Substring => substring(arguments),
            Self::Replace => {
                let (from, to) = (text(arguments, 1), text(arguments, 2));
                // What is nothing stands between all characters, and is not meant.
                changed(&|text| {
                    if from.is_empty() {
                        text.to_owned()
                    } else {
                        text.replace(from.as_ref(), &to)
                    }
                })
            }
            Self::Contains => {
                let contains = first
                    .shown()
                    .is_some_and(|whole| whole.contains(text(arguments, 1).as_ref()));
                Value::Boolean(contains)
            }
            Self::FromMillis => first
                .as_number()
                .map_or(Value::Missing, |number| Value::Timestamp(whole(number))),
            Self::IsValidIp => Value::Boolean(address(first).is_some()),
            Self::IsValidIpV4 => Value::Boolean(address(first).is_some_and(|it| it.is_ipv4())),
            Self::IsValidIpV6 => Value::Boolean(address(first).is_some_and(|it| it.is_ipv6())),
            Self::IsIpInSubnet | Self::IsIpV4InSubnet | Self::IsIpV6InSubnet => {
                let network = text(arguments, 1);
                let is_in = address(first).is_some_and(|address| {
                    let is_asked_for = match self {
                        Self::IsIpV4InSubnet => address.is_ipv4(),
                        Self::IsIpV6InSubnet => address.is_ipv6(),
                        _ => true,
                    };
                    is_asked_for && is_in_subnet(address, &network)
                });
                Value::Boolean(is_in)
            }
        }
    }
}

fn text<'v>(arguments: &'v [Value<'_>], index: usize) -> Cow<'v, str> {
    arguments
        .get(index)
        .map_or(Cow::Borrowed(""), |value| value.searched())
}

fn extreme<'v>(arguments: &[Value<'_>], choose: fn(f64, f64) -> f64) -> Value<'v> {
    arguments
        .iter()
        .filter_map(Value::as_number)
        .reduce(choose)
        .map_or(Value::Missing, Value::number)
}

/// Takes blanks, or the characters of another text, away from the ends.
fn trimmed(text: &str, characters: Option<&Value<'_>>, start: bool, end: bool) -> String {
    let of = characters.map(Value::searched);
    let is_taken = |next: char| match &of {
        Some(of) => of.contains(next),
        None => next.is_whitespace(),
    };
    let text = if start {
        text.trim_start_matches(is_taken)
    } else {
        text
    };
    let text = if end {
        text.trim_end_matches(is_taken)
    } else {
        text
    };
    text.to_owned()
}

fn substring<'v>(arguments: &[Value<'_>]) -> Value<'v> {
    let Some(text) = arguments.first().and_then(Value::shown) else {
        return Value::Missing;
    };
    let count = |index: usize| {
        arguments
            .get(index)
            .map(|value| value.as_number().map(size))
    };
    match (count(1), count(2)) {
        (Some(Some(start)), None) => Value::text(text.chars().skip(start).collect::<String>()),
        (Some(Some(start)), Some(Some(length))) => {
            Value::text(text.chars().skip(start).take(length).collect::<String>())
        }
        _ => Value::Missing,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast saturates: before the start is the start, behind the end is the end"
)]
fn size(number: f64) -> usize {
    number as usize
}

#[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
pub(super) fn whole(number: f64) -> i64 {
    number as i64
}

fn address(value: &Value<'_>) -> Option<IpAddr> {
    value.searched().parse().ok()
}

/// Whether the address is in a network such as `192.0.2.0/24`.
fn is_in_subnet(address: IpAddr, network: &str) -> bool {
    let Some((base, length)) = network.split_once('/') else {
        return false;
    };
    let (Ok(base), Ok(length)) = (base.parse::<IpAddr>(), length.parse::<u32>()) else {
        return false;
    };
    let (left, right, bits) = match (address, base) {
        (IpAddr::V4(left), IpAddr::V4(right)) => {
            (u128::from(left.to_bits()), u128::from(right.to_bits()), 32)
        }
        (IpAddr::V6(left), IpAddr::V6(right)) => (left.to_bits(), right.to_bits(), 128),
        _ => return false,
    };
    length <= bits && (left ^ right).checked_shr(bits - length).unwrap_or(0) == 0
}
