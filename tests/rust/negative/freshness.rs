//! The window around the clock: both directions, and timestamps that are no numbers.

use wechatpay_core::Tolerance;
use wechatpay_tests::platform::{NOW, Platform};
use wechatpay_tests::suite::Suite;

use crate::{both_accepted, both_refused};

const STALE: &str = "ERR_TIMESTAMP_OUTSIDE_WINDOW";

pub(crate) fn cases(suite: &mut Suite) {
    let platform = Platform::trusted();
    let genuine = platform.callback();
    let at = |now: u64| {
        let mut message = genuine.clone();
        message.now = now;
        message
    };

    for offset in [0, 1, 60, 299, 300] {
        for (side, now) in [("ahead", NOW + offset), ("behind", NOW - offset)] {
            suite.accepts(format!("clock {offset} s {side}"), || both_accepted(&at(now)));
        }
    }
    for offset in [301, 302, 600, 3_600, 86_400, 31_536_000] {
        for (side, now) in [("ahead", NOW + offset), ("behind", NOW - offset)] {
            suite.refuses(format!("clock {offset} s {side}"), || both_refused(&at(now), STALE));
        }
    }
    for now in [0, 1, NOW * 1000, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX - 1, u64::MAX] {
        suite.refuses(format!("clock at {now}"), || both_refused(&at(now), STALE));
    }
    for timestamp in ["0", "1", "999999999999"] {
        suite.refuses(format!("timestamp {timestamp}, signed"), || {
            let mut message = genuine.clone();
            message.set("Wechatpay-Timestamp", timestamp);
            message.resign(&platform);
            both_refused(&message, STALE)
        });
    }
    tolerance(suite, &platform);

    for timestamp in [
        "",
        " ",
        "x",
        "NaN",
        "null",
        "undefined",
        "true",
        "-1",
        "-0",
        "+1795000000",
        "1795000000.0",
        "1795000000.5",
        "1.795e9",
        "1795000000e0",
        "0x6AFD5DC0",
        "1_795_000_000",
        "1,795,000,000",
        "1795000000s",
        " 1795000000",
        "1795000000 ",
        "1795000000\n",
        "\t1795000000",
        "1795000000\0",
        "17950 00000",
        "1795000000,1795000000",
        "1795000000, 1795000000",
        "１７９５００００００",
        "٣",
        "1795000000000",
        "1795000000000000",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "340282366920938463463374607431768211456",
        "2026-11-18T16:26:40+08:00",
        "Wed, 18 Nov 2026 08:26:40 GMT",
    ] {
        suite.refuses(format!("timestamp {timestamp:?}, signed"), || {
            let mut message = genuine.clone();
            message.set("Wechatpay-Timestamp", timestamp);
            message.resign(&platform);
            both_refused(&message, "ERR_HEADER_INVALID")
        });
    }
    for len in [13, 39, 1_000, 1_000_000] {
        suite.refuses(format!("timestamp of {len} digits, signed"), || {
            let mut message = genuine.clone();
            message.set("Wechatpay-Timestamp", "1".repeat(len));
            message.resign(&platform);
            both_refused(&message, "ERR_HEADER_INVALID")
        });
    }
    suite.accepts("resend with a fresh timestamp and signature", || {
        let mut message = at(NOW + 86_400);
        message.set("Wechatpay-Timestamp", message.now.to_string());
        message.resign(&platform);
        both_accepted(&message)
    });
    suite.refuses("resend with a fresh timestamp and the old signature", || {
        let mut message = at(NOW + 86_400);
        message.set("Wechatpay-Timestamp", message.now.to_string());
        both_refused(&message, "ERR_SIGNATURE_INVALID")
    });
}

/// The window is the caller's to choose.
fn tolerance(suite: &mut Suite, platform: &Platform) {
    for (seconds, offset, is_accepted) in [
        (0, 0, true),
        (0, 1, false),
        (60, 60, true),
        (60, 61, false),
        (u32::MAX, 1_000_000_000, true),
    ] {
        let mut message = platform.callback();
        message.tolerance = Tolerance::from_secs(seconds);
        message.now = NOW - offset;
        let name = format!("{offset} s off, {seconds} s allowed");
        if is_accepted {
            suite.accepts(name, || both_accepted(&message));
        } else {
            suite.refuses(name, || both_refused(&message, STALE));
        }
    }
}
