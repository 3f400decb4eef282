import { Option } from 'commander';
import { HostkeepError } from '#contract';

/** Reads an option as a whole number in bounds, for commander. @throws HostkeepError input/invalid naming the option */
export function numberOption(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new HostkeepError('input/invalid', { [name]: text, why: `a whole number from ${least} to ${most}` });
  };
}

const sizeUnits: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** An option in bytes: `1048576`, `500M`, `64G`, `1T`, in powers of 1024. Its reader throws HostkeepError input/invalid naming it. */
export function sizeOption(flags: string, description: string, usual: number): Option {
  const option = new Option(flags, description).default(usual, shortSize(usual));
  return option.argParser((text: string) => {
    const found = /^(\d{1,16})(?:([kmgt])(?:i?b)?)?$/i.exec(text);
    const bytes = Number(found?.[1]) * (sizeUnits[found?.[2]?.toLowerCase() ?? ''] ?? 1);
    if (found !== null && bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
    throw new HostkeepError('input/invalid', { [option.attributeName()]: text, why: 'bytes, or a number with K, M, G or T' });
  });
}

/** As it may be given: 64G. */
function shortSize(bytes: number): string {
  const unit = Object.entries(sizeUnits).findLast(([, size]) => bytes % size === 0);
  return unit === undefined ? String(bytes) : `${bytes / unit[1]}${unit[0].toUpperCase()}`;
}
