#include "CSentenceEncoder.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#define TILE_ROWS 4
#define TILE_COLUMNS 3
#define KERNELS sentence_kernels_avx2
#define KERNELS_NAME "avx2"
#include "kernels.inc"
#pragma clang attribute pop
#endif
