#ifndef SENTENCE_ENCODER_H
#define SENTENCE_ENCODER_H

#include <stddef.h>
#include <stdint.h>

/// The loops of a sentence encoder for one kind of processor.
///
/// All matrices are row by row; a stride is the distance of two rows in numbers. No function allocates or keeps anything.
/// What comes out for a row does not depend on the rows beside it, to the last bit.
struct sentence_kernels {
    /// What the processor has to have: "portable" or "avx2".
    const char *name;

    /// c[i][j] = scale * sum over t of a[i][t] * w[j][t], plus bias[j] unless `bias` is null.
    /// `a` has `rows` rows and `w` has `columns` rows, each of `depth` numbers.
    void (*multiply)(const float *a, size_t a_stride, const float *w, size_t w_stride, const float *bias, float scale,
                     float *c, size_t c_stride, size_t rows, size_t columns, size_t depth);

    /// c[i][j] = sum over t of p[i][t] * v[t][j].
    void (*mix)(const float *p, size_t p_stride, const float *v, size_t v_stride, float *c, size_t c_stride,
                size_t rows, size_t columns, size_t depth);

    /// Turns each row into its softmax.
    void (*softmax)(float *values, size_t stride, size_t rows, size_t columns);

    /// x[i] = layer norm of x[i] + y[i], scaled by `weight` and moved by `bias`; `y` may be null.
    void (*normalise)(float *x, const float *y, const float *weight, const float *bias, float epsilon, size_t rows,
                      size_t columns);

    /// x * (1 + erf(x / sqrt 2)) / 2, erf to within 1.5e-7 (Abramowitz and Stegun 7.1.26).
    void (*gelu)(float *values, size_t count);

    /// The approximation of the same by tanh: x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2.
    void (*gelu_tanh)(float *values, size_t count);

    /// The greater of x and 0.
    void (*relu)(float *values, size_t count);
};

/// The kernels that this processor can run, the fastest first; `NULL` past the last. The last one is "portable".
const struct sentence_kernels *sentence_kernels_usable(size_t index);

/// Widens IEEE 754 half-precision numbers, given as little-endian bytes of any alignment.
void sentence_widen_half(const void *from, float *to, size_t count);

/// Widens bfloat16 numbers, given as little-endian bytes of any alignment.
void sentence_widen_brain(const void *from, float *to, size_t count);

/// Characters of one class, from `first` to `last`. 1: removed when a text is cleaned; 2: white space; 3: non-spacing
/// mark; 4: punctuation; 5: ideograph that is a word of its own.
struct sentence_range {
    uint32_t first, last, kind;
};

/// A letter, and what is left of it after canonical decomposition without non-spacing marks; zeros past the end.
struct sentence_letter {
    uint32_t letter, bare[3];
};

/// What BERT's normaliser knows of characters, which is Unicode 8 in the reference; in ascending order.
extern const struct sentence_range sentence_ranges[];
extern const size_t sentence_range_count;
static inline const struct sentence_range *sentence_ranges_start(void) { return sentence_ranges; }

/// Letters with marks, Hangul apart; in ascending order.
extern const struct sentence_letter sentence_letters[];
extern const size_t sentence_letter_count;
static inline const struct sentence_letter *sentence_letters_start(void) { return sentence_letters; }

/// Runs `body` with `context` on a new thread of the lowest sensible priority, so that threads that serve clients go
/// before it. Returns 0, or the error number of the system.
int sentence_thread_start(void (*body)(void *context), void *context);

#endif
