/** Jest under ESM: decorators by swc (which checks no types: `npm run check` does), TypeScript sources as ES modules. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2024',
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // CommonJS parts of Nest fail with "require() ES Module in a cycle" unless these are loaded first.
  setupFiles: ['<rootDir>/test/support/jest.setup.ts'],
  reporters: ['default', '<rootDir>/test/support/real-parts.reporter.js'],
  maxWorkers: 2,
  // A Nest spec file leaks about 20 MB of module graph.
  workerIdleMemoryLimit: '300MB',
  testTimeout: 30_000,
};
