autocmd BufNewFile,BufRead *.mtl set filetype=mtl
