//! The body of an order for `/v3/pay/transactions/native`.

use crate::machine::Decimal;

/// Texts that need no escape in JSON, and an amount in fen.
pub struct Order<'a> {
    pub appid: &'a str,
    pub mchid: &'a str,
    pub description: &'a str,
    pub out_trade_no: &'a str,
    pub notify_url: &'a str,
    pub total: u32,
}

impl Order<'_> {
    /// Writes it as JSON; `None` if the buffer is too small.
    pub fn write<'b>(&self, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        let total = Decimal::new(self.total);
        let parts = [
            r#"{"appid":""#,
            self.appid,
            r#"","mchid":""#,
            self.mchid,
            r#"","description":""#,
            self.description,
            r#"","out_trade_no":""#,
            self.out_trade_no,
            r#"","notify_url":""#,
            self.notify_url,
            r#"","amount":{"total":"#,
            total.as_str(),
            r#","currency":"CNY"}}"#,
        ];
        let mut len = 0;
        for part in parts {
            let end = len + part.len();
            buffer.get_mut(len..end)?.copy_from_slice(part.as_bytes());
            len = end;
        }
        buffer.get(..len)
    }
}
