/// Regular expressions of RE2, whose matching takes time linear in the text.
#ifndef FERRY_RE2_H
#define FERRY_RE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern, which any number of threads may use at once.
typedef struct ferry_pattern ferry_pattern;

/// Compiles a pattern of UTF-8 text within `memory` bytes, in which matching stays as well.
///
/// Returns NULL, with the reason as a string in `reason`, when the pattern is wrong or too large.
ferry_pattern *ferry_pattern_compile(const uint8_t *pattern, size_t length, size_t memory,
                                     char *reason, size_t capacity);

/// Frees a pattern; NULL is allowed.
void ferry_pattern_free(ferry_pattern *pattern);

/// Returns the number of instructions that at most are executed for each byte of a text.
size_t ferry_pattern_size(const ferry_pattern *pattern);

/// Whether the pattern matches the whole of a text: 1 or 0, or -1 when memory is not enough.
int ferry_pattern_matches(const ferry_pattern *pattern, const uint8_t *text, size_t length);

/// Finds the leftmost match at or behind the byte `start` of a text, of those the longest.
///
/// Returns 1 and the bytes `first` up to `last` of the match, 0 without one, or -1 when memory is
/// not enough. Anchors see the whole text.
int ferry_pattern_find(const ferry_pattern *pattern, const uint8_t *text, size_t length,
                       size_t start, size_t *first, size_t *last);

#ifdef __cplusplus
}
#endif

#endif
