#include "ferry_re2.h"

#include <cstdio>
#include <exception>
#include <limits>
#include <memory>

#include <re2/re2.h>
#include <re2/stringpiece.h>

// No exception may reach the caller, whose language has none: the standard library throws when
// memory runs out.

struct ferry_pattern {
  re2::RE2 expression;

  ferry_pattern(const re2::StringPiece &pattern, const re2::RE2::Options &options)
      : expression(pattern, options) {}
};

static re2::StringPiece piece(const uint8_t *bytes, size_t length) {
  return re2::StringPiece(reinterpret_cast<const char *>(bytes), length);
}

static void explain(const char *text, char *reason, size_t capacity) {
  if (capacity > 0) std::snprintf(reason, capacity, "%s", text);
}

ferry_pattern *ferry_pattern_compile(const uint8_t *pattern, size_t length, size_t memory,
                                     char *reason, size_t capacity) {
  try {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_longest_match(true);
    options.set_max_mem(static_cast<int64_t>(memory));
    auto compiled = std::make_unique<ferry_pattern>(piece(pattern, length), options);
    if (compiled->expression.ok()) return compiled.release();
    explain(compiled->expression.error().c_str(), reason, capacity);
  } catch (const std::exception &error) {
    explain(error.what(), reason, capacity);
  }
  return nullptr;
}

void ferry_pattern_free(ferry_pattern *pattern) { delete pattern; }

size_t ferry_pattern_size(const ferry_pattern *pattern) {
  const int size = pattern->expression.ProgramSize();
  return size > 0 ? static_cast<size_t>(size) : 0;
}

int ferry_pattern_matches(const ferry_pattern *pattern, const uint8_t *text, size_t length) {
  try {
    return re2::RE2::FullMatch(piece(text, length), pattern->expression) ? 1 : 0;
  } catch (const std::exception &) {
    return -1;
  }
}

int ferry_pattern_find(const ferry_pattern *pattern, const uint8_t *text, size_t length,
                       size_t start, size_t *first, size_t *last) {
  try {
    const re2::StringPiece whole = piece(text, length);
    re2::StringPiece match;
    if (!pattern->expression.Match(whole, start, length, re2::RE2::UNANCHORED, &match, 1)) return 0;
    *first = static_cast<size_t>(match.data() - whole.data());
    *last = *first + match.size();
    return 1;
  } catch (const std::exception &) {
    return -1;
  }
}
