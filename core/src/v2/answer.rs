use alloc::string::String;

use crate::encoding::xml;

/// What to answer a notification with, at HTTP status 200, within 5 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// Taken: WeChat Pay stops sending it. Only after it was verified and applied.
    Success,
    /// Not taken, with a remark: WeChat Pay sends it again later.
    Fail(&'a str),
}

impl Answer<'_> {
    /// For notifications with a `return_code`: payments and refunds (`doc/v2/merchant/4011937248`).
    #[must_use]
    pub fn to_xml(self) -> String {
        self.write("return_code", "return_msg")
    }

    /// For notifications with an `event_type`: payscore.
    #[must_use]
    pub fn to_event_xml(self) -> String {
        self.write("code", "message")
    }

    fn write(self, code_name: &str, message_name: &str) -> String {
        let (code, message) = match self {
            Self::Success => ("SUCCESS", "OK"),
            Self::Fail(message) => ("FAIL", message),
        };
        let message: String = message.chars().filter(|c| xml::is_char(*c)).collect();
        let mut document = String::from("<xml>");
        xml::write_cdata(&mut document, code_name, code);
        xml::write_cdata(&mut document, message_name, &message);
        document.push_str("</xml>");
        document
    }
}
