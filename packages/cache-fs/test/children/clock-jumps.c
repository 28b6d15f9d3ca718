/* Preloaded: the clock on the wall jumps by an hour, forwards and backwards, every half second or so (CLOCK_SEED). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long jump(void) {
  struct timespec now;
  ((int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime"))(CLOCK_MONOTONIC, &now);
  const char *seed = getenv("CLOCK_SEED");
  uint64_t z = (uint64_t)(now.tv_sec * 2 + now.tv_nsec / 500000000) + (seed ? strtoull(seed, 0, 10) : 0) * 1000003u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return ((long)((z ^ (z >> 31)) % 3) - 1) * 3600;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = ((int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime"))(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += jump();
  return result;
}

int gettimeofday(struct timeval *time, void *zone) {
  int result = ((int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday"))(time, zone);
  if (result == 0) time->tv_sec += jump();
  return result;
}
