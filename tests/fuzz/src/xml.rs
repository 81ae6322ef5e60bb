//! XML as roxmltree reads it.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

/// Names and texts of the elements below a root of this name, unless there is more to it than that.
pub fn flat(document: &[u8], root: &str) -> Option<Vec<(String, String)>> {
    let document = std::str::from_utf8(document).ok()?;
    let document = document.strip_prefix('\u{feff}').unwrap_or(document);
    let parsed = parse(document)?;
    let element = parsed.root_element();
    let is_flat =
        |node: Node<'_, '_>| node.is_element() && node.children().all(|child| child.is_text());
    let is_named = element.tag_name().name() == root;
    let fields = element.children().filter(Node::is_element);
    (is_named && fields.clone().all(is_flat))
        .then(|| fields.map(|field| (field.tag_name().name().to_owned(), text_of(field))).collect())
}

/// A document as the core gives it as JSON: all values are texts, objects and lists.
pub fn json(document: &str) -> Option<Value> {
    parse(document.strip_prefix('\u{feff}').unwrap_or(document))
        .map(|parsed| value(parsed.root_element()))
}

fn value(element: Node<'_, '_>) -> Value {
    let mut children = element.children().filter(Node::is_element).peekable();
    if children.peek().is_none() {
        return Value::String(text_of(element));
    }
    let mut object = Map::new();
    for child in children {
        let slot = object.entry(child.tag_name().name()).or_insert(Value::Null);
        *slot = match slot.take() {
            Value::Null => value(child),
            Value::Array(list) => list.into_iter().chain([value(child)]).collect(),
            first => Value::Array(vec![first, value(child)]),
        };
    }
    Value::Object(object)
}

fn parse(document: &str) -> Option<Document<'_>> {
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: 10_000, ..ParsingOptions::default() };
    Document::parse_with_options(document, options).ok()
}

fn text_of(element: Node<'_, '_>) -> String {
    element.children().filter_map(|child| child.text()).collect()
}

/// The core leaves line ends as they came, as signatures are over them; XML makes line feeds of them.
pub fn line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
