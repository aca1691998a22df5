import { createRequire } from 'node:module';

/** Names are relative to `/api/docs`, so that a gateway may put the service under a path of its own. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Secrets API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"></div>
    <noscript>The same in JSON: <a href="openapi.json">openapi.json</a></noscript>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/**
 * "Try it out" sends what is required to where the page came from: Swagger UI would fill in the examples of optional
 * parameters too. Without `validatorUrl: null` it would send the address of the document to a foreign host.
 */
export const DOCS_SCRIPT = `'use strict';

async function showDocs() {
  const answer = await fetch('openapi.json');
  const spec = await answer.json();
  spec.servers = [{ url: new URL('..', location.href).href.replace(/\\/$/, '') }];
  for (const operation of Object.values(spec.paths).flatMap(Object.values)) {
    for (const parameter of operation.parameters) {
      if (!parameter.required) delete parameter.schema.example;
    }
  }
  SwaggerUIBundle({
    dom_id: '#docs',
    spec,
    validatorUrl: null,
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis],
  });
}

void showDocs();
`;

/** Own scripts and styles only; the icons of Swagger UI are data. */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Path of a file of Swagger UI in the installed package. */
export function swaggerUiFile(name: 'swagger-ui.css' | 'swagger-ui-bundle.js'): string {
  return createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`);
}
