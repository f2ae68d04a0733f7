// The .mtl language for editors: what a sound spec may look like. grammar/mtl.pest, which mtlc reads, is the one that decides.
//
// A line end is space here, since nothing that may follow a value can begin the next entry or the next declaration.

const PART = /[\p{L}\p{N}\p{M}_]+/;

/** One or more, with a separator between. */
const list = (rule, separator) => seq(rule, repeat(seq(separator, rule)));

module.exports = grammar({
  name: "mtl",

  extras: ($) => [/[\s\uFEFF]/, $.doc_comment, $.comment],

  word: ($) => $.identifier,

  // `a, b: number` and the end of an entry before `b: …` begin alike.
  conflicts: ($) => [[$.field_name, $.path]],

  rules: {
    source_file: ($) => repeat(choice($.use, $.declaration)),

    doc_comment: () => token(prec(1, /\/\/[\/!][^\n]*/)),
    comment: () => token(/\/\/[^\n]*/),

    identifier: () => /[\p{L}_][\p{L}\p{N}\p{M}_]*/,
    path: ($) => prec.right(seq($.identifier, repeat(seq(token.immediate("."), alias(token.immediate(PART), $.part))))),

    use: ($) =>
      seq("use", choice($.string, $.path), optional(seq(".", "{", optional(list($.identifier, ",")), optional(","), "}"))),

    // ------------------------------------------------------------------------------------ declarations

    declaration: ($) =>
      prec.right(
        seq(
          field("keyword", $.keyword),
          optional(seq(field("name", $.identifier), optional(field("members", $.members)), optional($.parameters))),
          repeat(choice($.kind, $.by, $.from, $.value, $.over)),
          optional(field("body", $.block)),
        ),
      ),

    keyword: () =>
      choice(
        "data",
        "input",
        "let",
        "instance",
        "shared",
        "block",
        "param",
        "task",
        "weights",
        "train",
        "evaluate",
        "transfer",
        "variant",
      ),

    members: ($) => choice(seq("[", "by", $.path, "]"), $.selection),
    parameters: ($) => seq("(", list($.parameter, ","), optional(","), ")"),
    parameter: ($) => seq(field("name", $.identifier), optional(seq(":", $._expression)), optional(seq("=", $._expression))),
    kind: ($) => seq(":", $._expression),
    by: ($) => seq("by", field("strategy", choice($.call, $.path))),
    from: ($) => seq("from", $._expression),
    value: ($) => seq("=", $._expression),
    over: ($) => seq("over", $._expression),

    // ------------------------------------------------------------------------------------------ blocks

    block: ($) => seq("{", repeat(seq($._entry, optional(","))), "}"),
    _entry: ($) => choice($.field, $.assignment, $.join),
    assignment: ($) => seq(field("name", $.identifier), "=", $._expression),
    field: ($) =>
      prec.right(
        choice(
          seq(
            list($.field_name, ","),
            ":",
            $._expression,
            repeat(choice($.rename, $.mapping)),
            optional(seq("=", $._expression)),
            optional($.block),
          ),
          seq($.field_name, $.block),
        ),
      ),
    field_name: ($) =>
      seq(
        $.identifier,
        repeat(seq(token.immediate("."), alias(token.immediate(PART), $.part))),
        optional(seq("..", $.identifier)),
      ),
    rename: ($) => seq("as", $.string),
    mapping: ($) => seq("map", "{", repeat(seq($.meaning, optional(","))), "}"),
    meaning: ($) => seq(list($.string, ","), ":", $.string),
    join: ($) =>
      prec.right(
        seq(
          "join",
          field("name", $.identifier),
          ":",
          $._expression,
          optional(seq("on", choice($.join_key, seq("[", list($.join_key, ","), optional(","), "]")))),
          optional($.block),
        ),
      ),
    join_key: ($) => seq($.identifier, optional($.rename)),

    // ------------------------------------------------------------------------------------- expressions

    _expression: ($) => choice($.chain, $.binary, $.conditional, $.unary, $._operand),
    chain: ($) => prec.left(1, seq($._expression, "->", $._expression)),
    conditional: ($) => prec.right(2, seq("if", $._expression, "then", $._expression, "else", $._expression)),
    binary: ($) => {
      const level = (precedence, operator) => prec.left(precedence, seq($._expression, operator, $._expression));
      return choice(
        level(3, "or"),
        level(4, "and"),
        level(6, choice("==", "!=", "<", "<=", ">", ">=", "in", seq("not", "in"), "is", seq("is", "not"))),
        level(7, choice("+", "-")),
        level(8, choice("*", "/")),
        prec.right(10, seq($._expression, "^", $._expression)),
      );
    },
    unary: ($) => choice(prec(9, seq("-", $._expression)), prec(5, seq("not", $._expression))),

    _operand: ($) =>
      choice($.number, $.string, $.list, $.group, $.call, $.selected, $.shaped, $.range, $.path, alias("number", $.path), $.repeated),
    number: () => /[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?[%x]?/,
    string: ($) => seq('"', repeat(choice($.escape, token.immediate(prec(1, /[^"\\\n]+/)))), token.immediate('"')),
    escape: () => token.immediate(/\\(u\{[0-9a-fA-F]+\}|.)/),
    list: ($) => seq("[", list($._expression, ","), optional(","), "]"),
    group: ($) => seq("(", $._expression, ")"),
    range: ($) => seq($.path, "..", $.identifier),
    call: ($) => prec(1, seq(field("callee", choice($.path, alias("number", $.path))), $.arguments)),
    selected: ($) => prec(1, seq(choice($.path, $.call), $.selection)),
    // The axes of an array; a `*` multiplies here, and stands for any letters between all other brackets.
    shaped: ($) => prec(1, seq(choice(alias("number", $.path), $.call), "[", list($.axis, ","), "]")),
    axis: ($) => seq(optional(seq(field("name", $.identifier), ":")), $._expression),

    // Only these two take a chain in braces.
    repeated: ($) => prec.right(2, seq(choice("repeat", "each"), optional($.arguments), optional($.body))),
    body: ($) => seq("{", $._expression, "}"),

    arguments: ($) => seq("(", optional(seq(list($.argument, ","), optional(","))), ")"),
    argument: ($) => seq(optional(seq(field("name", $.identifier), ":")), choice($.between, $._expression)),
    between: ($) => seq($._bound, "..", $._bound),
    _bound: ($) => choice($.number, $.string, alias(seq("-", $.number), $.unary)),

    selection: ($) => seq("[", list($._item, ","), optional(","), "]"),
    _item: ($) => choice($.choice, $._expression),
    choice: ($) =>
      choice(
        seq($.pattern, optional(seq("of", $.identifier)), optional($.except)),
        seq($.range, choice(seq("of", $.identifier, optional($.except)), $.except)),
      ),
    except: ($) => seq("except", choice($.selection, $.pattern, $.path)),
    pattern: () => token(prec(1, /([\p{L}_][\p{L}\p{N}\p{M}_]*\.)?([\p{L}_][\p{L}\p{N}\p{M}_]*)?\*[\p{L}\p{N}\p{M}_*]*/)),
  },
});
