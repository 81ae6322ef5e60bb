//! The little XML that WeChat writes: elements and text, nothing else.
//!
//! Strict on purpose. No document type, no entity but the five of XML itself, no attribute, no
//! comment, no processing instruction but the declaration; bounded in length, depth and number of
//! elements. Line ends stay as they came: signatures are over them.

mod declaration;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Error;

/// Longest document accepted, in bytes.
const MAX_LEN: usize = 256 * 1024;

/// Deepest nesting accepted. Messages of WeChat have up to four levels.
const MAX_DEPTH: usize = 8;

/// Most elements accepted. The longest documented message has fewer than a hundred.
const MAX_ELEMENTS: usize = 1024;

/// Longest name of an element, in bytes.
const MAX_NAME_LEN: usize = 64;

/// An element with what it contains.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) name: &'a str,
    pub(crate) content: Content<'a>,
}

/// What stands between the tags of an element: text, or elements with blanks around them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content<'a> {
    Elements(Vec<Element<'a>>),
    Text(Cow<'a, str>),
}

/// Reads a document: an optional declaration, one element, nothing behind it.
///
/// # Errors
/// [`Error::BodyMalformed`] with the first thing that does not belong there.
pub(crate) fn parse(document: &[u8]) -> Result<Element<'_>, Error> {
    if document.len() > MAX_LEN {
        return Err(Error::BodyMalformed { part: TOO_LONG, line: 0, column: 0 });
    }
    let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    let text = core::str::from_utf8(document).map_err(|error| {
        let valid = document.get(..error.valid_up_to()).unwrap_or_default();
        malformed(NOT_UTF_8, core::str::from_utf8(valid).unwrap_or_default())
    })?;
    let mut reader = Reader { rest: text, elements: 0 };
    let read = reader.document();
    read.map_err(|part| malformed(part, text.strip_suffix(reader.rest).unwrap_or(text)))
}

/// Appends `<name><![CDATA[text]]></name>`; `]]>` inside the text is split over two sections.
pub(crate) fn write_cdata(out: &mut String, name: &str, text: &str) {
    for part in ["<", name, "><![CDATA["] {
        out.push_str(part);
    }
    out.push_str(&text.replace("]]>", "]]]]><![CDATA[>"));
    for part in ["]]></", name, ">"] {
        out.push_str(part);
    }
}

/// Whether an element may have this name.
pub(crate) fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME_LEN
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(is_name_char)
}

/// Whether this character may stand in text (XML 1.0, §2.2).
pub(crate) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

impl<'a> Element<'a> {
    /// The text of the only child of this name; `None` if there is none, more than one, or elements
    /// inside it.
    #[cfg(feature = "message-push")]
    pub(crate) fn child_text(&self, name: &str) -> Option<&str> {
        let mut children = self.children().iter().filter(|child| child.name == name);
        match (children.next(), children.next()) {
            (Some(Self { content: Content::Text(text), .. }), None) => Some(text),
            _ => None,
        }
    }

    /// The children as names and texts, in their order.
    ///
    /// # Errors
    /// [`Error::BodyMalformed`] if one has elements inside it, if a name is there twice, or if there
    /// is text instead of them.
    #[cfg(feature = "v2")]
    pub(crate) fn into_fields(self) -> Result<Vec<(&'a str, Cow<'a, str>)>, Error> {
        let refuse = |part| Error::BodyMalformed { part, line: 0, column: 0 };
        let children = match self.content {
            Content::Elements(children) => children,
            Content::Text(text) if is_blank(&text) => return Ok(Vec::new()),
            Content::Text(_) => return Err(refuse("XML (it has text where fields belong)")),
        };
        let mut fields: Vec<(&str, Cow<'_, str>)> = Vec::with_capacity(children.len());
        for child in children {
            let Content::Text(text) = child.content else {
                return Err(refuse("XML (a field has elements inside it)"));
            };
            if fields.iter().any(|(name, _)| *name == child.name) {
                return Err(refuse("XML (a field is there twice)"));
            }
            fields.push((child.name, text));
        }
        Ok(fields)
    }

    #[cfg(feature = "message-push")]
    fn children(&self) -> &[Self] {
        match &self.content {
            Content::Elements(children) => children,
            Content::Text(_) => &[],
        }
    }
}

const TOO_LONG: &str = "XML (it is longer than 256 KiB)";
const NOT_UTF_8: &str = "XML (it is not UTF-8)";
const BAD_DECLARATION: &str =
    "XML (its declaration is damaged, or names another encoding than UTF-8)";
const BAD_DOCTYPE: &str = "XML (it has a document type, a comment or a processing instruction)";
const BAD_TAG: &str = "XML (a tag is damaged, has attributes, or does not match)";
const BAD_NAME: &str = "XML (an element has a name that WeChat does not use)";
const BAD_TEXT: &str = "XML (a character is not allowed in text)";
const BAD_ENTITY: &str = "XML (an entity is not one of the five of XML)";
const BAD_CDATA: &str = "XML (a CDATA section is not closed)";
const CUT_OFF: &str = "XML (it ends too early)";
const MIXED: &str = "XML (text stands beside elements)";
const TOO_DEEP: &str = "XML (elements are nested too deeply)";
const TOO_MANY: &str = "XML (it has too many elements)";
const TRAILING: &str = "XML (something follows the root element)";

/// White space of XML; Unicode knows more.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

struct Reader<'a> {
    rest: &'a str,
    elements: usize,
}

/// What was read, or what is wrong with it; the reader then stands where it is wrong.
type Read<T> = Result<T, &'static str>;

impl<'a> Reader<'a> {
    fn document(&mut self) -> Read<Element<'a>> {
        self.declaration()?;
        self.skip_blanks();
        let root = self.element(MAX_DEPTH)?;
        self.skip_blanks();
        if self.rest.is_empty() { Ok(root) } else { Err(TRAILING) }
    }

    /// A declaration at the very start, or nothing.
    fn declaration(&mut self) -> Read<()> {
        if self.rest.starts_with("<?xml ") {
            self.rest = declaration::after(self.rest).ok_or(BAD_DECLARATION)?;
        }
        Ok(())
    }

    fn element(&mut self, depth: usize) -> Read<Element<'a>> {
        self.elements = self.elements.saturating_add(1);
        if self.elements > MAX_ELEMENTS {
            return Err(TOO_MANY);
        }
        let name = self.start_of_tag("<")?;
        self.skip_blanks();
        if self.eat("/>") {
            return Ok(Element { name, content: Content::Text(Cow::Borrowed("")) });
        }
        self.expect(">")?;
        let content = self.content(depth.checked_sub(1).ok_or(TOO_DEEP)?)?;
        if self.start_of_tag("</")? != name {
            return Err(BAD_TAG);
        }
        self.skip_blanks();
        self.expect(">")?;
        Ok(Element { name, content })
    }

    fn content(&mut self, depth: usize) -> Read<Content<'a>> {
        let mut text = Cow::Borrowed("");
        let mut elements = Vec::new();
        while !self.rest.starts_with("</") {
            if self.rest.starts_with("<![CDATA[") {
                append(&mut text, self.cdata()?);
            } else if self.rest.starts_with('<') {
                elements.push(self.element(depth)?);
            } else {
                append(&mut text, self.text()?);
            }
        }
        match elements.is_empty() {
            true => Ok(Content::Text(text)),
            false if is_blank(&text) => Ok(Content::Elements(elements)),
            false => Err(MIXED),
        }
    }

    fn cdata(&mut self) -> Read<Cow<'a, str>> {
        let section = self.rest.strip_prefix("<![CDATA[");
        let (data, rest) = section.and_then(|rest| rest.split_once("]]>")).ok_or(BAD_CDATA)?;
        if !data.chars().all(is_char) {
            return Err(BAD_TEXT);
        }
        self.rest = rest;
        Ok(Cow::Borrowed(data))
    }

    fn text(&mut self) -> Read<Cow<'a, str>> {
        let end = self.rest.find('<').ok_or(CUT_OFF)?;
        let (text, rest) = self.rest.split_at_checked(end).ok_or(CUT_OFF)?;
        if !text.chars().all(is_char) || text.contains("]]>") {
            return Err(BAD_TEXT);
        }
        let text = unescape(text).ok_or(BAD_ENTITY)?;
        self.rest = rest;
        Ok(text)
    }

    fn start_of_tag(&mut self, opening: &str) -> Read<&'a str> {
        if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
            return Err(BAD_DOCTYPE);
        }
        self.expect(opening)?;
        let end = self.rest.find(|c| !is_name_char(c)).ok_or(CUT_OFF)?;
        let (name, rest) = self.rest.split_at_checked(end).ok_or(CUT_OFF)?;
        if !is_name(name) {
            return Err(BAD_NAME);
        }
        self.rest = rest;
        Ok(name)
    }

    fn expect(&mut self, expected: &str) -> Read<()> {
        if self.eat(expected) {
            return Ok(());
        }
        Err(if self.rest.is_empty() { CUT_OFF } else { BAD_TAG })
    }

    fn eat(&mut self, expected: &str) -> bool {
        let after = self.rest.strip_prefix(expected);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(BLANKS);
    }
}

const fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn is_blank(text: &str) -> bool {
    text.trim_matches(BLANKS).is_empty()
}

fn append<'a>(text: &mut Cow<'a, str>, more: Cow<'a, str>) {
    if text.is_empty() {
        *text = more;
    } else {
        text.to_mut().push_str(&more);
    }
}

fn unescape(text: &str) -> Option<Cow<'_, str>> {
    let Some((before, mut rest)) = text.split_once('&') else { return Some(Cow::Borrowed(text)) };
    let mut plain = String::from(before);
    loop {
        let (entity, after) = rest.split_once(';')?;
        plain.push(character(entity)?);
        let Some((between, next)) = after.split_once('&') else {
            plain.push_str(after);
            return Some(Cow::Owned(plain));
        };
        plain.push_str(between);
        rest = next;
    }
}

/// What `&entity;` stands for: one of the five, or a character by its number.
fn character(entity: &str) -> Option<char> {
    let named = match entity {
        "amp" => '&',
        "apos" => '\'',
        "gt" => '>',
        "lt" => '<',
        "quot" => '"',
        _ => {
            let number = entity.strip_prefix('#')?;
            let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
            let is_plain = !digits.starts_with('+') && digits.len() <= 8;
            let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_plain)?;
            return char::from_u32(code).filter(|c| is_char(*c));
        }
    };
    Some(named)
}

/// The error with the position behind what was read; columns are counted in characters.
fn malformed(part: &'static str, read: &str) -> Error {
    let line_start = read.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let column = read.get(line_start..).unwrap_or_default().chars().count();
    Error::BodyMalformed {
        part,
        line: read.matches('\n').count().saturating_add(1),
        column: column.saturating_add(1),
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn text_of(document: &str) -> Option<String> {
        match parse(document.as_bytes()).ok()?.content {
            Content::Text(text) => Some(text.into_owned()),
            Content::Elements(_) => None,
        }
    }

    #[test]
    fn text_is_read_in_all_its_forms() {
        for (document, text) in [
            ("<xml/>", ""),
            ("<xml></xml>", ""),
            ("<xml >a b</xml >", "a b"),
            ("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<xml>支付</xml>\r\n", "支付"),
            ("<?xml version='1.0'?><xml>1</xml>", "1"),
            ("<xml><![CDATA[<a>&amp;]]]]></xml>", "<a>&amp;]]"),
            ("<xml>a<![CDATA[b]]>c<![CDATA[]]></xml>", "abc"),
            ("<xml>&lt;&gt;&amp;&apos;&quot;</xml>", "<>&'\""),
            ("<xml>&amp;amp;</xml>", "&amp;"),
            ("<xml>&#65;&#x4e2d;&#13;</xml>", "A中\r"),
            ("\u{feff}<xml>1</xml>", "1"),
        ] {
            assert_eq!(text_of(document).as_deref(), Some(text), "{document}");
        }
    }

    #[test]
    fn what_was_written_is_read_again() {
        for text in ["", "plain", "]]>", "a]]>b]]>]]>", "<&>\"'", "]]", "支付\r\n"] {
            let mut document = String::new();
            write_cdata(&mut document, "xml", text);
            assert_eq!(text_of(&document).as_deref(), Some(text), "{document}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for document in [
            "",
            " ",
            "text",
            "<xml>",
            "<xml></XML>",
            "<xml></xmlx>",
            "<xml><a></xml></a>",
            "<xml></xml><xml></xml>",
            "<xml></xml>text",
            "<xml a=\"1\"></xml>",
            "<1></1>",
            "<x:y></x:y>",
            "<></>",
            "< xml></xml>",
            "<xml><!-- --></xml>",
            "<xml><?php ?></xml>",
            "<!DOCTYPE xml><xml></xml>",
            "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml>&a;</xml>",
            "<xml>&a;</xml>",
            "<xml>&#0;</xml>",
            "<xml>&#x0b;</xml>",
            "<xml>&#xd800;</xml>",
            "<xml>&#xffff;</xml>",
            "<xml>&#x110000;</xml>",
            "<xml>&#4294967361;</xml>",
            "<xml>&#+65;</xml>",
            "<xml>&#X41;</xml>",
            "<xml>&#;</xml>",
            "<xml>&#x;</xml>",
            "<xml>& amp;</xml>",
            "<xml>&AMP;</xml>",
            "<xml>&amp</xml>",
            "<xml>&</xml>",
            "<xml>]]></xml>",
            "<xml><![CDATA[a</xml>",
            "<xml><![cdata[a]]></xml>",
            "<xml>\u{0}</xml>",
            "<xml><![CDATA[\u{b}]]></xml>",
            "<xml>\u{ffff}</xml>",
            "<xml>text<a></a></xml>",
            "\u{feff}\u{feff}<xml></xml>",
            " <?xml version=\"1.0\"?><xml></xml>",
            "<?xml version=\"1.0\" encoding=\"GBK\"?><xml></xml>",
            "<?xml version=\"1.0\" <xml></xml>?><xml></xml>",
            "<?xml versiol=\"1.0\"?><xml></xml>",
            "<?xml version=\"1.0\"encoding=\"utf-8\"?><xml></xml>",
            "<?xml-stylesheet href=\"a\"?><xml></xml>",
        ] {
            assert!(parse(document.as_bytes()).is_err(), "{document}");
        }
    }

    #[test]
    fn size_is_bounded() {
        let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(parse(nested(MAX_DEPTH + 1).as_bytes()).is_err());
        assert!(parse("<a>".repeat(80_000).as_bytes()).is_err());
        let many = |count| format!("<xml>{}</xml>", "<a/>".repeat(count));
        assert!(parse(many(MAX_ELEMENTS - 1).as_bytes()).is_ok());
        assert!(parse(many(MAX_ELEMENTS).as_bytes()).is_err());
        let long = |len| format!("<a>{}</a>", "x".repeat(len));
        assert!(parse(long(MAX_LEN - 7).as_bytes()).is_ok());
        assert!(parse(long(MAX_LEN - 6).as_bytes()).is_err());
        let named = |len| format!("<{}/>", "x".repeat(len));
        assert!(parse(named(MAX_NAME_LEN).as_bytes()).is_ok());
        assert!(parse(named(MAX_NAME_LEN + 1).as_bytes()).is_err());
    }

    #[test]
    fn the_error_says_what_is_wrong_and_where() {
        let refused = |document: &[u8], part, line, column| {
            assert_eq!(parse(document), Err(Error::BodyMalformed { part, line, column }));
        };
        refused("<xml>\n支付 &x;</xml>".as_bytes(), BAD_ENTITY, 1, 6);
        refused("<xml>\n<支/></xml>".as_bytes(), BAD_NAME, 2, 2);
        refused("<xml>\n支\u{0}".as_bytes(), CUT_OFF, 1, 6);
        refused(b"<xml>\n<a b='1'/></xml>", BAD_TAG, 2, 4);
        refused(b"<xml>\n\n \xff</xml>", NOT_UTF_8, 3, 2);
        refused(b"<!DOCTYPE a><a/>", BAD_DOCTYPE, 1, 1);
        refused(b"<xml><a/>", CUT_OFF, 1, 10);
        refused(b"<xml/>\n<a/>", TRAILING, 2, 1);
        refused(b"<xml>a<a/>b</xml>", MIXED, 1, 12);
    }

    #[cfg(feature = "message-push")]
    #[test]
    fn a_child_must_be_there_once_and_hold_text() {
        let child = |document: &str| {
            parse(document.as_bytes()).ok().and_then(|root| root.child_text("a").map(String::from))
        };
        assert_eq!(child("<xml><a>1</a><b><a>2</a></b></xml>").as_deref(), Some("1"));
        for document in ["<xml/>", "<xml>a</xml>", "<xml><a>1</a><a>1</a></xml>"] {
            assert_eq!(child(document), None, "{document}");
        }
        assert_eq!(child("<xml><a><c/></a></xml>"), None);
        assert_eq!(child("<xml><b><a>2</a></b></xml>"), None);
    }

    #[cfg(feature = "v2")]
    #[test]
    fn fields_are_flat_and_named_once() {
        fn fields(document: &str) -> Option<Vec<(&str, Cow<'_, str>)>> {
            parse(document.as_bytes()).and_then(Element::into_fields).ok()
        }
        let two = fields("<xml>\n<b>2</b>\n<a><![CDATA[1]]></a>\n</xml>");
        assert_eq!(two, Some([("b", "2".into()), ("a", "1".into())].into()));
        assert_eq!(fields("<xml> </xml>"), Some([].into()));
        for document in ["<xml>1</xml>", "<xml><a/><a/></xml>", "<xml><a><b/></a></xml>"] {
            assert_eq!(fields(document), None, "{document}");
        }
    }
}
