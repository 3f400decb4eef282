/** Chromium itself knows no scheme of ours: pages of `app://hostkeep` live at an address that never reaches a network. */
const pairs: readonly (readonly [own: string, web: string])[] = [['app://hostkeep', 'https://hostkeep.stand-in.invalid']];

export function toWeb(url: string): string {
  return replaced(url, 0, 1);
}

export function toOwn(url: string): string {
  return replaced(url, 1, 0);
}

function replaced(url: string, from: 0 | 1, to: 0 | 1): string {
  const pair = pairs.find((one) => url === one[from] || url.startsWith(`${one[from]}/`));
  return pair === undefined ? url : pair[to] + url.slice(pair[from].length);
}
