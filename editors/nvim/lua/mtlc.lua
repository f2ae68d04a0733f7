-- Starts `mtlc lsp` for specs: `require("mtlc").setup()`. Works with Neovim 0.7 and later.

local M = {}

--- The folder that is looked through for other specs: the repository of a file, or its own folder.
local function root(path)
  local found = vim.fn.finddir(".git", vim.fn.fnamemodify(path, ":h") .. ";")
  return found ~= "" and vim.fn.fnamemodify(found, ":p:h:h") or vim.fn.fnamemodify(path, ":p:h")
end

--- Opens a terminal with a command of mtlc, for the lenses above a spec.
local function in_terminal(program, words)
  return function(command)
    local path = vim.uri_to_fname(command.arguments[1])
    local call = vim.list_extend(vim.list_extend(vim.deepcopy(program), words), { path })
    vim.cmd("botright new")
    vim.fn.termopen(call)
  end
end

--- Colours a buffer by the tree-sitter grammar; false where its parser is not on the runtime path.
local function colours(buffer)
  local language = vim.treesitter.language
  local loaded, found = pcall(language.add or language.require_language, "mtl")
  if not loaded or found == false then
    return false
  end
  if vim.treesitter.start then
    vim.treesitter.start(buffer, "mtl")
  else
    vim.treesitter.highlighter.new(vim.treesitter.get_parser(buffer, "mtl"))
  end
  return true
end

--- options.cmd: the program, `{ "mtlc" }` unless given; options.on_attach: called as by any server; options.treesitter: `false` for
--- no colours by the grammar.
function M.setup(options)
  options = options or {}
  if options.treesitter ~= false then
    vim.api.nvim_create_autocmd("FileType", {
      pattern = "mtl",
      callback = function(event)
        colours(event.buf)
      end,
    })
  end
  local program = options.cmd or { "mtlc" }
  local commands = { ["mtlc.run"] = { "run" }, ["mtlc.plan"] = { "plan" }, ["mtlc.checkData"] = { "check", "--data" } }
  for name, words in pairs(commands) do
    vim.lsp.commands[name] = in_terminal(program, words)
  end
  local function start(buffer)
    local path = vim.api.nvim_buf_get_name(buffer)
    local id = vim.lsp.start_client({
      name = "mtlc",
      cmd = vim.list_extend(vim.deepcopy(program), { "lsp" }),
      root_dir = root(path),
      init_options = { commands = vim.tbl_keys(commands) },
      capabilities = options.capabilities or vim.lsp.protocol.make_client_capabilities(),
      on_attach = options.on_attach,
    })
    return id
  end
  local clients = {}
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "mtl",
    callback = function(event)
      local folder = root(vim.api.nvim_buf_get_name(event.buf))
      local id = clients[folder]
      if not id or not vim.lsp.get_client_by_id(id) then
        id = start(event.buf)
        clients[folder] = id
      end
      if id then
        vim.lsp.buf_attach_client(event.buf, id)
      end
    end,
  })
end

return M
