/* The least child: reads the clock with its first instructions, says when that was and who it is, and waits for its end.
 *
 * It begins at _start, before a C library would set itself up, and uses nothing of it but syscall(2): so nothing is in a
 * figure that is not its keeper's or the kernel's. PLACE, set when it is compiled, is a FIFO that somebody reads; one
 * record is the pid and nanoseconds of CLOCK_MONOTONIC, 64 bits each. It goes with whoever started it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct timespec now;
static int64_t record[2];

void _start(void) {
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
    record[0] = syscall(SYS_getpid);
    record[1] = now.tv_sec * 1000000000LL + now.tv_nsec;
    long place = syscall(SYS_openat, AT_FDCWD, PLACE, O_WRONLY);
    syscall(SYS_write, place, record, sizeof record);
    for (;;)
        syscall(SYS_ppoll, 0, 0, 0, 0, 0);
}
