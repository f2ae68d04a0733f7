/**
 * The .mtl language for editors. What is a mistake to `mtlc` is one here: parts of a declaration stand in their order, entries on
 * one line have commas between them, an operator beside a `->` has parentheses. Left to `mtlc` is what only it can know: whether a
 * name means something, and how deep brackets may nest.
 *
 * src/parser.c is made of this file: `scripts/tree-sitter --generate`. What ends a line, and what may follow a `}`, is found by
 * src/scanner.c.
 */

// From the loosest to the tightest, as in docs/language.md.
const PRECEDENCE = { if: 1, or: 2, and: 3, not: 4, compare: 5, add: 6, multiply: 7, sign: 8, power: 9, call: 10 };

/** One or more, with commas between them, and perhaps one behind the last. */
const listed = (item) => seq(item, repeat(seq(",", item)), optional(","));

/** Entries of a block: each but the last is followed by a comma, the end of its line, or, behind a `}`, by nothing. */
const entries = ($, entry) =>
  seq("{", repeat($._line_end), optional(seq(entry, repeat(seq($._separator, entry)), optional($._separator))), "}");

const block_of = ($, entry) =>
  seq(
    "{",
    repeat($._line_end),
    optional(seq(entry, repeat(seq(choice($._separator, $._same_line), entry)), optional($._separator))),
    "}",
  );

/**
 * What may follow the name of a declaration, in its order: a rule for each part and what may follow it. (One sequence of parts
 * that may all be left out would be as many rules as there are combinations.)
 */
const parts = (prefix, block) => {
  const order = [
    ["members", ($) => $.members],
    ["parameters", ($) => $.parameters],
    ["kind", ($) => $.kind],
    ["by", ($) => $.by],
    ["from", ($) => $.from],
    ["value", ($) => $.equals],
    ["over", ($) => $.over],
    ["body", block],
  ];
  const name = (index) => `_${prefix}${order[index][0]}`;
  return Object.fromEntries(
    order.map(([part, rule], index) => [
      name(index),
      ($) =>
        index + 1 === order.length
          ? field(part, rule($))
          : choice(seq(field(part, rule($)), optional($[name(index + 1)])), $[name(index + 1)]),
    ]),
  );
};

module.exports = grammar({
  name: "mtl",

  externals: ($) => [
    // The end of a line that ends something, and one that does not: inside ( ) and [ ], before a `->` and before a `{`.
    $._line_end,
    $._gap,
    // Brackets, which the scanner counts,
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    // so that it also knows where the next entry may stand on the line of a `}`.
    $._same_line,
  ],

  extras: ($) => [/[ \t]|\r\n?/, $._gap, $.comment, $.doc_comment, $.file_doc],

  word: ($) => $.identifier,

  rules: {
    source_file: ($) =>
      seq(
        repeat($._line_end),
        optional(seq($._item, repeat(seq(repeat1($._line_end), $._item)), repeat($._line_end))),
      ),

    _item: ($) => choice($.use, $.declaration),

    // ---- declarations ----------------------------------------------------------------------------------------------

    use: ($) =>
      seq(
        "use",
        choice(
          seq(field("file", $.string), "."),
          seq(
            alias($.identifier, $.module),
            repeat(seq(token.immediate("."), alias($._path_part, $.module))),
            choice(token.immediate("."), "."),
          ),
        ),
        field("names", $.use_names),
      ),
    use_names: ($) => entries($, field("name", $.identifier)),

    declaration: ($) =>
      choice(
        seq(
          field(
            "keyword",
            choice("data", "input", "let", "instance", "shared", "block", "param", "task"),
          ),
          field("name", $.identifier),
          optional($._part_members),
        ),
        seq(field("keyword", choice("weights", "train", "evaluate")), optional(field("name", $.identifier)), optional($._part_members)),
        // Only here do names of entries have dots.
        seq(field("keyword", "variant"), field("name", $.identifier), optional($._dotted_part_members)),
        seq(field("keyword", "transfer"), optional(field("name", $.identifier)), optional($._dotted_part_members)),
      ),

    ...parts("part_", ($) => $.block),
    ...parts("dotted_part_", ($) => alias($.dotted_block, $.block)),

    members: ($) => choice(seq("[", "by", $.path, "]"), $._selection),
    parameters: ($) => seq("(", listed($.parameter), ")"),
    parameter: ($) =>
      seq(
        field("name", $.identifier),
        optional(seq(":", field("kind", $._value))),
        optional(seq("=", field("default", $._value))),
      ),
    kind: ($) => seq(":", $._value),
    by: ($) => seq("by", field("strategy", $.path), optional($.arguments)),
    from: ($) => seq("from", $._value),
    equals: ($) => seq("=", $._value),
    over: ($) => seq("over", $._value),

    // ---- blocks ----------------------------------------------------------------------------------------------------

    _separator: ($) => choice(seq(",", repeat($._line_end)), repeat1($._line_end)),

    block: ($) => block_of($, choice($.assignment, $.join, $.field, $.columns)),
    dotted_block: ($) => block_of($, choice($.assignment, alias($.dotted_field, $.field), $.columns)),
    columns_block: ($) => block_of($, choice($.assignment, $.join, alias($.column, $.field))),

    assignment: ($) => seq(field("name", $._name), "=", field("value", $._value)),

    field: ($) =>
      choice(
        seq(
          field("name", $._name),
          ":",
          field("value", $._value),
          repeat(choice($.rename, $.mapping)),
          optional(field("body", $.block)),
        ),
        seq(field("name", $._plain_name), field("body", $.block)),
      ),
    dotted_field: ($) =>
      choice(
        seq(
          field("name", choice($._name, alias($.dotted, $.path))),
          ":",
          field("value", $._value),
          optional(field("body", alias($.dotted_block, $.block))),
        ),
        seq(field("name", choice($._plain_name, alias($.dotted, $.path))), field("body", alias($.dotted_block, $.block))),
      ),

    // `trunk.conv2d.2 { freeze: true }`
    dotted: ($) => seq($.identifier, repeat1(seq(token.immediate("."), alias($._path_part, $.identifier)))),

    columns: ($) => seq("columns", field("body", alias($.columns_block, $.block))),

    column: ($) =>
      choice(
        seq(
          field("name", choice($._name, $.range)),
          repeat(seq(",", repeat($._line_end), field("name", choice($._name, $.range)))),
          ":",
          field("value", $._value),
          repeat(choice($.rename, $.mapping)),
          optional(field("derived", $.equals)),
          optional(field("body", $.block)),
        ),
        seq(field("name", $._plain_name), field("body", $.block)),
      ),

    join: ($) =>
      seq(
        "join",
        field("name", $.identifier),
        ":",
        field("format", $._value),
        optional(seq("on", field("key", $._keys))),
        optional(field("body", alias($.columns_block, $.block))),
      ),
    _keys: ($) => choice(seq("[", listed($.key), "]"), $.key),
    key: ($) => seq(field("column", $.identifier), optional($.rename)),

    rename: ($) => seq("as", $.string),
    mapping: ($) => seq("map", entries($, $.meaning)),
    meaning: ($) => seq($.string, repeat(seq(",", repeat($._line_end), $.string)), ":", $.string),

    // Words that mean something at the start of an entry are names elsewhere.
    _name: ($) => choice($._plain_name, alias("columns", $.identifier)),
    _plain_name: ($) => choice($.identifier, alias("join", $.identifier)),

    // ---- values ----------------------------------------------------------------------------------------------------

    _value: ($) => choice($.chain, $._operand),

    _operand: ($) => choice($.binary, $.conditional, $.negation, $._primary),
    _primary: ($) =>
      choice(
        $.number,
        $.string,
        $.boolean,
        $.list,
        $.parenthesized,
        $.loop,
        $.call,
        $.selection,
        $.shape,
        $.range,
        $.path,
      ),

    // An arrow joins no arithmetic, which needs parentheses there.
    chain: ($) => seq($._stage, repeat1(seq("->", $._stage))),
    _stage: ($) => choice(alias($.signed, $.negation), $._primary),
    signed: ($) => prec(PRECEDENCE.sign, seq("-", $._stage)),

    binary: ($) => {
      const by = (associate, precedence, operator) =>
        associate(precedence, seq(field("left", $._operand), field("operator", operator), field("right", $._operand)));
      return choice(
        by(prec.left, PRECEDENCE.or, "or"),
        by(prec.left, PRECEDENCE.and, "and"),
        by(prec.left, PRECEDENCE.compare, choice("==", "!=", "<", "<=", ">", ">=", "in", "is", seq("not", "in"))),
        by(prec.left, PRECEDENCE.add, choice("+", "-")),
        by(prec.left, PRECEDENCE.multiply, choice("*", "/")),
        by(prec.right, PRECEDENCE.power, "^"),
      );
    },
    negation: ($) =>
      choice(prec(PRECEDENCE.not, seq("not", $._operand)), prec(PRECEDENCE.sign, seq("-", $._operand))),
    conditional: ($) =>
      prec.right(
        PRECEDENCE.if,
        seq("if", field("condition", $._operand), "then", field("then", $._operand), "else", field("else", $._operand)),
      ),

    list: ($) => seq("[", optional(listed($._value)), "]"),
    parenthesized: ($) => seq("(", $._value, ")"),

    // Only these two take a chain in braces.
    loop: ($) =>
      prec.right(
        choice(
          seq(field("function", $._looper), field("arguments", $.arguments), optional(field("body", $.body))),
          seq(field("function", $._looper), field("body", $.body)),
        ),
      ),
    _looper: ($) => choice("repeat", "each"),
    body: ($) => seq("{", repeat($._line_end), $._value, repeat($._line_end), "}"),

    call: ($) => prec(PRECEDENCE.call, seq(field("function", $.path), field("arguments", $.arguments))),
    arguments: ($) => seq("(", optional(listed($.argument)), ")"),
    argument: ($) =>
      seq(
        optional(seq(field("name", choice($._name, alias($._word, $.identifier))), ":")),
        field("value", choice($._value, $.bounds)),
      ),
    // Whole numbers that are classes: `category(1 .. 139)`.
    bounds: ($) => seq($._bound, "..", $._bound),
    _bound: ($) => seq(optional("-"), choice($.number, $.string)),

    selection: ($) =>
      prec(PRECEDENCE.call, seq(field("of", choice($.path, $.call, $.range)), $._selection)),
    _selection: ($) => seq("[", optional(listed($._selected)), "]"),
    _selected: ($) => choice($._value, $.pattern, $.choice),
    choice: ($) =>
      seq(
        choice($.pattern, $.range),
        choice(seq($.of_kind, optional($.except)), $.except),
      ),
    of_kind: ($) => seq("of", $.identifier),
    except: ($) =>
      seq("except", choice(seq("[", listed($._selected), "]"), $.pattern, $.path, $.call, $.range, $.selection)),

    // `number[8, 2*n]` is a shape, in which a `*` multiplies, and axes may have names.
    shape: ($) => seq("number", "[", optional(listed($.axis)), "]"),
    axis: ($) => seq(optional(seq(field("name", $.identifier), ":")), field("size", $._value)),

    range: ($) => seq(field("from", $.identifier), "..", field("to", $.identifier)),

    path: ($) =>
      prec.right(
        seq(
          choice($.identifier, alias($._word, $.identifier)),
          repeat(seq(token.immediate("."), alias($._path_part, $.identifier))),
        ),
      ),

    // Where nothing follows that would make more of them, these are names.
    _word: ($) => prec(-1, choice("number", "repeat", "each")),

    boolean: ($) => choice("true", "false"),

    // ---- words -----------------------------------------------------------------------------------------------------

    identifier: () => /[\p{L}_][\p{L}\p{N}\p{M}_]*/,
    _path_part: () => token.immediate(/[\p{L}\p{N}\p{M}_]+/),
    pattern: () =>
      token(prec(1, /([\p{L}_][\p{L}\p{N}\p{M}_]*\.)?([\p{L}_][\p{L}\p{N}\p{M}_]*)?\*[\p{L}\p{N}\p{M}_*]*/)),
    number: () => /[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?[%x]?/,

    string: ($) => seq('"', repeat(choice($._characters, $.escape)), token.immediate('"')),
    _characters: () => token.immediate(prec(1, /[^"\\\n\u200b-\u200d\u2060\ufeff]+/)),
    escape: () => token.immediate(/\\(["\\nt]|u\{[0-9a-fA-F]{1,6}\})/),

    comment: () => token(/\/\/(\/\/[^\n]*|[^\/!\n][^\n]*)?/),
    doc_comment: () => token(/\/\/\/([^\/\n][^\n]*)?/),
    file_doc: () => token(/\/\/![^\n]*/),
  },
});
