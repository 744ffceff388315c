#include "CSentenceEncoder.h"

#include <string.h>

static float number_with(uint32_t bits) {
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static uint16_t read_16(const unsigned char *from) { return (uint16_t)(from[0] | from[1] << 8); }

static float widened_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    uint32_t exponent = half >> 10 & 0x1F;
    uint32_t fraction = half & 0x3FF;
    if (exponent == 0x1F) return number_with(sign | 0x7F800000 | fraction << 13);
    if (exponent != 0) return number_with(sign | (exponent + 112) << 23 | fraction << 13);
    float small = (float)fraction * 0x1p-24f;
    return sign ? -small : small;
}

void sentence_widen_half(const void *from, float *to, size_t count) {
    for (size_t i = 0; i < count; i++) to[i] = widened_half(read_16((const unsigned char *)from + 2 * i));
}

void sentence_widen_brain(const void *from, float *to, size_t count) {
    for (size_t i = 0; i < count; i++)
        to[i] = number_with((uint32_t)read_16((const unsigned char *)from + 2 * i) << 16);
}
