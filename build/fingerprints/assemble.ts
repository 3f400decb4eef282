import { readFileSync } from 'node:fs';
import openWabt from 'wabt';

/** The WebAssembly of `nh.wat`, in base64. */
export async function assembleNh(): Promise<string> {
  const source = new URL('../../main/engine/repository/fingerprints/nh.wat', import.meta.url);
  const wabt = await openWabt();
  const parsed = wabt.parseWat('nh.wat', readFileSync(source, 'utf8'), { simd: true });
  try {
    return Buffer.from(parsed.toBinary({}).buffer).toString('base64');
  } finally {
    parsed.destroy();
  }
}
