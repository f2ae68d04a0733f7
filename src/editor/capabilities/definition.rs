//! Where a name is defined.

use lsp_types::request::GotoDefinition;
use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, OneOf};

use super::Capability;
use crate::editor::world::{Refusal, World};

pub(super) static CAPABILITY: Capability = Capability {
    requests: &[request!(GotoDefinition, definition)],
    declare: |capabilities, _| capabilities.definition_provider = Some(OneOf::Left(true)),
};

fn definition(world: &World, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>, Refusal> {
    let (snapshot, offset) = world.at(&params.text_document_position_params)?;
    // The path of a file that is used leads to that file.
    if let Some(path) = super::symbols::used_file(&snapshot, offset) {
        let file = snapshot.sources.iter().find(|(_, file)| file.path.as_deref() == Some(path.as_path()));
        let location =
            file.and_then(|(file, _)| world.location(&snapshot.sources, crate::source::Span::new(file, 0, 0)));
        return Ok(location.map(GotoDefinitionResponse::Scalar));
    }
    let place = snapshot.symbol(offset).and_then(|symbol| symbol.definition.span);
    let location = place.and_then(|place| world.location(&snapshot.sources, place));
    Ok(location.map(GotoDefinitionResponse::Scalar))
}
