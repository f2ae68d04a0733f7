// The TextMate grammar on every spec of the repository: each word, number, text and comment gets the scope that it must have.
// Run after `npm install`: `npm test`.

const fs = require("fs");
const path = require("path");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const root = path.join(__dirname, "..", "..", "..");
const here = path.join(__dirname, "..");

function specs(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return specs(full);
    return entry.name.endsWith(".mtl") ? [full] : [];
  });
}

/** What a scope must contain at each place of a line, found by a small scanner of its own. */
function expected(line) {
  const found = [];
  const rules = [
    [/^\/\/.*/, "comment"],
    [/^"([^"\\]|\\.)*("|$)/, "string"],
    [/^->/, "keyword.operator.arrow"],
    [/^[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?(%|x\b)?/, "constant.numeric"],
    [/^[\p{L}_][\p{L}\p{N}\p{M}_]*/u, ""],
  ];
  let at = 0;
  while (at < line.length) {
    const rest = line.slice(at);
    const rule = rules.find(([pattern]) => pattern.test(rest));
    if (!rule) {
      at += 1;
      continue;
    }
    const text = rest.match(rule[0])[0];
    // A number inside a dotted name is part of the name.
    const named = rule[1] === "constant.numeric" && line[at - 1] === ".";
    if (!named) found.push([at, text, rule[1]]);
    at += text.length;
  }
  return found;
}

async function main() {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () =>
      textmate.parseRawGrammar(
        fs.readFileSync(path.join(here, "syntaxes", "mtl.tmLanguage.json"), "utf8"),
        "mtl.tmLanguage.json",
      ),
  });
  const grammar = await registry.loadGrammar("source.mtl");
  const keywords = new Set(
    ["data", "input", "let", "instance", "shared", "block", "param", "task", "weights", "train", "evaluate"].concat([
      "transfer",
      "variant",
      "use",
    ]),
  );
  let checked = 0;
  const wrong = [];
  const files = ["pipelines", "std-tasks", "std-blocks", "tests/spec/clean", "tests/spec/model", "tests/spec/task"]
    .map((folder) => path.join(root, folder))
    .flatMap(specs);
  for (const file of files) {
    let stack = textmate.INITIAL;
    fs.readFileSync(file, "utf8").split(/\r?\n/).forEach((line, number) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
      stack = ruleStack;
      for (const [at, text, scope] of expected(line)) {
        const token = tokens.find((one) => one.startIndex <= at && at < one.endIndex);
        const scopes = token ? token.scopes.slice(1) : [];
        const keyword = at === 0 && keywords.has(text) && !/^\s*:/.test(line.slice(text.length));
        const wanted = keyword ? "keyword" : scope;
        checked += 1;
        if (scopes.length === 0 || !scopes.some((one) => one.includes(wanted))) {
          wrong.push(`${path.relative(root, file)}:${number + 1}: \`${text}\` is [${scopes}], not ${wanted || "anything"}`);
        }
      }
    });
  }
  if (files.length < 50 || checked < 5000) wrong.push(`only ${checked} words of ${files.length} files`);
  wrong.slice(0, 20).forEach((line) => console.error(line));
  console.log(`${checked} words of ${files.length} specs, ${wrong.length} wrong`);
  process.exit(wrong.length ? 1 : 0);
}

main();
