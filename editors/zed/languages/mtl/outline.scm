(doc_comment) @annotation

(declaration
  keyword: _ @context
  name: (identifier) @name) @item

(declaration
  keyword: _ @name
  !name) @item

(columns
  "columns" @name) @item

(join
  "join" @context
  name: (identifier) @name) @item
