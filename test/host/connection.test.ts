import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode } from '#contract';
import { unconnectedError } from '../../main/host/connection.ts';

const connection = {
  address: 'hv01.firma.local',
  useSsl: false,
  port: null,
  credential: { user: 'FIRMA\\sicherung', password: 'geheim' },
} as const;

/** What WinRM says by number, and the command that an administrator runs. */
const diagnoses: readonly (readonly [number, ErrorCode, RegExp])[] = [
  [0x80338012, 'host/connection-refused', /On the host run as administrator: Enable-PSRemoting -Force/],
  [0x80338126, 'host/connection-blocked', /Enable-NetFirewallRule -Name WINRM-HTTP-In-TCP/],
  [0x803380e4, 'host/connection-untrusted', /TrustedHosts -Concatenate -Value hv01\.firma\.local$/],
  [0x8007052e, 'host/connection-credentials', /--credential/],
  [5, 'host/connection-denied', /Add-LocalGroupMember -Group Administrators -Member FIRMA\\sicherung/],
  [-2147024891, 'host/connection-denied', /Add-LocalGroupMember/],
  [0x803380e3, 'host/connection-name', /Resolve-DnsName hv01\.firma\.local/],
  [0x80090311, 'host/connection-kerberos', /full DNS name/],
  [0x8033ffff, 'host/connection-failed', /Test-WSMan -ComputerName hv01\.firma\.local/],
];

for (const [number, code, command] of diagnoses)
  test(`WinRM's 0x${(number >>> 0).toString(16)} is ${code}, with the command that repairs it`, () => {
    const error = unconnectedError({ number, message: 'Zugriff verweigert' }, connection);
    assert.equal(error.code, code);
    assert.match(error.remedy, command);
    assert.doesNotMatch(JSON.stringify([error.message, error.details]), /geheim/);
  });

test('what is not known stays a placeholder', () => {
  assert.match(unconnectedError({ number: 5, message: '' }, null).remedy, /-Member <user>/);
});
