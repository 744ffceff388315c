// For programs under valgrind: 3.19 writes into the mask that `sigsuspend` is given, and dies where the mask is constant, as
// that of libdispatch is. Preloaded, this hands on a copy.

#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int sigsuspend(const sigset_t *mask) {
    // The kernel's set is smaller than the C library's: one bit for each of 64 signals.
    unsigned long copy = *(const unsigned long *)mask;
    return (int)syscall(SYS_rt_sigsuspend, &copy, sizeof copy);
}
