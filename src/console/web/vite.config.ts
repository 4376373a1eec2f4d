import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Beside each file that shrinks, its compressed forms: the service sends them as they are. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle).filter((each) => /\.(js|css|svg|json)$/.test(each))) {
      const path = join(dir ?? '', name);
      const content = readFileSync(path);
      if (content.length < 1024) continue;
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    }
  },
};

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  // Built, its files are under /console and its pages anywhere. The development server knows one place for both.
  base: command === 'build' ? '/console/' : '/',
  plugins: [react(), compressed],
  build: {
    outDir: process.env.PITLANE_CONSOLE_OUT ?? join(import.meta.dirname, '../../../dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    // The first that know light-dark(): what is written for older ones shows no colour at all here.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    // What each page makes a browser fetch is read from it (test/bench/console/bytes.ts).
    manifest: 'manifest.json',
    // Plots and the map are chunks of their own, fetched by the pages that show them.
    chunkSizeWarningLimit: 800,
  },
  worker: { format: 'es' },
  // For work on the console: `npm run console` beside a running service.
  server: {
    proxy: Object.fromEntries(
      ['^/api/v1/', '^/auth/', '^/docs'].map((path) => [path, process.env.PITLANE_API ?? 'http://127.0.0.1:8080']),
    ),
  },
}));
