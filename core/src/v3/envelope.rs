use core::ops::Range;
use core::str;

use crate::encoding::json::{self, Malformed, Value};
use crate::error::Error;
use crate::keys::ApiV3Key;
use crate::signature::Scheme;
use crate::v3::opened::NotificationRef;
use crate::v3::resource::{self, Sealed};

const BODY: &str = "notification body";

/// Reads a notification body and decrypts its resource, all of it where it stands.
pub(super) fn open_in_place<'a>(
    body: &'a mut [u8],
    key: &ApiV3Key,
    scheme: Scheme,
) -> Result<NotificationRef<'a>, Error> {
    let mut at = Places::find(body)?;
    at.unescape(body)?;
    let disjoint = [at.algorithm, at.nonce, at.associated_data, at.ciphertext.clone()];
    let [algorithm, nonce, associated_data, ciphertext] =
        body.get_disjoint_mut(disjoint).map_err(|_| malformed())?;
    let sealed = Sealed { algorithm, nonce, associated_data, ciphertext };
    let end = at.ciphertext.start.saturating_add(sealed.open(key, scheme)?.len());
    let is_typed = at.original_type.is_some();
    let disjoint = [
        at.id,
        at.create_time,
        at.event_type,
        at.resource_type,
        at.summary,
        at.original_type.unwrap_or_default(),
        at.ciphertext.start..end,
    ];
    let [id, create_time, event_type, resource_type, summary, original_type, resource] =
        body.get_disjoint_mut(disjoint).map_err(|_| malformed())?;
    Ok(NotificationRef {
        id: text(id)?,
        create_time: text(create_time)?,
        event_type: text(event_type)?,
        resource_type: text(resource_type)?,
        summary: text(summary)?,
        original_type: Some(text(original_type)?).filter(|_| is_typed),
        resource: text(resource)?,
    })
}

/// Whether this is a notification body, encrypted with whatever key.
#[cfg(feature = "explain")]
pub(super) fn is_well_formed(body: &[u8]) -> bool {
    Places::find(body).is_ok()
}

/// The texts of a notification body, by where they stand in it: what happened, and the encrypted
/// details (`doc/v3/partner/4012881605`). Members not named here are passed over. A text that may be missing, and is, stands nowhere.
struct Places {
    id: Range<usize>,
    create_time: Range<usize>,
    event_type: Range<usize>,
    resource_type: Range<usize>,
    summary: Range<usize>,
    algorithm: Range<usize>,
    ciphertext: Range<usize>,
    nonce: Range<usize>,
    associated_data: Range<usize>,
    original_type: Option<Range<usize>>,
}

impl Places {
    fn find(body: &[u8]) -> Result<Self, Error> {
        let stopped = |malformed: Malformed| malformed.error(BODY, body);
        let json = json::text(BODY, body)?;
        let names = ["id", "create_time", "event_type", "resource_type", "summary", "resource"];
        let [id, create_time, event_type, resource_type, summary, resource] =
            json::members(json, 0..json.len(), names).map_err(stopped)?;
        let Some(Value::Object(resource)) = resource else { return Err(malformed()) };
        let names = ["algorithm", "ciphertext", "nonce", "associated_data", "original_type"];
        let [algorithm, ciphertext, nonce, associated_data, original_type] =
            json::members(json, resource, names).map_err(stopped)?;
        Ok(Self {
            id: required(id)?,
            create_time: required(create_time)?,
            event_type: required(event_type)?,
            resource_type: optional(resource_type)?.unwrap_or_default(),
            summary: optional(summary)?.unwrap_or_default(),
            algorithm: required(algorithm)?,
            ciphertext: required(ciphertext)?,
            nonce: required(nonce)?,
            associated_data: optional(associated_data)?.unwrap_or_default(),
            original_type: optional(original_type)?,
        })
    }

    fn unescape(&mut self, body: &mut [u8]) -> Result<(), Error> {
        let places = [
            &mut self.id,
            &mut self.create_time,
            &mut self.event_type,
            &mut self.resource_type,
            &mut self.summary,
            &mut self.algorithm,
            &mut self.ciphertext,
            &mut self.nonce,
            &mut self.associated_data,
        ];
        for place in places.into_iter().chain(self.original_type.as_mut()) {
            let raw = body.get_mut(place.clone()).ok_or(malformed())?;
            let len = json::unescape_in_place(raw).ok_or(malformed())?.len();
            place.end = place.start.saturating_add(len);
        }
        Ok(())
    }
}

fn required(value: Option<Value>) -> Result<Range<usize>, Error> {
    match value {
        Some(Value::Text(place)) => Ok(place),
        _ => Err(malformed()),
    }
}

fn optional(value: Option<Value>) -> Result<Option<Range<usize>>, Error> {
    match value {
        None | Some(Value::Null) => Ok(None),
        other => required(other).map(Some),
    }
}

fn text(bytes: &mut [u8]) -> Result<&str, Error> {
    str::from_utf8(bytes).map_err(|_| malformed())
}

const fn malformed() -> Error {
    resource::malformed(BODY)
}
