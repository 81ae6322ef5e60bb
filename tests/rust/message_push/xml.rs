//! The XML around `Encrypt`: read strictly, and never beyond what a push needs.

use wechatpay_tests::suite::{Suite, refused, same, unexpected};

use crate::wechat::{Push, TEXT};

pub(crate) fn suite(suite: &mut Suite) {
    let good = Push::good();
    let encrypt = good.encrypt.clone();
    let e = encrypt.as_str();
    let open = |body: &str| {
        let mut push = good.clone();
        push.body = body.to_owned();
        push.open()
    };
    for body in [
        format!("<xml><Encrypt>{e}</Encrypt></xml>"),
        format!("<xml><Encrypt><![CDATA[{e}]]></Encrypt></xml>\n"),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<xml>\r\n<Encrypt>{e}</Encrypt>\r\n</xml>"
        ),
        format!("<xml><ToUserName>a &amp; b</ToUserName><Encrypt >{e}</Encrypt ></xml>"),
        format!("<xml><Encrypt>{}<![CDATA[{}]]></Encrypt></xml>", &e[..10], &e[10..]),
        format!("<xml><Info><Encrypt>no</Encrypt></Info><Encrypt>{e}</Encrypt></xml>"),
    ] {
        suite.accepts(body.replace(e, "…"), || {
            same(open(&body).map_err(unexpected)?.text(), TEXT)
        });
    }
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let many = format!("<xml>{}<Encrypt>{e}</Encrypt></xml>", "<a/>".repeat(2_000));
    let long = format!("<xml><a>{}</a><Encrypt>{e}</Encrypt></xml>", "x".repeat(300_000));
    let laughs = format!(
        "<!DOCTYPE l [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]><xml><a>&b;</a><Encrypt>{e}</Encrypt></xml>"
    );
    for (name, body) in [
        ("no Encrypt", "<xml></xml>".to_owned()),
        ("a byte order mark", format!("\u{feff}<xml><Encrypt>{e}</Encrypt></xml>")),
        ("an empty one", "<xml><Encrypt/></xml>".to_owned()),
        ("two", format!("<xml><Encrypt>{e}</Encrypt><Encrypt>{e}</Encrypt></xml>")),
        ("one further down", format!("<xml><a><Encrypt>{e}</Encrypt></a></xml>")),
        ("another root", format!("<root><Encrypt>{e}</Encrypt></root>")),
        ("it is the root", format!("<Encrypt>{e}</Encrypt>")),
        ("elements inside it", format!("<xml><Encrypt><a>{e}</a></Encrypt></xml>")),
        ("in lower case", format!("<xml><encrypt>{e}</encrypt></xml>")),
        ("blanks inside it", format!("<xml><Encrypt> {e} </Encrypt></xml>")),
        ("an attribute", format!("<xml><Encrypt a=\"1\">{e}</Encrypt></xml>")),
        ("a namespace", format!("<x:xml><Encrypt>{e}</Encrypt></x:xml>")),
        ("a comment", format!("<xml><!-- x --><Encrypt>{e}</Encrypt></xml>")),
        (
            "a comment inside it",
            format!("<xml><Encrypt>{}<!-- -->{}</Encrypt></xml>", &e[..4], &e[4..]),
        ),
        ("a processing instruction", format!("<xml><?x ?><Encrypt>{e}</Encrypt></xml>")),
        ("a document type", format!("<!DOCTYPE xml><xml><Encrypt>{e}</Encrypt></xml>")),
        (
            "an external entity",
            format!(
                "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><Encrypt>{e}&a;</Encrypt></xml>"
            ),
        ),
        ("entities of entities", laughs),
        ("an entity not known", format!("<xml><a>&nbsp;</a><Encrypt>{e}</Encrypt></xml>")),
        ("a control character", format!("<xml><a>\u{1}</a><Encrypt>{e}</Encrypt></xml>")),
        ("cut off", format!("<xml><Encrypt>{e}</Encrypt>")),
        ("crossed tags", format!("<xml><a><Encrypt>{e}</a></Encrypt></xml>")),
        ("text beside it", format!("<xml>x<Encrypt>{e}</Encrypt></xml>")),
        ("something behind", format!("<xml><Encrypt>{e}</Encrypt></xml><xml/>")),
        (
            "another encoding declared",
            format!("<?xml version=\"1.0\" encoding=\"GBK\"?><xml><Encrypt>{e}</Encrypt></xml>"),
        ),
        ("UTF-16", format!("\u{0}<xml><Encrypt>{e}</Encrypt></xml>")),
        ("too deep", deep),
        ("too many", many),
        ("too long", long),
    ] {
        suite.refuses(name, || refused(open(&body), "ERR_BODY_MALFORMED"));
    }
}
