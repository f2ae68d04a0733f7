[ (block) (body) (use_names) (mapping) (parameters) (arguments) (list) (chain) ] @indent.begin
[ "}" "]" ")" ] @indent.branch
