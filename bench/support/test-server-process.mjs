/** The KV v2 server of the tests as a process of its own: `node test-server-process.mjs PORT TOKEN`. */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

const [, , port, rootToken] = process.argv;

registerHooks({
  resolve(specifier, context, next) {
    const source = specifier.startsWith('.') && new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    return source && existsSync(source) ? { url: source.href, shortCircuit: true } : next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const { code } = transformFileSync(fileURLToPath(url), {
      jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2024' },
      module: { type: 'es6' },
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});

const { Kv2Server } = await import('../../test/support/kv2-server/kv2-server.ts');
const server = new Kv2Server({ port: Number(port), rootToken });
await server.comeUp();
// The server itself keeps no process alive. Recorded calls would fill the memory over a long run.
setInterval(() => server.clearCalls(), 1_000);
