/*
 * Preloaded: calls on files below IO_FOLDER fail, by a seed (IO_SEED), as disks do: now and then (IO_RATE of 1000), or
 * from the IO_FROM-th such call on for IO_COUNT of them. IO_REPORT names a file that gets how many calls there were and
 * how many of them failed: two numbers of 64 bits, right also when the process is killed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static uint64_t state, from, count;
static uint64_t none[2], *report = none;
static const char *folder;
static unsigned rate;

static uint64_t number(const char *name) {
  const char *text = getenv(name);
  return text ? strtoull(text, 0, 10) : 0;
}

/* The number of a draw picks the outcome, so a run with one seed has one sequence of them. */
static uint64_t draw(void) {
  uint64_t z = __atomic_add_fetch(&state, 0x9e3779b97f4a7c15ull, __ATOMIC_RELAXED);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

__attribute__((constructor)) static void begin(void) {
  folder = getenv("IO_FOLDER");
  state = number("IO_SEED") * 7919u + 1;
  rate = (unsigned)number("IO_RATE");
  from = number("IO_FROM");
  count = number("IO_COUNT");
  const char *place = getenv("IO_REPORT");
  int fd = place ? (int)syscall(SYS_openat, AT_FDCWD, place, O_RDWR | O_CREAT, 0600) : -1;
  if (fd < 0) return;
  if (syscall(SYS_ftruncate, fd, sizeof none) == 0) {
    void *shared = mmap(0, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED) report = shared;
  }
  close(fd);
}

static int below(const char *path) { return folder && path && strncmp(path, folder, strlen(folder)) == 0; }

static int ours(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return below(path);
}

/* 0: go on. */
static int fails(const int *codes, int length) {
  uint64_t one = draw();
  uint64_t call = __atomic_add_fetch(&report[0], 1, __ATOMIC_RELAXED);
  int chosen = from > 0 ? call >= from && call < from + count : one % 1000 < rate;
  if (!chosen) return 0;
  __atomic_add_fetch(&report[1], 1, __ATOMIC_RELAXED);
  return codes[(one >> 20) % length];
}

/* libuv calls again after EINTR, as long as it takes. */
static const int WRITING[] = {EIO, ENOSPC, EDQUOT, EINTR, -1, -1, -1};
static const int NAMING[] = {EIO, ENOSPC, EACCES};
static const int LINKING[] = {EIO, ENOSPC, EMLINK, EPERM};
static const int REMOVING[] = {EIO, EACCES};
static const int SYNCING[] = {EIO};
static const int READING[] = {EIO, -1};
#define FAILS(list) fails(list, (int)(sizeof list / sizeof *list))
#define REAL(type, name, ...) ((type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

/* -1 among the codes: less than was asked for. */
#define WITH_LENGTH(list, call, shorter)                                                                              \
  int code = ours(fd) ? FAILS(list) : 0;                                                                              \
  if (code > 0) { errno = code; return -1; }                                                                          \
  return code < 0 && length > 1 ? shorter : call;

ssize_t write(int fd, const void *data, size_t length) {
  ssize_t (*real)(int, const void *, size_t) = REAL(ssize_t, write, int, const void *, size_t);
  WITH_LENGTH(WRITING, real(fd, data, length), real(fd, data, length / 2))
}
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  ssize_t (*real)(int, const void *, size_t, off64_t) = REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
  WITH_LENGTH(WRITING, real(fd, data, length, at), real(fd, data, length / 2, at))
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return pwrite64(fd, data, length, at); }
ssize_t writev(int fd, const struct iovec *parts, int length) {
  ssize_t (*real)(int, const struct iovec *, int) = REAL(ssize_t, writev, int, const struct iovec *, int);
  WITH_LENGTH(WRITING, real(fd, parts, length), real(fd, parts, 1))
}
ssize_t read(int fd, void *data, size_t length) {
  ssize_t (*real)(int, void *, size_t) = REAL(ssize_t, read, int, void *, size_t);
  WITH_LENGTH(READING, real(fd, data, length), real(fd, data, length / 2))
}
ssize_t pread64(int fd, void *data, size_t length, off64_t at) {
  ssize_t (*real)(int, void *, size_t, off64_t) = REAL(ssize_t, pread64, int, void *, size_t, off64_t);
  WITH_LENGTH(READING, real(fd, data, length, at), real(fd, data, length / 2, at))
}
#define WITHOUT_LENGTH(where, list, call)                                                                             \
  int code = where ? FAILS(list) : 0;                                                                                 \
  if (code > 0) { errno = code; return -1; }                                                                          \
  return call;

int rename(const char *from, const char *to) {
  WITHOUT_LENGTH(below(to), NAMING, (REAL(int, rename, const char *, const char *)(from, to)))
}
int link(const char *from, const char *to) {
  WITHOUT_LENGTH(below(to), LINKING, (REAL(int, link, const char *, const char *)(from, to)))
}
int unlink(const char *path) { WITHOUT_LENGTH(below(path), REMOVING, (REAL(int, unlink, const char *)(path))) }
int rmdir(const char *path) { WITHOUT_LENGTH(below(path), REMOVING, (REAL(int, rmdir, const char *)(path))) }
int ftruncate64(int fd, off64_t size) {
  WITHOUT_LENGTH(ours(fd), SYNCING, (REAL(int, ftruncate64, int, off64_t)(fd, size)))
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
int fsync(int fd) { WITHOUT_LENGTH(ours(fd), SYNCING, (REAL(int, fsync, int)(fd))) }
int fdatasync(int fd) { WITHOUT_LENGTH(ours(fd), SYNCING, (REAL(int, fdatasync, int)(fd))) }
int mkdir(const char *path, mode_t mode) {
  WITHOUT_LENGTH(below(path), NAMING, (REAL(int, mkdir, const char *, mode_t)(path, mode)))
}
/* Copies that the kernel makes: of either kind there may be less than was asked for. */
ssize_t copy_file_range(int in, off64_t *at, int out, off64_t *to, size_t length, unsigned flags) {
  ssize_t (*real)(int, off64_t *, int, off64_t *, size_t, unsigned) =
      REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
  int code = ours(out) ? FAILS(WRITING) : 0;
  if (code > 0) { errno = code; return -1; }
  return real(in, at, out, to, code < 0 && length > 1 ? length / 2 : length, flags);
}
ssize_t sendfile64(int out, int in, off64_t *at, size_t length) {
  ssize_t (*real)(int, int, off64_t *, size_t) = REAL(ssize_t, sendfile64, int, int, off64_t *, size_t);
  int code = ours(out) ? FAILS(WRITING) : 0;
  if (code > 0) { errno = code; return -1; }
  return real(out, in, at, code < 0 && length > 1 ? length / 2 : length);
}
int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  int code = below(path) && (flags & O_CREAT) ? FAILS(NAMING) : 0;
  if (code > 0) { errno = code; return -1; }
  return REAL(int, open64, const char *, int, ...)(path, flags, mode);
}
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return open64(path, flags, mode);
}
