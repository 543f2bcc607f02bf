//! Ids as digits, quickly: they are written several times for every request.

/// The last `N` hexadecimal digits of a number, from the left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hexadecimal<const N: usize>([u8; N]);

impl<const N: usize> Hexadecimal<N> {
    /// Those of this number.
    pub(crate) fn of(bits: u128) -> Self {
        let mut digits = [b'0'; N];
        // In words of 64 bits, which are much quicker to shift than one of 128.
        let halves = [bits & u128::from(u64::MAX), bits >> 64];
        for (half, digits) in halves.into_iter().zip(digits.rchunks_mut(16)) {
            let mut rest = u64::try_from(half).unwrap_or_default();
            for digit in digits.iter_mut().rev() {
                *digit = b"0123456789abcdef"[(rest & 0xf) as usize];
                rest >>= 4;
            }
        }
        Self(digits)
    }

    /// The digits, each one byte.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The digits.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_are_those_of_the_standard_library(bits: u128) {
            let of = |number: u128| format!("{number:032x}");
            let all = Hexadecimal::<32>::of(bits);
            prop_assert_eq!(all.as_str(), &of(bits));
            let part = Hexadecimal::<24>::of(bits);
            prop_assert_eq!(part.as_str(), &of(bits)[8..]);
            let half = Hexadecimal::<16>::of(bits);
            prop_assert_eq!(half.as_str(), &of(bits)[16..]);
            let flags = Hexadecimal::<2>::of(bits);
            prop_assert_eq!(flags.as_str(), &of(bits)[30..]);
        }
    }
}
