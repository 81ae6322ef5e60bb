//! One PEM document in the many forms it takes on its way through editors, shells and settings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use wechatpay_tests::pem::der;

fn base64_of(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).map(str::trim).collect()
}

/// Forms that mean the same document.
pub(crate) fn tolerated(pem: &str) -> Vec<(&'static str, Vec<u8>)> {
    let trimmed = pem.trim_end();
    let text = |text: String| text.into_bytes();
    vec![
        ("as it is", text(pem.to_owned())),
        ("DER", der(pem)),
        ("CRLF", text(pem.replace('\n', "\r\n"))),
        ("CR", text(pem.replace('\n', "\r"))),
        ("literal \\n", text(trimmed.replace('\n', "\\n"))),
        ("literal \\n, the last one too", text(pem.replace('\n', "\\n"))),
        ("literal \\r\\n", text(trimmed.replace('\n', "\\r\\n"))),
        ("no last newline", text(trimmed.to_owned())),
        ("blanks around", text(format!(" \t\r\n\n  {pem} \n\n\t "))),
        ("byte order mark", text(format!("\u{feff}{pem}"))),
        ("double quotes around", text(format!("\"{trimmed}\""))),
        ("single quotes around", text(format!("'{trimmed}'\n"))),
        ("literal \\n in quotes", text(format!("\"{}\"", pem.replace('\n', "\\n")))),
        ("indented", text(pem.lines().map(|line| format!("        {line}\n")).collect())),
        ("blanks at the line ends", text(pem.lines().map(|line| format!("{line} \t\n")).collect())),
        ("blank lines between", text(pem.replace('\n', "\n\n"))),
        ("in one line of base64", text(one_line(pem))),
        ("lines of 76", text(wrapped(pem, 76))),
        ("lines of 4", text(wrapped(pem, 4))),
        (
            "text before and behind",
            text(format!("Bag Attributes\n    friendlyName: x\n{pem}\nend\n")),
        ),
        ("bare base64", text(base64_of(pem))),
        ("bare base64 in lines", text(wrapped_body(pem, 64))),
    ]
}

fn one_line(pem: &str) -> String {
    wrapped(pem, usize::MAX)
}

fn wrapped(pem: &str, width: usize) -> String {
    let begin = pem.lines().next().expect("a BEGIN line");
    format!("{begin}\n{}{}\n", wrapped_body(pem, width), begin.replace("BEGIN", "END"))
}

fn wrapped_body(pem: &str, width: usize) -> String {
    let body = base64_of(pem);
    let mut lines = String::new();
    for line in body.as_bytes().chunks(width) {
        lines += std::str::from_utf8(line).expect("base64");
        lines.push('\n');
    }
    lines
}

/// Damaged forms, none of which is a document any more.
pub(crate) fn damaged(pem: &str) -> Vec<(String, Vec<u8>)> {
    let der = der(pem);
    let trimmed = pem.trim_end();
    let begin = pem.lines().next().expect("a BEGIN line");
    let end = trimmed.lines().last().expect("an END line");
    let middle = pem.len() / 2;
    let mut forms: Vec<(String, Vec<u8>)> = Vec::new();
    let mut form = |what: &str, bytes: Vec<u8>| forms.push((what.to_owned(), bytes));
    form("empty", Vec::new());
    form("blanks", b" \r\n\t ".to_vec());
    form("byte order mark alone", b"\xEF\xBB\xBF".to_vec());
    form("BEGIN line alone", begin.into());
    form("END line alone", end.into());
    form("nothing between the lines", format!("{begin}\n{end}\n").into());
    form("END line missing", trimmed.replace(end, "").into());
    form("END line cut", trimmed[..trimmed.len() - 3].into());
    form("BEGIN line missing", pem.replace(begin, "").into());
    form("BEGIN line cut", trimmed[3..].into());
    form("lines of different kinds", pem.replace(end, "-----END SOMETHING ELSE-----").into());
    form("asterisk in the base64", {
        let mut bytes = pem.as_bytes().to_vec();
        bytes[middle] = b'*';
        bytes
    });
    form("character lost", [&pem[..middle], &pem[middle + 1..]].concat().into());
    form("line lost", {
        let lines: Vec<&str> = pem.lines().collect();
        [&lines[..3], &lines[4..]].concat().join("\n").into()
    });
    form("line twice", {
        let lines: Vec<&str> = pem.lines().collect();
        [&lines[..4], &lines[3..]].concat().join("\n").into()
    });
    form("URL-safe base64", {
        let body = pem.replacen(begin, "", 1).replace(end, "");
        format!("{begin}{}{end}\n", body.replace('+', "-").replace('/', "_")).into()
    });
    form("quoted-printable", pem.replace('=', "=3D").replace('\n', "=\n").into());
    form("in UTF-16", pem.encode_utf16().flat_map(u16::to_le_bytes).collect());
    form("twice in base64", STANDARD.encode(pem).into());
    form("base64 of hexadecimal", {
        let hex: String = der.iter().map(|byte| format!("{byte:02x}")).collect();
        STANDARD.encode(hex).into()
    });
    form("a path", b"./certs/apiclient_key.pem".to_vec());
    form("JSON", b"{\"key\":\"value\"}".to_vec());
    form("an empty SEQUENCE", vec![0x30, 0x00]);
    form("SEQUENCE of indefinite length", [&[0x30, 0x80], &der[4..], &[0, 0]].concat());
    form("DER with a byte behind", [der.as_slice(), &[0]].concat());
    form("DER with a newline behind", [der.as_slice(), b"\n"].concat());
    form("DER twice", [der.as_slice(), &der].concat());
    form("DER claiming to be longer", {
        let mut bytes = der.clone();
        bytes[3] = bytes[3].wrapping_add(1);
        bytes
    });
    form("DER claiming 4 GB", [&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], &der[4..]].concat());
    form("zeros", vec![0; 1_000]);
    form("ones", vec![0xff; 1_000]);
    form("a megabyte of A", vec![b'A'; 1 << 20]);
    form("a megabyte of dashes", vec![b'-'; 1 << 20]);
    form("ten thousand BEGIN lines", format!("{begin}\n").repeat(10_000).into());
    for len in (1..der.len()).step_by(der.len() / 23) {
        form(&format!("DER cut to {len} bytes"), der[..len].to_vec());
    }
    for len in (1..trimmed.len()).step_by(trimmed.len() / 23) {
        form(&format!("PEM cut to {len} characters"), trimmed.as_bytes()[..len].to_vec());
    }
    forms
}
