(doc_comment) @comment.documentation
(comment) @comment
(string) @string
(escape) @string.escape
(number) @number
(pattern) @string.special

(keyword) @keyword
["use" "from" "by" "over" "as" "map" "join" "on" "of" "except"] @keyword
["repeat" "each"] @function.builtin
["and" "or" "not" "in" "is"] @keyword.operator
["if" "then" "else"] @keyword.conditional
["->" "==" "!=" "<" "<=" ">" ">=" "+" "-" "*" "/" "^" "=" ".."] @operator
["{" "}" "[" "]" "(" ")"] @punctuation.bracket
["," ":"] @punctuation.delimiter

(declaration name: (identifier) @type)
(parameter name: (identifier) @variable.parameter)
(argument name: (identifier) @variable.parameter)
(call callee: (path) @function)
(by strategy: (path) @function)
(chain (path) @variable)
(field_name) @property
(assignment name: (identifier) @variable)
(use (identifier) @type)
((path) @boolean (#any-of? @boolean "true" "false"))
((path) @constant.builtin (#any-of? @constant.builtin "none" "inherited" "missing"))
