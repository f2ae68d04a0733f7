// Specs on the pages of the site, for highlight.js, which mdBook brings. The words are those of the parser and of the other grammars
// (tests/editor/words.rs).
(function () {
  const WORD = "[A-Za-z_\\u00aa-\\uffff][A-Za-z0-9_\\u00aa-\\uffff]*";
  const DECLARATIONS = "data|input|let|instance|shared|block|param|task|weights|train|evaluate|transfer|variant";

  function mtl(hljs) {
    return {
      name: "mtl",
      keywords: {
        $pattern: WORD,
        keyword: "from by over as map join on of except and or not in is if then else",
        literal: "true false none inherited missing",
      },
      contains: [
        hljs.COMMENT("//[/!]", "$", { className: "comment doctag" }),
        hljs.COMMENT("//", "$"),
        {
          className: "string",
          begin: '"',
          end: '"|$',
          contains: [{ className: "subst", begin: "\\\\(u\\{[0-9a-fA-F]+\\}|.)" }],
        },
        { className: "number", begin: "\\b[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?(%|x\\b)?" },
        { className: "keyword", begin: "^use\\b" },
        // A keyword is one where a declaration starts; elsewhere it is a name like any other.
        { className: "keyword", begin: "^(" + DECLARATIONS + ")\\b(?!\\s*:)" },
        { className: "attr", begin: WORD + "(\\." + WORD + ")*(?=\\s*:)" },
        { className: "built_in", begin: WORD + "(?=\\()" },
        { className: "built_in", begin: "->\\s*" + WORD, returnBegin: true, contains: [{ begin: "->" }] },
      ],
    };
  }

  if (typeof module === "object") {
    module.exports = mtl;
    return;
  }
  hljs.registerLanguage("mtl", mtl);
  // The pages have been coloured before this was read.
  document.querySelectorAll("code.language-mtl").forEach(function (block) {
    block.textContent = block.textContent;
    (hljs.highlightElement || hljs.highlightBlock)(block);
  });
})();
