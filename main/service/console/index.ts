/** The console's request handler and its server: a door of its own, so that commands which serve nothing do not load it. */
export { requestHandler, type HandlerOptions, type RequestHandler } from './handler.ts';
export { consoleRouter, type ConsoleRouter } from './router.ts';
export { createCallerFactory } from './trpc.ts';
export { serveConsole, type Served } from './serve.ts';
export { consoleServices, type ConsoleOptions, type Services } from './services.ts';
