// Reads the saved output of a counted stage: ci-summary.mjs FILE EXIT-CODE. Prints what failed, the
// seconds per room, the skipped tests with their reasons, and last "PASSED FAILED".
import { readFileSync } from 'node:fs';

const [file, exitCode] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').split('\n');

const counts = { pass: 0, fail: 0, skip: 0 };
const seconds = new Map();
let isFailing = false;

for (const line of lines) {
  const total = /^# \{ total: (\d+)(.*)\}/u.exec(line);
  if (total !== null) addTapTotal(total[2]);
  const plain = /^# (\d+) passed, (\d+) failed, (\d+) skipped$/u.exec(line);
  if (plain !== null) {
    counts.pass += Number(plain[1]);
    counts.fail += Number(plain[2]);
    counts.skip += Number(plain[3]);
  }
  const took = /^(?:not )?ok \d+ - ((?:packages\/)?[^/ ]+)\/\S+ # time=([\d.]+)(ms|s|m)/u.exec(
    line,
  );
  if (took !== null) {
    const scale = { ms: 0.001, s: 1, m: 60 }[took[3]];
    seconds.set(took[1], (seconds.get(took[1]) ?? 0) + Number(took[2]) * scale);
  }
  if (/# SKIP/u.test(line)) console.log(line.trim());
  showFailure(line);
}

for (const [room, spent] of seconds) {
  console.log(`${(spent / 60).toFixed(1).padStart(6)} min  ${room}`);
}
// A runner that died without counting, or found nothing to run, is a failure of its own.
if (Number(exitCode) !== 0 && counts.fail === 0) {
  console.log(lines.slice(-60).join('\n'));
  counts.fail = 1;
}
if (counts.pass + counts.fail === 0) {
  console.log(`no test was counted in ${file}`);
  counts.fail = 1;
}
console.log(`${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped here`);
console.log(`${counts.pass} ${counts.fail}`);

function addTapTotal(rest) {
  for (const kind of ['pass', 'fail', 'skip']) {
    counts[kind] += Number(new RegExp(`${kind}: (\\d+)`, 'u').exec(rest)?.[1] ?? 0);
  }
}

// Prints a failing line and its indented diagnostics.
function showFailure(line) {
  const isVerdict = /^\s*(?:not )?ok\b/u.test(line);
  if (isVerdict) isFailing = /^\s*not ok\b/u.test(line);
  else if (/^\s*# Subtest/u.test(line)) isFailing = false;
  if (isFailing) console.log(line);
}
