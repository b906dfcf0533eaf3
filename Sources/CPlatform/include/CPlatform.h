/// Calls of the operating system that Swift's Glibc module does not show.
#ifndef FERRY_CPLATFORM_H
#define FERRY_CPLATFORM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Copies up to `count` bytes between files inside the kernel and moves both positions on.
///
/// Returns the number of bytes copied; 0 at the end of the source; -1 with `errno` where the file
/// systems cannot do it, after which the caller copies through memory.
ssize_t ferry_copy_file_range(int source, int64_t *source_offset, int target,
                              int64_t *target_offset, size_t count);

/// Has the system start to write a part of a file to its device, so that a later `fsync` has less
/// to wait for. A hint: nothing happens where the system cannot.
void ferry_start_writeback(int file, int64_t offset, int64_t count);

#endif
