import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import type { ProblemCode } from '../../schema/wire/api/problem.ts';
import { webStreamOf } from '../platform/web-stream.ts';
import type { ApiEnv } from './context.ts';
import { notFound, problemKinds } from './problem.ts';

const require = createRequire(import.meta.url);

/** The only files of the package that are served, all from disk: the page needs nothing from other hosts. */
const assets: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const start = `window.ui = SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#reference', deepLinking: true, docExpansion: 'list',
  defaultModelsExpandDepth: 0, persistAuthorization: true, validatorUrl: null, tryItOutEnabled: true,
});`;

const page = (title: string, head: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
${head}
</head>
<body>
${body}
</body>
</html>
`;

const referencePage = page(
  'Pitlane API',
  '<link rel="stylesheet" href="/docs/assets/swagger-ui.css">',
  `<div id="reference"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script>`,
);

const policy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** The reference page and the page that explains every kind of problem. Open to anyone. */
export function docsRoutes(): Hono<ApiEnv> {
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  const problemsPage = renderProblems();
  return new Hono<ApiEnv>()
    .use(async (c, next) => {
      await next();
      c.header('Content-Security-Policy', policy);
    })
    .get('/', (c) => c.html(referencePage))
    .get('/problems', (c) => c.html(problemsPage))
    .get('/assets/start.js', (c) => c.body(start, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }))
    .get('/assets/:file', (c) => {
      const file = c.req.param('file');
      const type = Object.hasOwn(assets, file) ? assets[file] : undefined;
      if (type === undefined) throw notFound('file');
      return c.body(webStreamOf(createReadStream(join(folder, file))), 200, {
        'Content-Type': type,
        'Cache-Control': 'public, max-age=3600',
      });
    });
}

function renderProblems(): string {
  const rows = (Object.keys(problemKinds) as ProblemCode[]).map((code) => {
    const { status, title, explanation } = problemKinds[code];
    return `<section id="${code}"><h2><code>${code}</code> · ${status}</h2><p><strong>${title}.</strong> ${markCode(explanation)}</p></section>`;
  });
  const head = `<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
h2{font-size:1.1rem;margin:1.6rem 0 .2rem}p{margin:.2rem 0}:target{background:#fff6d6}</style>`;
  const intro = `<h1>Problems</h1>
<p>Every refusal is <code>application/problem+json</code> (RFC 9457). <code>type</code> leads to a section of this page and
<code>code</code> repeats its name; both are stable. <code>requestId</code> is also in the header <code>X-Request-Id</code> and in the log.</p>`;
  return page('Pitlane API: problems', head, `${intro}\n${rows.join('\n')}`);
}

const markCode = (text: string) => text.replaceAll('<', '&lt;').replaceAll(/`([^`]+)`/g, '<code>$1</code>');
