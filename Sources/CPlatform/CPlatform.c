#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

ssize_t ferry_copy_file_range(int source, int64_t *source_offset, int target,
                              int64_t *target_offset, size_t count) {
#ifdef __linux__
  return copy_file_range(source, source_offset, target, target_offset, count, 0);
#else
  (void)source, (void)source_offset, (void)target, (void)target_offset, (void)count;
  errno = ENOSYS;
  return -1;
#endif
}

void ferry_start_writeback(int file, int64_t offset, int64_t count) {
#ifdef __linux__
  sync_file_range(file, offset, count, SYNC_FILE_RANGE_WRITE);
#else
  (void)file, (void)offset, (void)count;
#endif
}
