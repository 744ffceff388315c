#include "CSentenceEncoder.h"

#include <pthread.h>
#include <stdlib.h>

#if defined(__linux__)
#include <sys/resource.h>
#elif defined(__APPLE__)
#include <pthread/qos.h>
#endif

struct start {
    void (*body)(void *context);
    void *context;
};

static void *run(void *pointer) {
    struct start start = *(struct start *)pointer;
    free(pointer);
#if defined(__linux__)
    // On Linux this is the niceness of the calling thread alone; without the right to set it, all is as well as before.
    (void)setpriority(PRIO_PROCESS, 0, 10);
#elif defined(__APPLE__)
    (void)pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
#endif
    start.body(start.context);
    return NULL;
}

int sentence_thread_start(void (*body)(void *context), void *context) {
    struct start *start = malloc(sizeof *start);
    if (!start) return 12;
    start->body = body;
    start->context = context;
    pthread_attr_t attributes;
    pthread_t thread;
    int error = pthread_attr_init(&attributes);
    if (!error) {
        error = pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        if (!error) error = pthread_create(&thread, &attributes, run, start);
        pthread_attr_destroy(&attributes);
    }
    if (error) free(start);
    return error;
}
