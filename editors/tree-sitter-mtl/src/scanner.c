// What a regular expression cannot tell: which line ends mean something, and what may stand behind a `}` on its line. Both follow
// src/syntax/scan.rs and src/syntax/brackets.rs.

#include <string.h>

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

enum Token { LINE_END, GAP, OPEN_ROUND, CLOSE_ROUND, OPEN_SQUARE, CLOSE_SQUARE, OPEN_CURLY, CLOSE_CURLY, SAME_LINE };

// Deeper than this, nobody reads.
#define MOST 250

typedef struct {
  // The column behind the last `}` of this line, or 0.
  uint32_t behind_brace;
  // The brackets that are open.
  uint8_t depth;
  char open[MOST];
} Scanner;

// The longest keyword has eight letters.
typedef struct {
  char letters[12];
  unsigned length;
} Word;

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static bool is_space(int32_t letter) { return letter == ' ' || letter == '\t' || letter == '\r'; }

static bool starts_word(int32_t letter) {
  return letter == '_' || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter > 127;
}

static bool continues_word(int32_t letter) { return starts_word(letter) || (letter >= '0' && letter <= '9'); }

static void pass_spaces(TSLexer *lexer) {
  while (is_space(lexer->lookahead)) advance(lexer);
}

static Word read_word(TSLexer *lexer) {
  Word word = {{0}, 0};
  while (continues_word(lexer->lookahead)) {
    if (word.length + 1 < sizeof(word.letters)) word.letters[word.length] = (char)lexer->lookahead;
    word.length++;
    advance(lexer);
  }
  return word;
}

static bool is(const Word *word, const char *text) { return word->length == strlen(text) && !strcmp(word->letters, text); }

// Goes past spaces, line ends and comments to what stands next; tells whether it is the first of its line, without any space before.
static bool pass_blank(TSLexer *lexer, bool *comment) {
  bool first = true;
  for (;;) {
    if (lexer->lookahead == '\n') {
      first = true;
      advance(lexer);
    } else if (is_space(lexer->lookahead)) {
      first = false;
      advance(lexer);
    } else if (lexer->lookahead == '/') {
      advance(lexer);
      if (lexer->lookahead != '/') {
        *comment = false;
        return false;
      }
      while (lexer->lookahead != '\n' && !lexer->eof(lexer)) advance(lexer);
    } else {
      return first;
    }
  }
}

// Whether a declaration starts here although brackets are open: somebody is still typing above.
static bool declares(TSLexer *lexer) {
  static const char *const KEYWORDS[] = {"data",    "input",    "let",      "instance", "shared", "block", "param", "task",
                                         "weights", "evaluate", "transfer", "train",    "variant", "use"};
  if (!starts_word(lexer->lookahead)) return false;
  Word word = read_word(lexer);
  bool keyword = false;
  for (unsigned at = 0; at < sizeof(KEYWORDS) / sizeof(*KEYWORDS); at++) keyword |= is(&word, KEYWORDS[at]);
  if (!keyword || !is_space(lexer->lookahead)) return false;
  pass_spaces(lexer);
  return starts_word(lexer->lookahead);
}

// At the end of a line: whether it ends something.
static bool line_ends(Scanner *scanner, TSLexer *lexer) {
  bool inside = scanner->depth > 0 && scanner->open[scanner->depth - 1] != '{';
  bool blank = true;
  bool first = pass_blank(lexer, &blank);
  if (!blank) return !inside;
  if (lexer->lookahead == '{') return false;
  if (lexer->lookahead == '-') {
    advance(lexer);
    return lexer->lookahead != '>' && !inside;
  }
  if (!inside) return true;
  if (!first || !declares(lexer)) return false;
  scanner->depth = 0;
  return true;
}

// Whether an entry begins here.
static bool begins_entry(TSLexer *lexer) {
  if (!starts_word(lexer->lookahead)) return false;
  Word word = read_word(lexer);
  pass_spaces(lexer);
  int32_t next = lexer->lookahead;
  if (is(&word, "join") && starts_word(next)) return true;
  if (is(&word, "map") && next == '{') return false;
  if (next == '=') {
    advance(lexer);
    return lexer->lookahead != '=';
  }
  return next == ':' || next == '{' || next == ',' || next == '.';
}

void *tree_sitter_mtl_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_mtl_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_mtl_external_scanner_serialize(void *payload, char *buffer) {
  Scanner *scanner = payload;
  memcpy(buffer, &scanner->behind_brace, sizeof(uint32_t));
  memcpy(buffer + sizeof(uint32_t), scanner->open, scanner->depth);
  return sizeof(uint32_t) + scanner->depth;
}

void tree_sitter_mtl_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *scanner = payload;
  scanner->behind_brace = 0;
  scanner->depth = 0;
  if (length < sizeof(uint32_t)) return;
  memcpy(&scanner->behind_brace, buffer, sizeof(uint32_t));
  scanner->depth = (uint8_t)(length - sizeof(uint32_t));
  memcpy(scanner->open, buffer + sizeof(uint32_t), scanner->depth);
}

bool tree_sitter_mtl_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Scanner *scanner = payload;
  bool behind_brace = scanner->behind_brace > 0 && lexer->get_column(lexer) == scanner->behind_brace;
  while (is_space(lexer->lookahead)) lexer->advance(lexer, true);
  static const char BRACKETS[] = "()[]{}";
  const char *bracket = lexer->lookahead > 0 && lexer->lookahead < 128 ? strchr(BRACKETS, (char)lexer->lookahead) : NULL;
  if (bracket && *bracket) {
    unsigned place = (unsigned)(bracket - BRACKETS);
    advance(lexer);
    lexer->mark_end(lexer);
    if (place % 2 == 0) {
      if (scanner->depth < MOST) scanner->open[scanner->depth++] = *bracket;
    } else {
      // The nearest that it can close; what was opened since then is never closed.
      unsigned depth = scanner->depth;
      while (depth > 0 && scanner->open[depth - 1] != BRACKETS[place - 1]) depth--;
      if (depth > 0) scanner->depth = (uint8_t)(depth - 1);
    }
    scanner->behind_brace = *bracket == '}' ? lexer->get_column(lexer) : 0;
    lexer->result_symbol = (TSSymbol)(OPEN_ROUND + place);
    return true;
  }
  if (lexer->lookahead == '\n') {
    advance(lexer);
    lexer->mark_end(lexer);
    scanner->behind_brace = 0;
    lexer->result_symbol = line_ends(scanner, lexer) ? LINE_END : GAP;
    return true;
  }
  if (behind_brace && valid[SAME_LINE]) {
    lexer->mark_end(lexer);
    if (!begins_entry(lexer)) return false;
    scanner->behind_brace = 0;
    lexer->result_symbol = SAME_LINE;
    return true;
  }
  return false;
}
