// As vssadmin prints it; the words are those of a German host when the world is one.
import { ask } from './ask.mjs';

if (process.argv.slice(2).join(' ') !== 'list writers') process.exit(2);
const [{ locale }] = await ask('options');
const [state] = await ask('writers');
const german = locale === 'de';
const writer = (name, id, number) =>
  [
    `${german ? 'Verfassername' : 'Writer name'}: '${name}'`,
    `   ${german ? 'Verfasserkennung' : 'Writer Id'}: {${id}}`,
    `   ${german ? 'Verfasserinstanzkennung' : 'Writer Instance Id'}: {11111111-2222-3333-4444-555555555555}`,
    `   ${german ? 'Status' : 'State'}: [${number}] ${german ? 'Stabil' : 'Stable'}`,
    `   ${german ? 'Letzter Fehler: Kein Fehler' : 'Last error: No error'}`,
    '',
  ].join('\r\n');
process.stdout.write(`vssadmin 1.1\r\n\r\n${writer('System Writer', 'e8132975-6f93-4464-a53e-1050253ae220', 1)}\r\n`);
if (state !== null)
  process.stdout.write(`${writer('Microsoft Hyper-V VSS Writer', '66841cd4-6ded-4f4b-8f17-fd23f8ddc3de', state)}\r\n`);
