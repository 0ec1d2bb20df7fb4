/*
 * Runs a command and writes to a file what it cost, all of its own: WALL_NS CPU_NS MAX_RSS_KIB.
 * Arguments: that file, the command. Ends with the command's exit code.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static long long ns_of(struct timeval time) { return time.tv_sec * 1000000000ll + time.tv_usec * 1000ll; }

int main(int argc, char **argv) {
  struct rusage used;
  int status;
  if (argc < 3) return 125;
  long long start = now_ns();
  pid_t child = fork();
  if (child == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  if (child < 0 || wait4(child, &status, 0, &used) != child) return 125;
  long long wall = now_ns() - start;
  FILE *file = fopen(argv[1], "w");
  if (!file) return 125;
  fprintf(file, "%lld %lld %ld\n", wall, ns_of(used.ru_utime) + ns_of(used.ru_stime), used.ru_maxrss);
  fclose(file);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
