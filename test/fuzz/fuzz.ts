/** `npm run fuzz -- --count N --seed S [--from K] [--subject NAME] [--only K]`: hostile images of every format in turns, or of one (`ntfs`). A case is named by seed, subject and number; `--from` goes on with a run. */
import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    only: { type: 'string' },
    subject: { type: 'string' },
  },
});
const started = performance.now();
const seed = Number(values.seed);
const subject = values.subject === undefined ? {} : { subject: values.subject };
const chosen = values.subject === undefined ? '' : ` --subject ${values.subject}`;
const cases =
  values.only === undefined
    ? { first: Number(values.from), count: Number(values.count) }
    : { first: Number(values.only), count: 1 };
const report = await runFuzz({ ...cases, seed, ...subject });
for (const { index, text } of report.bad)
  process.stdout.write(
    `seed ${seed}, case ${index}: ${text}\n  again: npm run fuzz -- --seed ${seed}${chosen} --only ${index}\n`,
  );
const seconds = ((performance.now() - started) / 1000).toFixed(0);
process.stdout.write(
  `${report.cases} images, ${report.coded} refused as a whole, ${report.bad.length} bad, peak ${Math.round(report.peakBytes / 2 ** 20)} MiB, ${seconds} s\n`,
);
process.exitCode = report.bad.length === 0 ? 0 : 1;
