/**
 * What stands between a page and the main process. The preload script runs in a world of its own, as in Electron; the two worlds of a page share
 * its document, so calls cross as events with JSON in them. Both scripts run before any of the page's.
 */
export const isolatedWorld = 'Electron Isolated Context';
export const sendBinding = '__standInSend';
export const receiveFunction = '__standInReceive';

/** In the page's own world: makes what the preload script exposes. */
export const mainWorldScript = `(() => {
  let last = 0;
  const waiting = new Map();
  document.addEventListener('stand-in:expose', ({ detail }) => {
    const { key, functions } = JSON.parse(detail);
    const exposed = {};
    for (const name of functions)
      exposed[name] = (...given) => new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        document.dispatchEvent(new CustomEvent('stand-in:call', { detail: JSON.stringify({ id, key, name, given }) }));
      });
    Object.defineProperty(window, key, { value: Object.freeze(exposed), enumerable: true });
  });
  window.open = (url) => {
    document.dispatchEvent(new CustomEvent('stand-in:open', { detail: String(url) }));
    return null;
  };
  document.addEventListener('stand-in:result', ({ detail }) => {
    const { id, value, error } = JSON.parse(detail);
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  });
})();`;

/** In the isolated world: Electron's modules for a preload script, then the script itself. */
export function isolatedScript(preload: string): string {
  return `(() => {
  let last = 0;
  const waiting = new Map();
  globalThis.${receiveFunction} = (text) => {
    const { id, value, error } = JSON.parse(text);
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  };
  const ipcRenderer = {
    invoke: (channel, ...given) => new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      globalThis.${sendBinding}(JSON.stringify({ id, channel, given }));
    }),
  };
  const exposed = new Map();
  const contextBridge = {
    exposeInMainWorld(key, api) {
      exposed.set(key, api);
      const functions = Object.keys(api).filter((name) => typeof api[name] === 'function');
      document.dispatchEvent(new CustomEvent('stand-in:expose', { detail: JSON.stringify({ key, functions }) }));
    },
  };
  document.addEventListener('stand-in:open', ({ detail }) => globalThis.${sendBinding}(JSON.stringify({ open: detail })));
  document.addEventListener('stand-in:call', ({ detail }) => {
    const { id, key, name, given } = JSON.parse(detail);
    const told = (result) => document.dispatchEvent(new CustomEvent('stand-in:result', { detail: JSON.stringify({ id, ...result }) }));
    Promise.resolve().then(() => exposed.get(key)[name](...given)).then((value) => told({ value }), (error) => told({ error: error.message }));
  });
  const require = (name) => {
    if (name !== 'electron') throw new Error('module not found: ' + name);
    return { ipcRenderer, contextBridge };
  };
  const exports = {};
  const module = { exports };
  (function (require, module, exports) { ${preload}
  })(require, module, exports);
})();`;
}
