[(block) (mapping) (declaration)] @fold
