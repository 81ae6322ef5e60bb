use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::block_mode::open_aes_128_cbc;
use crate::encoding::base64;
use crate::error::Error;
use crate::mini_program::argument;
use crate::mini_program::session_key::SessionKey;
use crate::mini_program::user_data::UserData;

/// `encryptedData` with its `iv`, as the mini program sent them (加密数据解密,
/// `developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html`): AES-128-CBC with
/// PKCS#7 padding.
///
/// The cipher has no tag. What opens under the session key of a user, with the right padding and
/// watermark, was almost certainly made by WeChat in that session; it is no proof as a signature is.
#[derive(Clone)]
pub struct EncryptedData {
    iv: [u8; 16],
    ciphertext: Vec<u8>,
}

impl EncryptedData {
    /// Takes both texts as they came from the client API, in standard base64.
    ///
    /// Two things that happen to them on the way are undone, nothing else: a text of several lines is
    /// joined, without the blanks and tabs at both ends of each line; any other blank becomes the `+`
    /// that form decoding made it from.
    ///
    /// # Errors
    /// [`Error::ArgumentInvalid`] if one of them is not base64, or `iv` not of 16 bytes.
    pub fn new(encrypted_data: &str, iv: &str) -> Result<Self, Error> {
        let iv = decode(iv).and_then(|iv| iv.try_into().ok()).ok_or(Error::ArgumentInvalid {
            name: "iv",
            expected: "base64 of 16 bytes, as the client API gave it",
        })?;
        let ciphertext = decode(encrypted_data).ok_or(Error::ArgumentInvalid {
            name: "encryptedData",
            expected: "standard base64, as the client API gave it. Percent-encode it to send it in a \
                       form or a query",
        })?;
        Ok(Self { iv, ciphertext })
    }

    /// Decrypts with the session key of the user who sent it, and compares the appid of the watermark
    /// with that of the own mini program.
    ///
    /// # Errors
    /// [`Error::DecryptFailed`] if the data does not belong to this session key: wrong length or
    /// padding, or no JSON with a watermark inside. Most often the user has logged in again since.
    /// [`Error::AppidMismatch`] if it was made for another mini program.
    /// [`Error::ArgumentInvalid`] for a malformed `appid`.
    pub fn open(self, session_key: &SessionKey, appid: &str) -> Result<UserData, Error> {
        let appid = argument::appid(appid)?;
        let mut buffer = self.ciphertext;
        open_aes_128_cbc(session_key.secret_bytes(), &self.iv, &mut buffer)?;
        let json = String::from_utf8(buffer).map_err(|_| Error::DecryptFailed)?;
        UserData::from_decrypted(json, appid)
    }
}

impl fmt::Debug for EncryptedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedData").field("len", &self.ciphertext.len()).finish_non_exhaustive()
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let lines = text.split(['\r', '\n']).map(|line| line.trim_matches([' ', '\t']));
    let is_one_line = !text.contains(['\r', '\n']);
    let joined = if is_one_line { String::from(text) } else { lines.collect() };
    base64::decode(&joined.replace(' ', "+"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_form_decoding_and_line_breaks_are_undone() {
        let expected = base64::decode("++//AAA+").unwrap_or_default();
        for text in ["++//AAA+", "  //AAA ", "++//\nAAA+", "++//\r\n\t AAA+\r\n", "\n++//AAA+"] {
            assert_eq!(decode(text).as_deref(), Some(&*expected), "{text:?}");
        }
        for text in
            ["++//\tAAA+", "++//AAA", "-_//AAA+", "++//AAA+\u{a0}", "++//AAA%2B", " ++//AAA+"]
        {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
