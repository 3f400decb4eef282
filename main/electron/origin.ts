/** The one origin that pages of the shell have. */
export const appScheme = 'app';
export const appOrigin = 'app://hostkeep';

export function isOurs(url: string): boolean {
  return URL.canParse(url) && (url === appOrigin || url.startsWith(`${appOrigin}/`));
}

/** The address of a page of the renderer, such as `/runs/0123`. */
export function addressOf(path: string): string {
  return `${appOrigin}/#${path}`;
}
