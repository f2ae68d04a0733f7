; What is coloured how. A later pattern goes before an earlier one.

(comment) @comment
(doc_comment) @comment.documentation
(file_doc) @comment.documentation
(string) @string
(escape) @string.escape
(number) @number
(boolean) @boolean
(pattern) @string.special

(identifier) @variable
((identifier) @constant.builtin (#any-of? @constant.builtin "none" "inherited" "missing"))

(use "use" @keyword.import)
(module) @module
(use_names (identifier) @type)

(declaration keyword: _ @keyword)
(declaration name: (identifier) @type)
(parameter name: (identifier) @variable.parameter)
(by (path . (identifier) @function))
(kind (path . (identifier) @type))

[ "by" "from" "over" "as" "map" "join" "on" "of" "except" "columns" ] @keyword
[ "if" "then" "else" ] @keyword.conditional
[ "and" "or" "not" "in" "is" ] @keyword.operator
[ "->" "==" "!=" "<=" ">=" "<" ">" "+" "-" "*" "/" "^" "=" ".." ] @operator
[ "(" ")" "[" "]" "{" "}" ] @punctuation.bracket
[ "," ":" "." ] @punctuation.delimiter

(call function: (path (identifier) @function .))
(chain (path . (identifier) @function .))
(loop function: _ @function)
(shape "number" @type)
(shape (axis name: (identifier) @property))

(field name: [(identifier) (range)] @property)
(field name: (path (identifier) @property))
(assignment name: (identifier) @property)
(argument name: (identifier) @variable.parameter)
(join name: (identifier) @property)
(key column: (identifier) @property)
