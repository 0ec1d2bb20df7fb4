/*
 * The key exchange of a Secret Service session as libsecret does it with libgcrypt: an exponent as
 * long as the prime, numbers in secure memory, two exponentiations.
 *   session COUNT   -> WALL_NS CPU_NS for so many exchanges
 *   agree HEX HEX   -> HEX: the second number to the power of the first, for the check against ours
 * What cannot be done is answered with "skip REASON".
 */
#include <gcrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* RFC 2409 section 6.2, the 1024-bit MODP group, generator 2. */
static const char PRIME[] =
  "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
  "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
  "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
  "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";
#define BITS 1024

static gcry_mpi_t prime, generator, peer;

static gcry_mpi_t from_hex(const char *hex) {
  gcry_mpi_t number = NULL;
  gcry_mpi_scan(&number, GCRYMPI_FMT_HEX, hex, 0, NULL);
  return number;
}

static gcry_mpi_t power(gcry_mpi_t base, gcry_mpi_t exponent) {
  gcry_mpi_t result = gcry_mpi_snew(BITS);
  gcry_mpi_powm(result, base, exponent, prime);
  return result;
}

static gcry_mpi_t exponent(void) {
  gcry_mpi_t number = gcry_mpi_snew(BITS);
  /* One bit less than the prime, the top one set: full length, whatever is drawn. */
  gcry_mpi_randomize(number, BITS - 1, GCRY_STRONG_RANDOM);
  gcry_mpi_set_highbit(number, BITS - 2);
  return number;
}

static void exchange(void) {
  gcry_mpi_t ours = exponent();
  gcry_mpi_t public_key = power(generator, ours);
  gcry_mpi_t secret = power(peer, ours);
  gcry_mpi_release(secret);
  gcry_mpi_release(public_key);
  gcry_mpi_release(ours);
}

static long long wall_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static long long cpu_ns(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000ll +
         (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000ll;
}

int main(void) {
  static char line[4096], first[1024], second[1024];
  long count;
  const char *version = gcry_check_version(NULL);
  gcry_control(GCRYCTL_INIT_SECMEM, 65536, 0);
  gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
  prime = from_hex(PRIME);
  generator = from_hex("02");
  peer = power(generator, exponent());
  printf("ready libgcrypt %s\n", version);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "session %ld", &count) == 1) {
      long long wall = wall_ns(), cpu = cpu_ns();
      for (long i = 0; i < count; i++) exchange();
      printf("%lld %lld\n", wall_ns() - wall, cpu_ns() - cpu);
    } else if (sscanf(line, "agree %1023s %1023s", first, second) == 2) {
      unsigned char *hex = NULL;
      gcry_mpi_aprint(GCRYMPI_FMT_HEX, &hex, NULL, power(from_hex(second), from_hex(first)));
      printf("%s\n", hex);
    } else {
      printf("skip unknown request\n");
    }
    fflush(stdout);
  }
  return 0;
}
