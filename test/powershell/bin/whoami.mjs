import { ask } from './ask.mjs';

const [{ elevated }] = await ask('options');
process.stdout.write(
  `"Everyone","Well-known group","S-1-1-0",""\r\n"Mandatory Label","Label","S-1-16-${elevated === false ? 8192 : 12288}",""\r\n`,
);
