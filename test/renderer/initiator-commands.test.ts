import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initiatorCommands } from '../../renderer/pages/publications/initiator-commands.ts';

const iqn = 'iqn.2026-01.example:p1';

test('an initiator is told address and port apart, also of IPv6', () => {
  const { windows, linux } = initiatorCommands({ portal: '[2001:db8::7]:3260', iqn }, null);
  assert.ok(windows.includes('New-IscsiTargetPortal -TargetPortalAddress 2001:db8::7 -TargetPortalPortNumber 3260'));
  assert.ok(linux.includes('iscsiadm -m discovery -t sendtargets -p [2001:db8::7]:3260'));
  assert.ok(linux.at(-1)!.endsWith('--login'));
  assert.ok([...windows, ...linux].every((line) => !/chap/i.test(line)));
});

test('the name of a CHAP user stays one word in both shells, and its secret stands in no line', () => {
  const { windows, linux } = initiatorCommands({ portal: '192.0.2.10:3260', iqn }, "o'brien; rm -rf");
  assert.ok(windows.at(-1)!.includes("-ChapUsername 'o''brien; rm -rf' -ChapSecret (Read-Host)"));
  assert.ok(linux.some((line) => line.endsWith(String.raw`-n node.session.auth.username -v 'o'\''brien; rm -rf'`)));
  assert.ok(linux.some((line) => line.startsWith('read -rs SECRET &&')));
});
