import { jest } from '@jest/globals';

/**
 * On CI a case that failed is tried once more, and both are printed: many of them kill processes, restart brokers and
 * watch a browser, and a machine that is busy with others loses one of thousands. What is broken fails twice.
 */
if (process.env['CI'] === 'true') jest.retryTimes(1, { logErrorsBeforeRetry: true });
