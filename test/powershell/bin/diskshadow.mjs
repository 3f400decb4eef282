// The commands of diskshadow that Hostkeep uses, in the order that the real one demands; anything else is refused.
import fs from 'node:fs';
import { ask } from './ask.mjs';
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];
const log = fs.openSync(option('/l'), 'w');
const say = (text) => fs.writeSync(log, `${text}\r\n`);
const refuse = (text) => {
  say(text);
  process.exit(1);
};
const numbers = {
  'shadow-busy': '80042316',
  'provider-failed': '80042306',
  'out-of-space': '8004231F',
  'vss-failed': '800423F4',
  'vss-retryable': '800423F3',
};
const aliases = new Map();
const [{ edition }] = await ask('options');
if (edition === 'client') process.exit(1);
let backup = false;
let context = '';
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
// The batch files that it executes: echo.>"file", if exist "file" exit /b N, ping, goto.
const batch = async (path) => {
  const lines = fs.readFileSync(path, 'utf8').split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    let match;
    if ((match = /^echo\.>"(.+)"$/.exec(line))) fs.writeFileSync(match[1], '\r\n');
    else if ((match = /^if exist "(.+)" exit \/b (\d+)$/.exec(line))) {
      if (fs.existsSync(match[1])) return Number(match[2]);
    } else if (line.startsWith('ping ')) await wait(50);
    else if ((match = /^goto (\w+)$/.exec(line))) at = lines.indexOf(`:${match[1]}`) - 1;
    else if (!/^(:\w+|@echo off|)$/.test(line)) refuse(`batch: ${line}`);
  }
  return 0;
};
for (const raw of fs.readFileSync(option('/s'), 'utf8').split(/\r?\n/)) {
  const line = raw.trim();
  if (line === '') continue;
  say(`-> ${line}`);
  let match;
  if ((match = /^set context (persistent|volatile|clientaccessible)( nowriters)?$/.exec(line))) context = line;
  else if (/^set (metadata ".+"|verbose on)$/.test(line)) continue;
  else if (line === 'begin backup') backup = true;
  else if ((match = /^add volume (.+) alias (\w+)$/.exec(line))) {
    if (context === '') refuse('set context first');
    aliases.set(match[2], { volume: match[1], id: null });
  } else if ((match = /^writer verify \{(.+)\}$/i.exec(line))) {
    if (match[1].toLowerCase() !== '66841cd4-6ded-4f4b-8f17-fd23f8ddc3de') refuse('unknown writer');
  } else if (line === 'create') {
    for (const [alias, shadow] of aliases) {
      const [made] = await ask('shadow-create');
      if (made.fault) refuse(`COM call failed. (0x${numbers[made.fault]})`);
      shadow.id = made;
      say(`Alias ${alias} for shadow ID {${made}} set as environment variable.`);
    }
  } else if ((match = /^expose %(\w+)% "(.+)"$/.exec(line)))
    await ask('shadow-expose', { id: aliases.get(match[1]).id, mount: match[2] });
  else if ((match = /^exec "(.+)"$/.exec(line))) {
    if ((await batch(match[1])) !== 0) refuse('exec failed');
  } else if (line === 'end backup') {
    if (!backup) refuse('no backup');
    const [fault] = await ask('shadow-end');
    if (fault !== '') refuse(`end backup (0x${numbers[fault]})`);
  } else refuse(`unknown command: ${line}`);
}
