import { createDOMRenderer, RendererProvider } from '@fluentui/react-components';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startTexts } from './i18n.ts';
import './styles/base.css';
import './styles/runs.css';
import './styles/table.css';

// Style sheets that the UI kit makes carry the page's nonce: its policy allows no others.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce } });
const questions = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: 500 } } });

await startTexts();
createRoot(document.querySelector('#root')!).render(
  <RendererProvider renderer={renderer}>
    <QueryClientProvider client={questions}>
      <App />
    </QueryClientProvider>
  </RendererProvider>,
);
