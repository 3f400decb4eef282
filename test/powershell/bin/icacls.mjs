// icacls as far as Hostkeep uses it: FILE /grant ACCOUNT:F
import { ask } from './ask.mjs';

const [path, verb, grant, ...more] = process.argv.slice(2);
if (verb !== '/grant' || more.length > 0) process.exit(87);
const [{ code }] = await ask('icacls', { path, grant });
process.exit(code > 255 ? 1 : code);
