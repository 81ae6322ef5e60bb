//! Dates as texts to UNIX seconds, without the help of the core.

/// `2020-08-04T10:01:27+08:00` as UNIX seconds.
pub fn rfc3339(text: &str) -> u64 {
    let number = |range: std::ops::Range<usize>| -> i64 { text[range].parse().expect("digits") };
    let offset = if text.ends_with('Z') {
        0
    } else {
        let sign = if &text[19..20] == "-" { -1 } else { 1 };
        sign * (number(20..22) * 3600 + number(23..25) * 60)
    };
    let time = number(11..13) * 3600 + number(14..16) * 60 + number(17..19);
    seconds(days(number(0..4), number(5..7), number(8..10)), time - offset)
}

/// `Oct 30 15:24:04 2126 GMT`, as OpenSSL prints dates, as UNIX seconds.
pub fn openssl(text: &str) -> u64 {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let [month, day, time, year, "GMT"] = words[..] else { panic!("no date: {text:?}") };
    let month = (1..).zip(MONTHS).find(|(_, name)| *name == month).expect("a month").0;
    let number = |text: &str| -> i64 { text.parse().expect("digits") };
    let time = time.split(':').fold(0, |time, part| time * 60 + number(part));
    seconds(days(number(year), month, number(day)), time)
}

fn seconds(days: i64, rest: i64) -> u64 {
    (days * 86_400 + rest).try_into().expect("after 1970")
}

/// Days since 1970-01-01. The year is counted from March, so that the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469
}
