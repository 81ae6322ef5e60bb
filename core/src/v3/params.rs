use crate::encoding::Buffer;
use crate::error::Error;
use crate::signature::Signature;

/// Writes client parameters as a JSON object: each name with its value in two pieces, then the
/// signature. No value may have a character that JSON would escape; `argument` sees to that.
pub(super) fn write_json<'b>(
    params: &[(&str, [&str; 2])],
    signature_name: &str,
    signature: &Signature,
    buffer: &'b mut [u8],
) -> Result<&'b str, Error> {
    Buffer::filled_by(buffer, |out| {
        let mut before = "{\"";
        for (name, [value, more]) in params {
            for part in [before, *name, "\":\"", *value, *more] {
                out.write_str(part)?;
            }
            before = "\",\"";
        }
        for part in [before, signature_name, "\":\""] {
            out.write_str(part)?;
        }
        signature.write_base64_to(out)?;
        out.write_str("\"}")
    })
}
