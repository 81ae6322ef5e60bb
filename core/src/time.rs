use core::fmt;

use crate::error::Error;

/// A point in time: whole seconds since 1970-01-01T00:00:00Z. The core has no clock; time is always
/// an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// The time `seconds` after the UNIX epoch. Milliseconds are a common mistake here.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since the UNIX epoch.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// Reads a timestamp as WeChat Pay writes it: 1 to 12 decimal digits and nothing else.
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        let plain = digits.bytes().all(|b| b.is_ascii_digit());
        (plain && (1..=12).contains(&digits.len())).then(|| digits.parse().ok().map(Self))?
    }

    /// The time as decimal digits, without a heap.
    pub(crate) fn to_decimal(self) -> Decimal {
        Decimal::new(self.0)
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How far a timestamp may lie from the clock, in seconds, to either side.
///
/// WeChat Pay allows five minutes (`doc/v3/merchant/4013053420`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tolerance(u32);

impl Tolerance {
    /// A tolerance of `seconds`.
    #[must_use]
    pub const fn from_secs(seconds: u32) -> Self {
        Self(seconds)
    }

    /// Accepts `timestamp` if it is within this tolerance of `now`, in the past or the future.
    ///
    /// # Errors
    /// [`Error::TimestampOutsideWindow`] otherwise.
    pub fn check(self, timestamp: UnixTime, now: UnixTime) -> Result<(), Error> {
        if timestamp.0.abs_diff(now.0) <= u64::from(self.0) {
            return Ok(());
        }
        Err(Error::TimestampOutsideWindow { timestamp: timestamp.0, now: now.0, tolerance: self.0 })
    }
}

impl Default for Tolerance {
    fn default() -> Self {
        Self(300)
    }
}

/// A number as decimal digits in a fixed buffer.
#[derive(Clone, Copy)]
pub(crate) struct Decimal {
    digits: [u8; 20],
    start: u8,
}

impl Decimal {
    fn new(mut number: u64) -> Self {
        let mut decimal = Self { digits: [b'0'; 20], start: 20 };
        for digit in decimal.digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
            decimal.start -= 1;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        decimal
    }

    pub(crate) fn as_str(&self) -> &str {
        self.digits
            .get(usize::from(self.start)..)
            .and_then(|digits| core::str::from_utf8(digits).ok())
            .unwrap_or_default()
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
