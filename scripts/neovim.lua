-- What scripts/neovim does inside the editor.

local failed = false

local function check(what, good, seen)
  io.stdout:write((good and "ok    " or "WRONG ") .. what .. (good and "" or ": " .. vim.inspect(seen)) .. "\n")
  failed = failed or not good
end

local function finish()
  vim.cmd(failed and "cquit 1" or "qall!")
end

local function wait_for(condition)
  return vim.wait(20000, condition, 20)
end

local function messages(buffer)
  return vim.tbl_map(function(one)
    return one.message
  end, vim.diagnostic.get(buffer))
end

local function run()
  require("mtlc").setup({ cmd = { vim.env.MTLC } })
  vim.cmd("edit a.mtl")
  local buffer = vim.api.nvim_get_current_buf()
  check("the file is a spec", vim.bo.filetype == "mtl", vim.bo.filetype)
  wait_for(function()
    return #vim.diagnostic.get(buffer) > 0
  end)
  check("a misspelt layer is told", #messages(buffer) == 1 and messages(buffer)[1]:match("dense"), messages(buffer))

  -- The tree-sitter grammar: no node of it is an error, and its queries are of this Neovim too.
  local tree = vim.treesitter.get_parser(buffer, "mtl"):parse()[1]:root()
  check("tree-sitter reads the file", not tree:has_error(), tree:sexpr())
  local coloured = vim.treesitter.highlighter.active[buffer]
  check("and colours it", coloured ~= nil, coloured)
  local query = (vim.treesitter.query and vim.treesitter.query.get or vim.treesitter.get_query)("mtl", "highlights")
  local captured = {}
  for id, node in query:iter_captures(tree, buffer, 0, -1) do
    local line, from, _, to = node:range()
    local text = vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1]:sub(from + 1, to)
    captured[query.captures[id] .. " " .. text] = true
  end
  for _, wanted in ipairs({ "keyword shared", "type trunk", "function wide", "number 8", 'string "d.csv"', "property label" }) do
    check("`" .. wanted .. "`", captured[wanted], vim.tbl_keys(captured))
  end

  local function ask(method, params)
    local answers = vim.lsp.buf_request_sync(buffer, method, params, 20000)
    for _, answer in pairs(answers or {}) do
      return answer.result, answer.error
    end
  end
  local function at(text)
    for index, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
      local found = line:find(text, 1, true)
      if found then
        vim.api.nvim_win_set_cursor(0, { index, found - 1 })
        return vim.lsp.util.make_position_params(0, vim.lsp.get_client_by_id(1).offset_encoding)
      end
    end
  end

  -- The quick fix of the problem.
  local place = at("dnese")
  local actions = ask("textDocument/codeAction", {
    textDocument = place.textDocument,
    range = { start = place.position, ["end"] = place.position },
    context = { diagnostics = {} },
  })
  check("a fix is offered", actions[1].title == "write `dense`", actions)
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  wait_for(function()
    return #vim.diagnostic.get(buffer) == 0
  end)
  check("the fix mends it", #vim.diagnostic.get(buffer) == 0, messages(buffer))

  local told = ask("textDocument/hover", at("trunk from"))
  local page = told and told.contents.value or ""
  check("hover tells type and cost", page:find("f32[rows(d), 4]", 1, true) and page:find("52 parameters", 1, true), page)

  local offered = ask("textDocument/completion", at("dense(4)"))
  local labels = vim.tbl_map(function(one)
    return one.label
  end, offered or {})
  check("layers are offered", vim.tbl_contains(labels, "dense") and vim.tbl_contains(labels, "wide"), labels)

  local before = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  vim.lsp.buf.formatting_sync(nil, 20000)
  local after = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  check("the file is laid out", before[#before]:match("y:regression") and after[#after]:match("y: regression"), after)

  at("wide(8)")
  vim.lsp.buf.rename("broad")
  wait_for(function()
    return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n"):find("broad(8)", 1, true)
  end)
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
  check("a name changes where it is used", text:find("{broad}", 1, true) and text:find("broad(8)", 1, true), text)
  local other = vim.fn.bufnr("blocks.mtl")
  local lines = other > 0 and vim.api.nvim_buf_get_lines(other, 0, 1, false)[1] or ""
  check("and where it is defined, in another file", lines:match("^block broad"), lines)

  vim.lsp.stop_client(vim.lsp.get_active_clients())
  check("the server ends", wait_for(function()
    return #vim.lsp.get_active_clients() == 0
  end))
end

local good, why = pcall(run)
if not good then
  check("everything was tried", false, why)
end
finish()
