[ (block) (body) (use_names) (mapping) (arguments) (list) ] @fold
