import type { Tool } from './tool.ts';

export const whoami: Tool = async ({ options }, { parameters }) => {
  if (parameters.join(' ') !== '/groups /fo csv /nh') return { code: 1, output: Buffer.from('usage\r\n') };
  const level = options.elevated === false ? 8192 : 12288;
  const lines = [`"Everyone","Well-known group","S-1-1-0",""`, `"Mandatory Label","Label","S-1-16-${level}",""`, ''];
  return { code: 0, output: Buffer.from(lines.join('\r\n')) };
};
