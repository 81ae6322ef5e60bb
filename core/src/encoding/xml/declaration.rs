//! `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`, the last two parts of which may be missing.

use crate::encoding::xml::BLANKS;

/// What follows the declaration that the text begins with; `None` if it is damaged, or names another
/// version or encoding.
pub(super) fn after(text: &str) -> Option<&str> {
    let (declaration, rest) = text.strip_prefix("<?xml")?.split_once("?>")?;
    let (version, declaration) = part("version", declaration)?;
    let (encoding, declaration) = part("encoding", declaration).unwrap_or(("utf-8", declaration));
    let (standalone, declaration) = part("standalone", declaration).unwrap_or(("no", declaration));
    let is_known = version == "1.0"
        && encoding.eq_ignore_ascii_case("utf-8")
        && ["yes", "no"].contains(&standalone)
        && declaration.trim_matches(BLANKS).is_empty();
    is_known.then_some(rest)
}

/// The value of a part, and what follows it.
fn part<'a>(name: &str, declaration: &'a str) -> Option<(&'a str, &'a str)> {
    let name_on = declaration.strip_prefix(BLANKS)?.trim_start_matches(BLANKS);
    let equals_on = name_on.strip_prefix(name)?.trim_start_matches(BLANKS);
    let value_on = equals_on.strip_prefix('=')?.trim_start_matches(BLANKS);
    ['"', '\''].into_iter().find_map(|quote| value_on.strip_prefix(quote)?.split_once(quote))
}
