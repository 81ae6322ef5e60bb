//! The reader, through the only doors there are to it: documents that must come in, each with the
//! fields they mean, and documents that must stay out, where an XML library would let them in.

use wechatpay_core::Error;
use wechatpay_core::v2::{Answer, SignType, UnverifiedNotification, UnverifiedResponse};
use wechatpay_tests::suite::{Check, Suite, holds, refused, same, unexpected};

use crate::oracle::{self, KEY, Pairs, api_key, pairs, to_pairs};

/// A document with `{sign}` where the signature of these fields belongs.
fn reads(template: &str, expected: &[(&str, &str)]) -> Check {
    let mut expected: Pairs = pairs(expected);
    let sign = oracle::sign(&expected, KEY, SignType::Md5);
    let document = template.replace("{sign}", &format!("<sign>{sign}</sign>"));
    expected.push(("sign".to_owned(), sign));
    let read = UnverifiedNotification::parse(document.as_bytes()).map_err(unexpected)?;
    let read = read.verify(&api_key(), None).map_err(unexpected)?;
    let mut found = to_pairs(read.fields());
    found.sort();
    expected.sort();
    same(found, expected)
}

fn stays_out(document: &[u8]) -> Check {
    const CODE: &str = "ERR_BODY_MALFORMED";
    refused(UnverifiedNotification::parse(document), CODE)?;
    refused(UnverifiedResponse::parse(document), CODE)
}

pub(crate) fn suite(suite: &mut Suite) {
    for (name, template, expected) in [
        ("plain text", "<xml><a>1</a>{sign}</xml>", &[("a", "1")][..]),
        ("the sign first", "<xml>{sign}<a>1</a></xml>", &[("a", "1")]),
        ("CDATA", "<xml><a><![CDATA[<b>&amp;]]></a>{sign}</xml>", &[("a", "<b>&amp;")]),
        (
            "]]> over two sections",
            "<xml><a><![CDATA[]]]]><![CDATA[>]]></a>{sign}</xml>",
            &[("a", "]]>")],
        ),
        ("text around CDATA", "<xml><a>1<![CDATA[2]]>3</a>{sign}</xml>", &[("a", "123")]),
        (
            "an empty element",
            "<xml><a/><b></b><c><![CDATA[]]></c>{sign}</xml>",
            &[("a", ""), ("b", ""), ("c", "")],
        ),
        (
            "the five entities",
            "<xml><a>&lt;&gt;&amp;&apos;&quot;</a>{sign}</xml>",
            &[("a", "<>&'\"")],
        ),
        ("an entity is replaced once", "<xml><a>&amp;lt;</a>{sign}</xml>", &[("a", "&lt;")]),
        (
            "characters by number",
            "<xml><a>&#20013;&#x6587;&#x1F4B0;</a>{sign}</xml>",
            &[("a", "中文💰")],
        ),
        (
            "a declaration",
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<xml><a>1</a>{sign}</xml>",
            &[("a", "1")],
        ),
        ("a byte order mark", "\u{feff}<xml><a>1</a>{sign}</xml>", &[("a", "1")]),
        ("blanks between elements", "\n <xml>\n\t<a>1</a>\r\n  {sign}\n</xml>\n", &[("a", "1")]),
        ("blanks inside tags", "<xml ><a >1</a\n>{sign}</xml >", &[("a", "1")]),
        ("blanks inside a value stay", "<xml><a> 1\r\n </a>{sign}</xml>", &[("a", " 1\r\n ")]),
        (
            "names that WeChat Pay may invent",
            "<xml><A_b.c-9>1</A_b.c-9><_>2</_>{sign}</xml>",
            &[("A_b.c-9", "1"), ("_", "2")],
        ),
    ] {
        suite.accepts(name, || reads(template, expected));
    }
    for (name, document) in [
        ("nothing", ""),
        ("JSON", "{\"return_code\":\"SUCCESS\"}"),
        ("a form", "return_code=SUCCESS&sign=1"),
        ("another root", "<root><return_code>SUCCESS</return_code></root>"),
        ("a root in capitals", "<XML><return_code>SUCCESS</return_code></XML>"),
        ("a bare text", "<xml>SUCCESS</xml>"),
        (
            "a field twice",
            "<xml><return_code>FAIL</return_code><return_code>SUCCESS</return_code></xml>",
        ),
        ("a field twice, once empty", "<xml><return_code>SUCCESS</return_code><a/><a>1</a></xml>"),
        ("a field inside a field", "<xml><return_code><b>SUCCESS</b></return_code></xml>"),
        ("text beside fields", "<xml>1<return_code>SUCCESS</return_code></xml>"),
        ("CDATA beside fields", "<xml><![CDATA[1]]><return_code>SUCCESS</return_code></xml>"),
        ("an attribute", "<xml><return_code type=\"a\">SUCCESS</return_code></xml>"),
        ("a namespace", "<xml xmlns=\"urn:a\"><return_code>SUCCESS</return_code></xml>"),
        ("a prefix", "<xml><a:return_code>SUCCESS</a:return_code></xml>"),
        ("a comment", "<xml><!-- a --><return_code>SUCCESS</return_code></xml>"),
        ("a comment in a value", "<xml><return_code>SUC<!-- a -->CESS</return_code></xml>"),
        (
            "a processing instruction",
            "<xml><?php echo 1 ?><return_code>SUCCESS</return_code></xml>",
        ),
        ("an include", "<xml><xi:include href=\"file:///etc/passwd\"/></xml>"),
        ("a document type alone", "<!DOCTYPE xml><xml><return_code>SUCCESS</return_code></xml>"),
        (
            "a document type behind the root",
            "<xml><return_code>SUCCESS</return_code></xml><!DOCTYPE xml>",
        ),
        (
            "an external entity",
            "<!DOCTYPE xml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><return_code>&e;</return_code></xml>",
        ),
        (
            "an external parameter entity",
            "<!DOCTYPE xml [<!ENTITY % e SYSTEM \"http://127.0.0.1/\"> %e;]><xml><return_code>1</return_code></xml>",
        ),
        (
            "an external subset",
            "<!DOCTYPE xml SYSTEM \"http://127.0.0.1/a.dtd\"><xml><return_code>1</return_code></xml>",
        ),
        ("an entity nobody declared", "<xml><return_code>&xxe;</return_code></xml>"),
        ("an entity of HTML", "<xml><return_code>&nbsp;</return_code></xml>"),
        ("an entity in capitals", "<xml><return_code>&LT;</return_code></xml>"),
        ("a lone ampersand", "<xml><return_code>a & b</return_code></xml>"),
        ("NUL by number", "<xml><return_code>&#0;</return_code></xml>"),
        ("a surrogate by number", "<xml><return_code>&#xD83D;</return_code></xml>"),
        ("a number beyond Unicode", "<xml><return_code>&#x110000;</return_code></xml>"),
        ("a control character", "<xml><return_code>\u{1}</return_code></xml>"),
        ("a control character in CDATA", "<xml><return_code><![CDATA[\u{8}]]></return_code></xml>"),
        ("]]> in text", "<xml><return_code>]]></return_code></xml>"),
        ("CDATA without its end", "<xml><return_code><![CDATA[SUCCESS</return_code></xml>"),
        ("CDATA in small letters", "<xml><return_code><![cdata[SUCCESS]]></return_code></xml>"),
        ("crossed tags", "<xml><return_code>SUCCESS</xml></return_code>"),
        ("an end tag of another name", "<xml><return_code>SUCCESS</return_codes></xml>"),
        ("an end tag in capitals", "<xml><return_code>SUCCESS</RETURN_CODE></xml>"),
        ("no end tag", "<xml><return_code>SUCCESS</return_code>"),
        ("two roots", "<xml><return_code>SUCCESS</return_code></xml><xml/>"),
        ("text behind the root", "<xml><return_code>SUCCESS</return_code></xml>1"),
        (
            "a declaration in the second line",
            "\n<?xml version=\"1.0\"?><xml><return_code>SUCCESS</return_code></xml>",
        ),
        (
            "another encoding",
            "<?xml version=\"1.0\" encoding=\"GBK\"?><xml><return_code>SUCCESS</return_code></xml>",
        ),
        ("a Chinese name", "<xml><返回>SUCCESS</返回></xml>"),
    ] {
        suite.refuses(name, || stays_out(document.as_bytes()));
    }
    bytes(suite);
    bounds(suite);
    suite.refuses("the error says what and where", || {
        for (document, part, line, column) in [
            ("<xml>\n <a>支付&x;</a></xml>", "entity", 2, 5),
            ("<!DOCTYPE a><a/>", "document type", 1, 1),
            ("<root/>", "root element", 1, 1),
            ("<xml><a>1</a><a>2</a></xml>", "twice", 0, 0),
        ] {
            let error = UnverifiedNotification::parse(document.as_bytes()).expect_err(document);
            let Error::BodyMalformed { part: what, line: l, column: c } = error.clone() else {
                return Err(format!("{document}: {error}"));
            };
            same((what.contains(part), l, c), (true, line, column))
                .map_err(|seen| format!("{document}: {seen}: {what}"))?;
            holds(line == 0 || error.to_string().contains(&format!("line {line}")), error)?;
        }
        Ok(())
    });
    answers(suite);
}

fn bytes(suite: &mut Suite) {
    for (name, bytes) in [
        ("not UTF-8", b"<xml><return_code>\xff</return_code></xml>".to_vec()),
        ("GBK", b"<xml><return_code>\xd6\xa7\xb8\xb6</return_code></xml>".to_vec()),
        ("an overlong form", b"<xml><return_code>\xc0\xbc</return_code></xml>".to_vec()),
        ("a surrogate", b"<xml><return_code>\xed\xa0\x80</return_code></xml>".to_vec()),
        ("cut inside a character", b"<xml><return_code>\xe6\x94".to_vec()),
        ("UTF-16", "<xml><a>1</a></xml>".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("UTF-16 with its mark", b"\xff\xfe<\0x\0m\0l\0/\0>\0".to_vec()),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0".to_vec()),
    ] {
        suite.refuses(name, || stays_out(&bytes));
    }
}

fn bounds(suite: &mut Suite) {
    let laughs: String = (1..10)
        .map(|level| {
            let before = format!("&lol{};", level - 1).repeat(10);
            format!("<!ENTITY lol{level} \"{before}\">")
        })
        .collect();
    let laughs = format!(
        "<!DOCTYPE xml [<!ENTITY lol0 \"lol\">{laughs}]><xml><return_code>&lol9;</return_code></xml>"
    );
    let quadratic = format!(
        "<!DOCTYPE xml [<!ENTITY a \"{}\">]><xml><return_code>{}</return_code></xml>",
        "a".repeat(10_000),
        "&a;".repeat(10_000)
    );
    let many = |count: usize| -> String {
        let fields: String = (0..count).map(|number| format!("<f{number}>1</f{number}>")).collect();
        format!("<xml>{fields}{{sign}}</xml>")
    };
    let long = |len: usize| format!("<xml><a>{}</a>{{sign}}</xml>", "x".repeat(len));
    for (name, document) in [
        ("billion laughs", laughs),
        ("quadratic blow-up", quadratic),
        ("2000 fields", many(2000)),
        ("a value of 256 KiB", long(256 * 1024)),
        ("100000 levels", "<xml>".repeat(50_000)),
        ("100000 levels, closed", "<a>".repeat(20_000) + &"</a>".repeat(20_000)),
        ("a name of 65 characters", format!("<xml><{0}>1</{0}></xml>", "n".repeat(65))),
        ("a name without end", "<xml><".to_owned() + &"n".repeat(200_000)),
        ("blanks without end", "<xml>".to_owned() + &" ".repeat(200_000)),
        ("ampersands without end", "<xml><a>".to_owned() + &"&".repeat(200_000)),
        ("CDATA without end", "<xml><a>".to_owned() + &"<![CDATA[".repeat(20_000)),
    ] {
        suite.refuses(name, || stays_out(document.as_bytes()));
    }
    let thousand: Vec<(String, String)> =
        (0..1000).map(|number| (format!("f{number}"), "1".to_owned())).collect();
    suite.accepts("1000 fields", || {
        let expected: Vec<(&str, &str)> =
            thousand.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        reads(&many(1000), &expected)
    });
    suite.accepts("a value of 200 KiB", || {
        reads(&long(200 * 1024), &[("a", &"x".repeat(200 * 1024))])
    });
}

fn answers(suite: &mut Suite) {
    for (name, found, expected) in [
        (
            "SUCCESS",
            Answer::Success.to_xml(),
            "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>",
        ),
        (
            "FAIL",
            Answer::Fail("签名失败").to_xml(),
            "<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[签名失败]]></return_msg></xml>",
        ),
        (
            "SUCCESS to an event",
            Answer::Success.to_event_xml(),
            "<xml><code><![CDATA[SUCCESS]]></code><message><![CDATA[OK]]></message></xml>",
        ),
        (
            "FAIL to an event",
            Answer::Fail("x").to_event_xml(),
            "<xml><code><![CDATA[FAIL]]></code><message><![CDATA[x]]></message></xml>",
        ),
    ] {
        suite.accepts(format!("answer {name}"), || same(found.as_str(), expected));
    }
    suite.accepts("a remark cannot leave its place", || {
        let remark = "]]></return_msg><return_code>SUCCESS</return_code>\0\u{b}";
        let xml = Answer::Fail(remark).to_xml();
        let answer = UnverifiedResponse::parse(xml.as_bytes()).map_err(unexpected)?;
        let refusal = answer.refusal().ok_or("it was taken for a success")?;
        same(refusal.return_code, "FAIL")?;
        same(refusal.return_msg, Some(&remark[..remark.len() - 2]))
    });
}
