import { HostkeepError } from '#contract';

/** Reads an option as a whole number in bounds, for commander. @throws HostkeepError input/invalid naming the option */
export function numberOption(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new HostkeepError('input/invalid', { [name]: text, why: `a whole number from ${least} to ${most}` });
  };
}
