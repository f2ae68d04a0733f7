; A name of the file, and where it is used. What a column or a parameter means, the language server knows.
(source_file) @local.scope
(declaration name: (identifier) @local.definition)
(use_names (identifier) @local.definition)
(path . (identifier) @local.reference)
