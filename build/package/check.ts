/**
 * `npm run package:check`: makes the packages that can be made here and looks at what came out. Prints what it has verified, what it could not
 * for want of a tool, and what only Windows can.
 */
import { appCheck } from './checks/app.ts';
import { commandLineCheck } from './checks/command-line.ts';
import { configurationCheck } from './checks/configuration.ts';
import { appInstallerCheck, installerCheck } from './checks/installer.ts';
import { portableCheck } from './checks/portable.ts';
import { installTools } from './places.ts';
import type { Check } from './checks/check.ts';

const checks: readonly Check[] = [
  configurationCheck,
  commandLineCheck,
  portableCheck,
  appCheck,
  appInstallerCheck,
  installerCheck,
];

const onlyOnWindows = [
  'the programs start: hostkeep.exe and Hostkeep.exe run nowhere but on Windows',
  'signatures: a certificate signs in .github/workflows/package.yml, where one is given',
  'the search path, the start menu and autostart as a user meets them; repair by Windows Installer itself',
  'Task Scheduler, DPAPI and the event log through the installed scripts',
];

await installTools();
const only = process.argv[2];
let failures = 0;
for (const { title, missing, act } of checks) {
  if (only !== undefined && !title.includes(only)) continue;
  const lacking = missing();
  if (lacking !== null) {
    process.stdout.write(`\n${title}\n  skipped: ${lacking}\n`);
    continue;
  }
  process.stdout.write(`\n${title}\n`);
  try {
    await act((what) => process.stdout.write(`  verified: ${what}\n`));
  } catch (error) {
    failures += 1;
    process.stdout.write(`  FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
process.stdout.write(`\nOnly Windows can tell:\n${onlyOnWindows.map((what) => `  ${what}\n`).join('')}`);
process.exitCode = failures === 0 ? 0 : 1;
