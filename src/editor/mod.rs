//! Specs in an editor: the language server protocol, spoken over a [`Connection`](lsp_server::Connection).
//!
//! Everything that is answered is read off a [`Snapshot`](snapshot::Snapshot): a text as the editor has it, checked, whether it is
//! sound or not. A file below `capabilities/` answers one sort of question. Files are opened by the Loader alone, and
//! messages are carried by whatever pipes `cli/` hands over.

mod capabilities;
mod identifiers;
mod meanings;
mod paths;
mod place;
mod positions;
mod server;
mod shown;
mod snapshot;
mod transport;
mod world;

pub use server::{Ended, serve};
pub use transport::{Carrier, connect};
