// A host in C: filtered PNG rows on stdin; the offsets and pixels of the map on stdout.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core.h"

static u32 align(u32 address) { return (address + 15) & ~15u; }

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const u32 width = atoi(argv[1]), height = atoi(argv[2]), channels = atoi(argv[3]);
  const u32 pixels = width * height, length = height * (1 + width * channels);

  wasm_rt_init();
  Z_core_init_module();
  Z_core_instance_t core;
  Z_core_instantiate(&core);
  wasm_rt_memory_t* memory = Z_coreZ_memory(&core);

  const u32 rows = 16;
  const u32 changes = align(rows + length + 256);
  const u32 above = align(changes + (width + 63) / 64 * 8);
  const u32 labels = above + width * 4;
  const u32 runs = align(labels + pixels * 4 + 128);
  // Twice the runs, the tables of all labels there may be, the pixels.
  const u32 most = runs + pixels * 8 + 8;
  wasm_rt_grow_memory(memory, (most + pixels * 16 + (64u << 20)) / 65536);
  if (fread(memory->data + rows, 1, length, stdin) != length) return 3;

  const u32 end = Z_coreZ_decodeRows(&core, rows, height, width, channels, labels, changes, runs, 0);
  if (end == 0) return 4;
  const u32 count = Z_coreZ_largestLabel(&core, runs, end) + 1;
  const u32 pixelOffsets = align(end + 8);
  const u32 runOffsets = align(pixelOffsets + (count + 1) * 4);
  const u32 sorted = align(runOffsets + (count + 1) * 4);
  const u32 sortedEnd = sorted + (end - runs);
  const u32 numbers = align(sortedEnd);
  if (Z_coreZ_countRuns(&core, runs, end, pixels, count, pixelOffsets, runOffsets) != 0) return 5;
  Z_coreZ_sortRuns(&core, runs, end, pixels, runOffsets, sorted);
  if (Z_coreZ_expandRuns(&core, sorted, sortedEnd, numbers, pixels) != sortedEnd) return 6;

  fwrite(memory->data + pixelOffsets, 4, count + 1, stdout);
  fwrite(memory->data + numbers, 4, pixels, stdout);
  Z_core_free(&core);
  return 0;
}
