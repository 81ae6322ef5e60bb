//! What the test suites of this folder share: the vectors, a platform that signs and encrypts
//! without the core, the OpenSSL command line as an oracle, and a runner that counts cases.

pub mod calendar;
pub mod leaks;
pub mod mutate;
pub mod node;
pub mod openssl;
pub mod pem;
pub mod platform;
pub mod primitives;
pub mod rng;
pub mod source;
pub mod suite;
pub mod vector;
pub mod vector_suites;
