import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = process.cwd();
const CRUISER = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** Every violation of the import table in `src/` of a folder, as `from -> to: rule`. */
function findViolations(folder: string): { modules: number; violations: readonly string[] } {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [CRUISER, '--config', '.dependency-cruiser.js', '--output-type', 'json', 'src'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (stdout === '') throw new Error(`dependency-cruiser said nothing but: ${stderr}`);
  const { summary } = JSON.parse(stdout) as { summary: { totalCruised: number; violations: Violation[] } };
  return {
    modules: summary.totalCruised,
    violations: summary.violations.map(({ from, to, rule }) => `${from} -> ${to}: ${rule.name}`),
  };
}

describe('imports', () => {
  it('go one way only', () => {
    const { modules, violations } = findViolations(ROOT);
    expect(violations).toEqual([]);
    expect(modules).toBeGreaterThan(50);
  });
});

const FORBIDDEN = [
  ['secrets', 'ports/target.ts', 'secrets-imports'],
  ['secrets', 'rxjs', 'secrets-is-plain'],
  ['ports', 'config/target.ts', 'ports-imports'],
  ['config', 'pep/target.ts', 'config-imports'],
  ['application', 'http/target.ts', 'application-imports'],
  ['application', 'pep/target.ts', 'application-imports'],
  ['application', 'providers/target.ts', 'application-imports'],
  ['providers', 'pep/target.ts', 'providers-imports'],
  ['pep', 'pdp/target.ts', 'pep-imports'],
  ['pep', 'pdp/target.module.ts', 'pep-imports'],
  ['http', 'providers/target.ts', 'http-imports'],
  ['http', 'app.module.ts', 'no-way-back-to-the-root'],
  ['cellar', 'secrets/target.ts', 'no-room-without-rule'],
  ['pep', 'fast-check', 'no-development-package'],
  ['pep', 'body-parser', 'no-undeclared-package'],
  ['pep', 'no-such-package', 'no-unresolved'],
] as const;

const ALLOWED = [
  ['ports/a.ts', 'secrets/target.ts'],
  ['pdp/a.ts', 'ports/target.ts'],
  ['pdp/b.ts', 'rxjs'],
  ['pdp/c.ts', 'node:fs'],
  ['http/a.ts', 'application/target.ts'],
  ['pep/pep.module.ts', 'pdp/target.module.ts'],
  ['app.module.ts', 'pep/pep.module.ts'],
] as const;

describe('the import table', () => {
  let folder: string;
  let violations: readonly string[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'imports-'));
    for (const file of ['.dependency-cruiser.js', 'package.json', 'tsconfig.json']) {
      cpSync(join(ROOT, file), join(folder, file));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    for (const [, target] of [...FORBIDDEN, ...ALLOWED]) {
      if (target.endsWith('.ts')) writeImport(target);
    }
    for (const [from, target] of ALLOWED) writeImport(from, target);
    FORBIDDEN.forEach(([room, target], index) => {
      writeImport(`${room}/forbidden-${index}.ts`, target);
    });
    writeImport('pep/forbidden.module.ts', 'pdp/target.ts');
    writeImport('pdp/cycle-a.ts', 'pdp/cycle-b.ts');
    writeImport('pdp/cycle-b.ts', 'pdp/cycle-a.ts');
    writeImport('pdp/alone.ts');
    violations = findViolations(folder).violations;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function writeImport(name: string, target?: string): void {
    const up = '../'.repeat(name.split('/').length - 1) || './';
    const source = target?.endsWith('.ts') ? `${up}${target.replace(/\.ts$/, '.js')}` : target;
    const path = join(folder, 'src', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, source === undefined ? 'export const here = true;\n' : `import '${source}';\n`);
  }
  const violationsOf = (file: string): readonly string[] =>
    violations.filter((violation) => violation.startsWith(`src/${file} -> `));

  it.each(FORBIDDEN.map((row, index) => [...row, index] as const))(
    'refuses that %s imports %s',
    (room, _target, rule, index) => {
      const found = violationsOf(`${room}/forbidden-${index}.ts`);
      expect(found.map((violation) => violation.split(': ')[1])).toContain(rule);
    },
  );

  it.each(ALLOWED)('lets %s import %s', (from) => {
    expect(violationsOf(from)).toEqual([]);
  });

  it('refuses that a module imports more of another room than its module', () => {
    expect(violationsOf('pep/forbidden.module.ts')).toEqual([
      'src/pep/forbidden.module.ts -> src/pdp/target.ts: pep-wiring',
    ]);
  });

  it('refuses a cycle', () => {
    expect(violations.filter((violation) => violation.endsWith(': no-cycles'))).toHaveLength(1);
  });

  it('refuses a file that nobody imports', () => {
    expect(violationsOf('pdp/alone.ts')).toEqual(['src/pdp/alone.ts -> src/pdp/alone.ts: no-orphans']);
  });
});
