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

/// Takes room on the device for a part of a file, so that a full device is noticed at once.
///
/// Returns 0; -1 with `errno`, `EOPNOTSUPP` where the system or the file system cannot do it.
int ferry_allocate(int file, int64_t offset, int64_t count);

/// Starts to bring a part of a file from the system's cache to the device, where the system can, and
/// does not wait for it: what is under way already need not be waited for when the file is synced.
void ferry_start_writeback(int file, int64_t offset, int64_t count);

/// Turns writing from the caller's memory to the device, past the system's cache, on or off.
///
/// Returns 0; -1 with `errno` where the system or the file system cannot do it.
int ferry_bypass_cache(int file, int is_on);

#endif
