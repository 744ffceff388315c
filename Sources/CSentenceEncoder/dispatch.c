#include "CSentenceEncoder.h"

extern const struct sentence_kernels sentence_kernels_portable;
extern const struct sentence_kernels sentence_kernels_avx2;

const struct sentence_kernels *sentence_kernels_usable(size_t index) {
    const struct sentence_kernels *usable[2];
    size_t count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) usable[count++] = &sentence_kernels_avx2;
#endif
    usable[count++] = &sentence_kernels_portable;
    return index < count ? usable[index] : NULL;
}
