/* Preloaded: calls on files below IO_FOLDER fail now and then (IO_RATE of 1000), by a seed (IO_SEED), as disks do. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static uint64_t state;
static const char *folder;
static unsigned rate;

/* The number of a draw picks the outcome, so a run with one seed has one sequence of them. */
static uint64_t draw(void) {
  uint64_t z = __atomic_add_fetch(&state, 0x9e3779b97f4a7c15ull, __ATOMIC_RELAXED);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

__attribute__((constructor)) static void begin(void) {
  const char *seed = getenv("IO_SEED"), *often = getenv("IO_RATE");
  folder = getenv("IO_FOLDER");
  state = seed ? strtoull(seed, 0, 10) * 7919u : 1;
  rate = often ? (unsigned)atoi(often) : 0;
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
static int fails(const int *codes, int count) {
  uint64_t one = draw();
  if (one % 1000 >= rate) return 0;
  return codes[(one >> 20) % count];
}

static const int WRITING[] = {EIO, ENOSPC, EDQUOT, -1, -1, -1};
static const int NAMING[] = {EIO, ENOSPC, EACCES};
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
int rename(const char *from, const char *to) {
  int code = below(to) ? FAILS(NAMING) : 0;
  if (code > 0) { errno = code; return -1; }
  return REAL(int, rename, const char *, const char *)(from, to);
}
int fsync(int fd) {
  int code = ours(fd) ? FAILS(SYNCING) : 0;
  if (code > 0) { errno = code; return -1; }
  return REAL(int, fsync, int)(fd);
}
int mkdir(const char *path, mode_t mode) {
  int code = below(path) ? FAILS(NAMING) : 0;
  if (code > 0) { errno = code; return -1; }
  return REAL(int, mkdir, const char *, mode_t)(path, mode);
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
