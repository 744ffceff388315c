#include "CSentenceEncoder.h"

// Vectors of 16 bytes are what x86-64 (SSE2) and arm64 (NEON) always have; elsewhere the compiler makes do.
#define LANES 4
#define TILE_ROWS 4
#define TILE_COLUMNS 3
#define KERNELS sentence_kernels_portable
#define KERNELS_NAME "portable"
#include "kernels.inc"
